// How people get in, from the letter to the first call: without a browser, by the forms of the pages.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { smtp, startMailServer } from './mail_server.mjs';
import { eventually, masterKey, startProxy } from './support.mjs';

const config = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi"}
litellm_settings:
  callbacks: ["smtp_email"]
  store_audit_logs: true
`;
const password = 'a horse & a battery';

/** What a browser does with pages: keeps the cookie, sends forms, follows nothing by itself. */
function browser(proxy) {
  let cookie = '';
  const send = async (path, options = {}) => {
    const headers = { accept: 'text/html', ...(cookie ? { cookie } : {}), ...options.headers };
    const response = await fetch(proxy.url + path, { redirect: 'manual', ...options, headers });
    const set = response.headers.get('set-cookie');
    if (set) {
      assert.match(set, /HttpOnly; SameSite=Lax/);
      cookie = set.split(';')[0];
    }
    const text = await response.text();
    return { status: response.status, text, headers: response.headers, location: response.headers.get('location') };
  };
  return {
    get: (path) => send(path),
    submit: (path, fields) => send(path, { method: 'POST', body: new URLSearchParams(fields), headers: { 'sec-fetch-site': 'same-origin' } }),
    cookie: () => cookie,
  };
}
const field = (page, name) => page.text.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];

describe('an invited person', () => {
  let server;
  let proxy;
  before(async () => {
    server = await startMailServer();
    proxy = await startProxy(config, { environment: { ...smtp(server.port), EMAIL_INCLUDE_API_KEY: 'false', EMAIL_RATE_PER_SECOND: '100' } });
  });
  after(async () => {
    const { code } = await proxy.stop();
    assert.equal(code, 0, proxy.log());
    proxy.remove();
    await server.stop();
  });
  const letter = (subject, to) => eventually(() => server.letters.find((each) => each.subject === subject && each.to === to));

  test('comes in by the letter, sees the key that its letter hid, and calls a model with it', async () => {
    const made = await proxy.call('/user/new', { body: { user_id: 'ada', user_email: 'ada@example.org', auto_create_key: false } });
    assert.equal(made.status, 200, made.text);
    const secret = await proxy.newKey({ user_id: 'ada', key_alias: 'reports', models: ['gpt-4o'], send_invite_email: true });

    const hidden = await letter('LiteLLM: API Key Created', 'ada@example.org');
    assert.ok(!hidden.raw.includes(secret));
    assert.match(hidden.text, /https:\/\/proxy\.your-company\.com\/ui\/keys/);
    const invitation = await letter('LiteLLM: New User Invitation', 'ada@example.org');
    const [, path] = invitation.text.match(/https:\/\/proxy\.your-company\.com(\/ui\?invitation_id=[0-9a-f-]{36})/);

    const ada = browser(proxy);
    // A program that scans letters opens the link too.
    for (let i = 0; i < 3; i++) assert.equal((await browser(proxy).get(path)).status, 200);
    const page = await ada.get(path);
    assert.match(page.text, /ada@example\.org/);
    const claim = { invitation_id: field(page, 'invitation_id'), password, repeat: password };
    const claimed = await ada.submit('/ui/onboarding', claim);
    assert.equal(claimed.status, 303, claimed.text);
    const keys = await ada.get(claimed.location);
    assert.equal(keys.status, 200);
    assert.ok(!keys.text.includes(secret));
    const revealed = await ada.submit('/ui/keys/reveal', { form_token: field(keys, 'form_token'), key: field(keys, 'key') });
    assert.equal(revealed.status, 200, revealed.text);
    assert.ok(revealed.text.includes(secret), 'the page shows the key');
    const answer = await proxy.call('/v1/chat/completions', { key: secret, body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] } });
    assert.equal(answer.status, 200, answer.text);

    const again = await ada.submit('/ui/keys/reveal', { form_token: field(keys, 'form_token'), key: field(keys, 'key') });
    assert.equal(again.status, 404);
    assert.equal((await browser(proxy).submit('/ui/onboarding', claim)).status, 401, 'a link works once');
  });

  test('signs in and out, and nobody signs in with a hash', async () => {
    const ada = browser(proxy);
    const page = await ada.get('/ui/login');
    assert.match(page.text, /<label for="username">/);
    const inside = await ada.submit('/login', { username: 'Ada@Example.org', password });
    assert.equal(inside.location, '/ui/?login=success');
    const keys = await ada.get('/ui/keys');
    assert.match(keys.text, /reports/);
    const stolen = ada.cookie();
    assert.equal((await ada.submit('/ui/logout', { form_token: field(keys, 'form_token') })).status, 200);
    const after = await fetch(`${proxy.url}/ui/keys`, { headers: { cookie: stolen }, redirect: 'manual' });
    assert.equal(after.status, 303, 'a session that was ended is ended on the server');
  });

  test('gets another password by a link of an admin, who can set one too', async () => {
    const { json } = await proxy.call('/invitation/new', { body: { user_id: 'ada' } });
    const ada = browser(proxy);
    const page = await ada.get(`/ui/onboarding?id=${json.id}`);
    assert.match(page.text, /Set a new password/);
    const next = 'another horse, other battery';
    assert.equal((await ada.submit('/ui/onboarding', { invitation_id: json.id, password: next, repeat: next })).status, 303);
    assert.equal((await browser(proxy).submit('/login', { username: 'ada@example.org', password })).status, 401);
    assert.equal((await browser(proxy).submit('/login', { username: 'ada@example.org', password: next })).status, 303);
    const set = await proxy.call('/user/update', { body: { user_id: 'ada', password } });
    assert.equal(set.status, 200, set.text);
    assert.ok(!set.text.includes('password'));
    assert.equal((await ada.get('/ui/keys')).status, 303, 'her sessions ended');
    assert.equal((await browser(proxy).submit('/login', { username: 'ada@example.org', password })).status, 303);
  });

  test('who is the operator signs in with the master key', async () => {
    const signedIn = await proxy.call('/v2/login', { key: '', body: { username: 'admin', password: masterKey } });
    assert.equal(signedIn.status, 200, signedIn.text);
    assert.equal(signedIn.json.redirect_url, '/ui/?login=success');
    assert.ok(!signedIn.text.includes(masterKey));
  });

  test('leaves no password, key, link or session in the log and in the audit log', async () => {
    const { text } = await proxy.call('/audit?page_size=100');
    assert.match(text, /LiteLLM_InvitationLink/);
    const [, id] = server.letters.find((each) => each.subject.includes('Invitation')).text.match(/invitation_id=([0-9a-f-]{36})/);
    for (const secret of [password, 'another horse', masterKey, id, 'scrypt:'])
      for (const place of [text, proxy.log()]) assert.ok(!place.includes(secret), secret);
  });

  test('who guesses is slowed down, whether the name exists or not', async () => {
    for (const username of ['ada@example.org', 'nobody@example.org']) {
      for (let i = 0; i < 5; i++) assert.equal((await browser(proxy).submit('/login', { username, password: 'wrong' })).status, 401);
      const locked = await browser(proxy).submit('/login', { username, password });
      assert.equal(locked.status, 429);
      assert.ok(Number(locked.headers.get('retry-after')) > 0 || locked.text.includes('Try again'));
    }
  });
});
