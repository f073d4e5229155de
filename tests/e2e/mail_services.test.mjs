// Letters through the HTTP services: a stand-in for Resend that keeps to its documented limits, errors and idempotency, one for SendGrid,
// and several transports at once.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { smtp, startMailServer } from './mail_server.mjs';
import { eventually, sendJson, startProxy } from './support.mjs';

const config = (...callbacks) => `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi"}
litellm_settings:
  callbacks: ${JSON.stringify(callbacks)}
`;

/**
 * Resend as its documentation describes it. `troubles` says for a recipient what the first call gets: a status and a name, or 'break' for a
 * connection that breaks after the letter was taken.
 */
async function startResend(troubles = {}) {
  const calls = [];
  const mails = [];
  const taken = new Map();
  const answer = (request, response, text) => {
    const body = JSON.parse(text);
    const [to] = [body.to].flat();
    const key = request.headers['idempotency-key'];
    calls.push({ to, key, text, at: performance.now(), agent: request.headers['user-agent'] });
    const refuse = (status, name, headers) => sendJson(response, { statusCode: status, name, message: `about ${name}` }, status, headers);
    if (!request.headers['user-agent']) return refuse(403, 'no_user_agent');
    if (request.headers.authorization !== 'Bearer re_1234') return refuse(401, 'missing_api_key');
    for (const field of ['from', 'to', 'subject']) if (!body[field]) return refuse(422, 'missing_required_field');
    if (calls.filter((each) => performance.now() - each.at < 1000).length > 5)
      return refuse(429, 'rate_limit_exceeded', { 'retry-after': '1' });
    if (!key || key.length > 256) return refuse(400, 'invalid_idempotency_key');
    const before = taken.get(key);
    if (before) return before.text === text ? sendJson(response, { id: before.id }) : refuse(409, 'invalid_idempotent_request');
    const trouble = troubles[to];
    const isFirst = calls.filter((each) => each.to === to).length === 1;
    if (trouble && trouble !== 'break' && isFirst) return refuse(...trouble);
    taken.set(key, { text, id: `mail-${mails.length}` });
    mails.push(body);
    if (trouble === 'break' && isFirst) return response.destroy();
    return sendJson(response, { id: taken.get(key).id });
  };
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => (text += bytes));
    request.on('end', () => answer(request, response, text));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    calls,
    mails,
    environment: {
      RESEND_API_KEY: 're_1234',
      RESEND_FROM_EMAIL: 'Acme <keys@acme.example>',
      RESEND_API_BASE: `http://127.0.0.1:${server.address().port}`,
    },
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

const end = async (proxy) => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  proxy.remove();
};
const invite = async (proxy, name) => {
  const made = await proxy.call('/user/new', { body: { user_id: name, user_email: `${name}@example.org`, auto_create_key: false } });
  assert.equal(made.status, 200, made.text);
};
const outbox = async (proxy) => (await proxy.call('/email/outbox?limit=500')).json.letters;

test('what becomes of a letter follows the error table of Resend, and a letter is never there twice', async (t) => {
  const final = [
    [400, 'validation_error'],
    [404, 'not_found'],
    [405, 'method_not_allowed'],
    [409, 'invalid_idempotent_request'],
    [422, 'invalid_from_address'],
    [422, 'missing_required_field'],
    [422, 'invalid_parameter'],
    [422, 'invalid_region'],
    [451, 'security_error'],
  ];
  const settings = [
    [401, 'missing_api_key'],
    [401, 'restricted_api_key'],
    [403, 'invalid_api_key'],
    [403, 'validation_error'],
  ];
  const passing = [
    [409, 'concurrent_idempotent_requests'],
    [429, 'rate_limit_exceeded', { 'retry-after': '7' }],
    [429, 'daily_quota_exceeded'],
    [429, 'monthly_quota_exceeded'],
    [500, 'application_error'],
    [500, 'internal_server_error'],
    [503, 'maintenance'],
  ];
  const nameOf = ([status, name]) => `${status}-${name}`.replaceAll('_', '-');
  const troubles = { 'break@example.org': 'break' };
  for (const each of [...final, ...settings, ...passing]) troubles[`${nameOf(each)}@example.org`] = each;
  const resend = await startResend(troubles);
  t.after(() => resend.stop());
  const proxy = await startProxy(config('resend_email'), { environment: { ...resend.environment, EMAIL_RATE_PER_SECOND: '2.5' } });
  t.after(() => end(proxy));
  for (const each of [...final, ...settings, ...passing]) await invite(proxy, nameOf(each));
  await invite(proxy, 'break');
  const rowOf = (rows, name) => rows.find((row) => row.recipient === `${name}@example.org`);
  const seconds = (row) => (new Date(row.next_attempt_at) - new Date(row.created_at)) / 1000;
  const waits = new Map();
  await eventually(async () => {
    const rows = await outbox(proxy);
    for (const row of rows) {
      if (row.state !== 'pending') continue;
      if (row.attempts > 0 && !waits.has(row.recipient)) waits.set(row.recipient, seconds(row));
      // Those that wait because of another letter's error are made due as well.
      await proxy.call(`/email/outbox/${row.id}/retry`, { method: 'POST', body: {} });
    }
    return rows.every((row) => ['sent', 'dead'].includes(row.state));
  }, 90_000);
  const rows = await outbox(proxy);
  for (const each of final) {
    const { state, attempts, last_error } = rowOf(rows, nameOf(each));
    assert.deepEqual([state, attempts], ['dead', 1], nameOf(each));
    assert.ok(last_error.includes(each[1]), last_error);
  }
  for (const each of [...settings, ...passing])
    assert.deepEqual([rowOf(rows, nameOf(each)).state, rowOf(rows, nameOf(each)).attempts], ['sent', 2], nameOf(each));
  const waited = (name) => waits.get(`${name}@example.org`);
  assert.ok(
    waited('429-rate-limit-exceeded') >= 5 && waited('429-rate-limit-exceeded') < 60,
    `${waited('429-rate-limit-exceeded')} s instead of about 7`,
  );
  for (const name of ['429-daily-quota-exceeded', '429-monthly-quota-exceeded'])
    assert.ok(waited(name) > 3600, `${waited(name)} s after a quota`);

  assert.equal(rowOf(rows, 'break').state, 'sent');
  const sent = resend.mails.map(({ to }) => [to].flat()[0]);
  assert.equal(new Set(sent).size, sent.length, 'somebody got a letter twice');
  for (const [to, calls] of Map.groupBy(resend.calls, (each) => each.to)) {
    assert.equal(new Set(calls.map(({ key, text }) => key + text)).size, 1, `${to}: a try differs from the one before`);
    assert.ok(calls.every(({ agent }) => agent));
  }
});

test('letters keep to two a second', async (t) => {
  const resend = await startResend();
  t.after(() => resend.stop());
  const proxy = await startProxy(config('resend_email'), { environment: resend.environment });
  t.after(() => end(proxy));
  for (let i = 0; i < 6; i++) await invite(proxy, `u${i}`);
  await eventually(() => resend.mails.length === 6, 30_000);
  const took = resend.calls.at(-1).at - resend.calls[0].at;
  // Five pauses of half a second, less what the first call came late.
  assert.ok(took > 2000, `six letters in ${took} ms`);
});

test('several transports at once: each sends each letter, and one that is broken holds up none of the others', async (t) => {
  const mail = await startMailServer();
  t.after(() => mail.stop());
  const resend = await startResend();
  t.after(() => resend.stop());
  const calls = [];
  const sendgrid = http.createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => (text += bytes));
    request.on('end', () => {
      calls.push({ path: request.url, headers: request.headers, body: JSON.parse(text) });
      if (calls.length === 1) return sendJson(response, { errors: [{ message: 'The provided authorization grant is invalid' }] }, 401);
      return response.writeHead(202).end();
    });
  });
  await new Promise((resolve) => sendgrid.listen(0, '127.0.0.1', resolve));
  t.after(() => (sendgrid.closeAllConnections(), sendgrid.close()));
  const proxy = await startProxy(config('smtp_email', 'resend_email', 'sendgrid_email'), {
    environment: {
      ...smtp(mail.port),
      ...resend.environment,
      SENDGRID_API_KEY: 'SG.1234',
      SENDGRID_SENDER_EMAIL: 'keys@sendgrid.example',
      EMAIL_RATE_PER_SECOND: '50',
      SENDGRID_API_BASE: `http://127.0.0.1:${sendgrid.address().port}`,
    },
  });
  t.after(() => end(proxy));
  await invite(proxy, 'ada');
  await eventually(() => mail.letters.length === 1 && resend.mails.length === 1 && calls.length === 1);
  const waiting = await eventually(async () => (await outbox(proxy)).find((row) => row.last_error));
  assert.deepEqual([waiting.transport, waiting.state], ['sendgrid_email', 'pending']);
  await proxy.call(`/email/outbox/${waiting.id}/retry`, { method: 'POST', body: {} });
  await eventually(async () => (await outbox(proxy)).every((row) => row.state === 'sent'));

  const { path, headers, body } = calls[1];
  assert.equal(path, '/v3/mail/send');
  assert.equal(headers.authorization, 'Bearer SG.1234');
  assert.equal(body.from.email, 'keys@sendgrid.example');
  assert.deepEqual(body.personalizations[0].to, [{ email: 'ada@example.org' }]);
  const subject = body.subject ?? body.personalizations[0].subject;
  assert.equal(subject, 'LiteLLM: New User Invitation');
  const content = Object.fromEntries(body.content.map((each) => [each.type, each.value]));
  assert.deepEqual(
    body.content.map((each) => each.type),
    ['text/plain', 'text/html'],
  );
  const [letter] = mail.letters;
  const [other] = resend.mails;
  // The same letter, whoever carries it.
  const lines = (text) => text.replaceAll('\r\n', '\n').trim();
  for (const [text, html, title] of [
    [other.text, other.html, other.subject],
    [content['text/plain'], content['text/html'], subject],
  ])
    assert.deepEqual([lines(text), lines(html), title], [lines(letter.text), lines(letter.html), letter.subject]);
});

for (const included of [true, false])
  test(`a key that the schedule rotates comes by letter once${included ? '' : ', and its owner is told where to see it'}`, async (t) => {
    const mail = await startMailServer();
    t.after(() => mail.stop());
    const proxy = await startProxy(config('smtp_email'), {
      environment: {
        ...smtp(mail.port),
        EMAIL_RATE_PER_SECOND: '50',
        EMAIL_INCLUDE_API_KEY: String(included),
        LITELLM_KEY_ROTATION_ENABLED: 'true',
        LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS: '1',
      },
    });
    t.after(() => end(proxy));
    // Whoever cannot sign in could not see a key that his letter hides: it would not be rotated.
    const ada = { user_id: 'ada', user_email: 'ada@example.org', send_invite_email: false, auto_create_key: false };
    await proxy.call('/user/new', { body: ada });
    if (!included) await proxy.call('/user/update', { body: { user_id: 'ada', password: 'a horse and a battery' } });
    const key = await proxy.newKey({ user_id: 'ada', key_alias: 'turns', models: ['gpt-4o'], auto_rotate: true, rotation_interval: '3s' });
    const letter = await eventually(() => mail.letters[0], 30_000);
    assert.equal(letter.subject, 'LiteLLM: API Key Rotated');
    assert.equal(letter.to, 'ada@example.org');
    assert.ok(!`${letter.raw}${letter.text}`.includes(key));
    const chat = (each) =>
      proxy.call('/v1/chat/completions', { key: each, body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] } });
    assert.equal((await chat(key)).status, 401, 'the old key goes on working');
    const keys = [...`${letter.text}\n${letter.html}`.matchAll(/sk-[\w-]{20,}/g)].map(([each]) => each);
    if (included) assert.equal(new Set(keys).size, 1);
    else {
      assert.deepEqual(keys, []);
      assert.match(letter.text, /\[Key hidden for security - retrieve from dashboard\]/);
      assert.match(letter.text, /\/ui\/keys/);
    }
    // No letter for nothing: as many as there were rotations.
    const count = async () => (await proxy.call('/key/list?user_id=ada&return_full_object=true')).json.keys[0].rotation_count;
    await eventually(async () => mail.letters.length >= 2 && mail.letters.length === (await count()), 30_000);
  });
