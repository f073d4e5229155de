// Letters to a real SMTP server (npm's smtp-server) and to a stand-in for Resend, read by Python's e-mail parser.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { smtp, startMailServer } from './mail_server.mjs';
import { eventually, freePort, startProxy } from './support.mjs';

const config = (callback) => `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi"}
litellm_settings:
  callbacks: ["${callback}"]
`;
describe('SMTP', () => {
  let server;
  let proxy;
  before(async () => {
    server = await startMailServer();
    proxy = await startProxy(config('smtp_email'), { environment: { ...smtp(server.port), EMAIL_SUBJECT_KEY_CREATED: 'Your \\{company_name\\} API Key', EMAIL_COMPANY_NAME: 'Acme' } });
  });
  after(async () => {
    const { code } = await proxy.stop();
    assert.equal(code, 0, proxy.log());
    proxy.remove();
    await server.stop();
  });
  const letter = (subject) => eventually(() => server.letters.find((each) => each.subject === subject));

  test('User added as a user on LiteLLM Proxy', async () => {
    const made = await proxy.call('/user/new', { body: { user_id: 'ada', user_email: 'ada@example.org', user_role: 'internal_user' } });
    assert.equal(made.status, 200, made.text);
    const sent = await letter('LiteLLM: New User Invitation');
    assert.equal(sent.type, 'multipart/alternative');
    assert.equal(sent.to, 'ada@example.org');
    assert.equal(sent.from, 'notifications@alerts.example.org');
    assert.equal(sent.auto, 'auto-generated');
    assert.ok(Math.abs(new Date(sent.date) - Date.now()) < 60_000, sent.date);
    const [link] = sent.text.match(/https:\/\/proxy\.your-company\.com\/ui\?invitation_id=[0-9a-f-]{36}/);
    assert.ok(sent.html.includes(`href="${link}"`));
    const { json } = await proxy.call(`/invitation/info?invitation_id=${link.split('=')[1]}`);
    assert.equal(json.user_id, 'ada');
  });

  test('nobody is written to who is not to be', async () => {
    const before = server.letters.length;
    await proxy.call('/user/new', { body: { user_id: 'silent', user_email: 'silent@example.org', send_invite_email: false } });
    await proxy.call('/user/new', { body: { user_id: 'nowhere' } });
    await proxy.newKey({ user_id: 'ada' });
    const { json } = await proxy.call('/email/outbox');
    assert.equal(json.letters.filter((each) => each.state === 'pending').length, 0);
    assert.equal(server.letters.length, before);
  });

  test('Proxy API Key created for user', async () => {
    const key = await proxy.newKey({ user_id: 'ada', key_alias: 'ci <&> "quotes"', max_budget: 10, budget_duration: '30d', models: ['gpt-4o'], send_invite_email: true });
    const sent = await letter('Your Acme API Key');
    assert.equal(sent.text.split(key).length, 2, 'the key stands in the text once');
    assert.equal(sent.html.split(key).length, 2, 'the key stands in the HTML once');
    assert.ok(sent.text.includes('$10.00 every 30d'));
    assert.ok(sent.html.includes('ci &lt;&amp;&gt; &quot;quotes&quot;'));
    assert.ok(!proxy.log().includes(key), 'the key is in the log');
  });

  test('Proxy API Key Rotated for User', async () => {
    const old = await proxy.newKey({ user_id: 'ada', key_alias: 'to rotate' });
    const rotated = await proxy.call(`/key/${old}/regenerate`, { body: {} });
    assert.equal(rotated.status, 200, rotated.text);
    const sent = await letter('LiteLLM: API Key Rotated');
    assert.ok(sent.text.includes(rotated.json.key));
    assert.ok(!sent.raw.includes(old));
    assert.match(sent.text, /in the place of the old one/);
    assert.match(sent.text, /never commit it/);
  });

  test('events can be switched off, and on again', async () => {
    const shown = await proxy.call('/email/event_settings');
    assert.deepEqual(shown.json.settings.map((each) => each.event).sort(), ['Max Budget Alert', 'New User Invitation', 'Soft Budget Crossed', 'Virtual Key Created', 'Virtual Key Rotated']);
    await proxy.call('/email/event_settings', { method: 'PATCH', body: { settings: [{ event: 'New User Invitation', enabled: false }] } });
    await proxy.call('/user/new', { body: { user_id: 'off', user_email: 'off@example.org' } });
    assert.equal((await proxy.call('/email/event_settings', { method: 'PATCH', body: { settings: [{ event: 'No such', enabled: true }] } })).status, 400);
    await proxy.call('/email/event_settings/reset', { method: 'POST', body: {} });
    await proxy.call('/user/new', { body: { user_id: 'on', user_email: 'on@example.org' } });
    await eventually(() => server.letters.find((each) => each.to === 'on@example.org'));
    assert.ok(!server.letters.some((each) => each.to === 'off@example.org'));
    const key = await proxy.newKey({ user_id: 'ada' });
    assert.ok([401, 403].includes((await proxy.call('/email/event_settings', { key })).status));
  });

  test('line breaks, markup and odd addresses start no header of their own', async () => {
    const refused = await proxy.call('/user/new', { body: { user_id: 'evil', user_email: 'evil@example.org\r\nBcc: all@example.org' } });
    await proxy.call('/user/new', { body: { user_id: 'plain', user_email: 'plain@example.org', user_alias: '<script>x</script>' } });
    const sent = await eventually(() => server.letters.find((each) => each.to === 'plain@example.org'));
    assert.ok(!sent.headers.includes('bcc'));
    assert.ok(!server.letters.some((each) => each.envelope.rcptTo.some(({ address }) => address.startsWith('all@'))), refused.text);
  });
});

test('a server that is down or greylists loses no letter', async () => {
  let refusals = 2;
  const server = await startMailServer({ refuse: () => (refusals-- > 0 ? { code: 451, text: 'greylisted' } : undefined) });
  const proxy = await startProxy(config('smtp_email'), { environment: smtp(server.port) });
  const made = await proxy.call('/user/new', { body: { user_id: 'grey', user_email: 'grey@example.org' } });
  assert.equal(made.status, 200, made.text);
  await eventually(async () => {
    const { json } = await proxy.call('/email/outbox');
    const [row] = json.letters;
    if (row?.state === 'pending' && row.attempts > 0) await proxy.call(`/email/outbox/${row.id}/retry`, { method: 'POST', body: {} });
    return row?.state === 'sent';
  });
  assert.equal(server.letters.length, 1);
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  proxy.remove();
  await server.stop();
});

test('kill -9 between the change and the sending loses no letter', async () => {
  const port = await freePort();
  const proxy = await startProxy(config('smtp_email'), { environment: smtp(port) });
  for (let i = 0; i < 5; i++) await proxy.call('/user/new', { body: { user_id: `u${i}`, user_email: `u${i}@example.org` } });
  await proxy.stop('SIGKILL');
  const server = await startMailServer();
  const again = await startProxy(config('smtp_email'), { directory: proxy.directory, environment: smtp(server.port) });
  await eventually(async () => {
    const { json } = await again.call('/email/outbox');
    for (const row of json.letters) if (row.state === 'pending') await again.call(`/email/outbox/${row.id}/retry`, { method: 'POST', body: {} });
    return json.letters.length === 5 && json.letters.every((row) => row.state === 'sent' || row.state === 'sending');
  });
  await eventually(() => server.letters.length >= 4);
  const { code } = await again.stop();
  assert.equal(code, 0, again.log());
  again.remove();
  await server.stop();
});

test('EMAIL_INCLUDE_API_KEY="false", login and STARTTLS refusal', async () => {
  const seen = [];
  const server = await startMailServer({ authOptional: false, onAuth: (auth, session, done) => (seen.push(auth.username), auth.password === 'xxxxx' ? done(null, { user: auth.username }) : done(new Error('no'))), allowInsecureAuth: true });
  const proxy = await startProxy(config('smtp_email'), { environment: { ...smtp(server.port), SMTP_USERNAME: 'resend', SMTP_PASSWORD: 'xxxxx', EMAIL_INCLUDE_API_KEY: 'false', TEST_EMAIL_ADDRESS: 'me@example.org' } });
  await proxy.call('/user/new', { body: { user_id: 'ada', user_email: 'ada@example.org', send_invite_email: false } });
  const key = await proxy.newKey({ user_id: 'ada', send_invite_email: true });
  const sent = await eventually(() => server.letters[0]);
  assert.ok(!sent.raw.includes(key));
  assert.ok(sent.text.includes('[Key hidden for security - retrieve from dashboard]'));
  assert.deepEqual(seen, ['resend']);
  const tested = await proxy.call('/health/services?service=email');
  assert.equal(tested.status, 200, tested.text);
  await proxy.stop();
  proxy.remove();
  // TLS is on unless it is switched off, and is never given up.
  const strict = await startProxy(config('smtp_email'), { environment: { ...smtp(server.port), SMTP_TLS: 'True', TEST_EMAIL_ADDRESS: 'me@example.org' } });
  const before = server.letters.length;
  const refused = await strict.call('/health/services?service=email');
  assert.ok(refused.status >= 500, refused.text);
  assert.equal(server.letters.length, before);
  await strict.stop();
  strict.remove();
  await server.stop();
});

test('Resend gets each letter once, under one idempotency key', async () => {
  const calls = [];
  const api = http.createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => (text += bytes));
    request.on('end', () => {
      calls.push({ path: request.url, headers: request.headers, body: JSON.parse(text) });
      if (!request.headers['user-agent']) return response.writeHead(403).end();
      if (calls.length === 1) return response.writeHead(429, { 'retry-after': '1', 'content-type': 'application/json' }).end('{"statusCode":429,"name":"rate_limit_exceeded","message":"slow down"}');
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}');
    });
  });
  await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve));
  const proxy = await startProxy(config('resend_email'), { environment: { RESEND_API_KEY: 're_1234', RESEND_FROM_EMAIL: 'Acme <keys@acme.example>', RESEND_API_BASE: `http://127.0.0.1:${api.address().port}` } });
  await proxy.call('/user/new', { body: { user_id: 'ada', user_email: 'ada@example.org' } });
  await eventually(async () => (await proxy.call('/email/outbox')).json.letters[0]?.state === 'sent');
  assert.equal(calls.length, 2);
  const [first, second] = calls;
  assert.equal(second.path, '/emails');
  assert.equal(second.headers.authorization, 'Bearer re_1234');
  assert.equal(second.headers['idempotency-key'], first.headers['idempotency-key']);
  assert.deepEqual(second.body, first.body);
  assert.deepEqual(second.body.to, ['ada@example.org']);
  assert.equal(second.body.from, 'Acme <keys@acme.example>');
  assert.ok(!proxy.log().includes('re_1234'), 'the key of Resend is in the log');
  await proxy.stop();
  proxy.remove();
  await new Promise((resolve) => (api.closeAllConnections(), api.close(resolve)));
});
