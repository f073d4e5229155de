// Letters over every kind of connection, and to servers that misbehave: TLS from the first byte and STARTTLS, with and without login,
// certificates that nobody vouches for, silence, refusals, connections that break.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { smtp, startMailServer } from './mail_server.mjs';
import { eventually, startProxy } from './support.mjs';

const config = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi"}
general_settings:
  alerting: ["email"]
`;
const directory = mkdtempSync(join(tmpdir(), 'litellm-tls-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const path = (name) => join(directory, name);

/** A certificate of a CA of our own, for 127.0.0.1. */
function makeCertificate(name) {
  const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe', cwd: directory });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name} CA`, '-keyout', `${name}-ca.key`, '-out', `${name}-ca.pem`);
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=127.0.0.1', '-keyout', `${name}.key`, '-out', `${name}.csr`);
  writeFileSync(path(`${name}.ext`), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  openssl('x509', '-req', '-days', '2', '-in', `${name}.csr`, '-CA', `${name}-ca.pem`, '-CAkey', `${name}-ca.key`, '-CAcreateserial', '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  return { key: readFileSync(path(`${name}.key`)), cert: readFileSync(path(`${name}.pem`)) };
}

const login = {
  authOptional: false,
  onAuth: (auth, session, done) => (auth.username === 'resend' && auth.password === 'pass word' ? done(null, { user: auth.username }) : done(new Error('no'))),
};
const credentials = { SMTP_USERNAME: 'resend', SMTP_PASSWORD: 'pass word' };

/** Starts the proxy for this server and sends the test letter, which waits for the server's verdict. */
async function sendTest(port, environment) {
  const proxy = await startProxy(config, { environment: { ...smtp(port), TEST_EMAIL_ADDRESS: 'me@example.org', ...environment } });
  const started = Date.now();
  const answer = await proxy.call('/health/services?service=email');
  const took = Date.now() - started;
  assert.ok(!answer.text.includes('pass word') && !proxy.log().includes('pass word'), 'the password shows');
  await proxy.stop();
  proxy.remove();
  return { ...answer, took };
}

describe('TLS', () => {
  let ours;
  before(() => {
    ours = makeCertificate('ours');
    makeCertificate('other');
  });
  const trusting = { SMTP_CA_FILE: path('ours-ca.pem') };

  for (const [name, server, environment, user] of [
    ['implicit TLS with login', { secure: true, ...login }, { SMTP_USE_SSL: 'True', ...credentials }, 'resend'],
    ['implicit TLS without login', { secure: true }, { SMTP_USE_SSL: 'True' }, undefined],
    ['STARTTLS with login', { tls: true, ...login }, { SMTP_TLS: 'True', ...credentials }, 'resend'],
    ['STARTTLS without login', { tls: true }, { SMTP_TLS: 'True' }, undefined],
  ])
    test(`${name} delivers`, async (t) => {
      const mail = await startMailServer({ ...server, ...ours });
      t.after(() => mail.stop());
      const sent = await sendTest(mail.port, { ...trusting, ...environment });
      assert.equal(sent.status, 200, sent.text);
      assert.equal(mail.letters.length, 1);
      assert.equal(mail.letters[0].secure, true);
      assert.equal(mail.letters[0].user || undefined, user);
      assert.equal(mail.letters[0].to, 'me@example.org');
    });

  for (const [name, server, environment] of [
    ['an unknown CA, implicit TLS', { secure: true }, { SMTP_USE_SSL: 'True', SMTP_CA_FILE: path('other-ca.pem') }],
    ['an unknown CA, STARTTLS', { tls: true }, { SMTP_TLS: 'True' }],
    ['a wrong password', { tls: true, ...login }, { ...trusting, SMTP_TLS: 'True', ...credentials, SMTP_PASSWORD: 'wrong' }],
    ['a login that the server does not offer', { tls: true, disabledCommands: ['AUTH'] }, { ...trusting, SMTP_TLS: 'True', ...credentials }],
    ['TLS that the server does not offer', {}, { SMTP_TLS: 'True' }],
  ])
    test(`${name} is refused, and nothing leaves`, async (t) => {
      const mail = await startMailServer({ ...ours, ...server });
      t.after(() => mail.stop());
      const sent = await sendTest(mail.port, environment);
      assert.equal(sent.status, 500, sent.text);
      assert.ok(sent.json.error.message.startsWith('smtp_email: '), sent.text);
      assert.equal(mail.letters.length, 0);
    });
});

test('servers that say nothing cost no request anything', async () => {
  const sockets = new Set();
  const silent = net.createServer((socket) => sockets.add(socket));
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address();
  const sent = await sendTest(port, { SMTP_TIMEOUT_SECONDS: '1' });
  assert.equal(sent.status, 500, sent.text);
  assert.ok(sent.took < 30_000, `it took ${sent.took} ms`);
  const proxy = await startProxy(config, { environment: { ...smtp(port), SMTP_TIMEOUT_SECONDS: '20' } });
  await proxy.call('/user/new', { body: { user_id: 'ada', user_email: 'ada@example.org' } });
  await eventually(() => sockets.size > 1);
  const times = [];
  for (let i = 0; i < 20; i++) {
    const started = performance.now();
    const made = await proxy.call('/key/generate', { body: { user_id: 'ada', send_invite_email: true } });
    assert.equal(made.status, 200, made.text);
    times.push(performance.now() - started);
  }
  const { code } = await proxy.stop();
  assert.equal(code, 0, 'a letter on its way does not hold up the end of the process');
  assert.ok(times.sort((a, b) => a - b)[10] < 2000, `half of the calls took longer than ${times[10]} ms`);
  proxy.remove();
  for (const socket of sockets) socket.destroy();
  silent.close();
});

/** Keeps asking until the letter's row has one of the states, making it due again whenever it waits. */
const settle = (proxy, states) =>
  eventually(async () => {
    const [row] = (await proxy.call('/email/outbox')).json.letters;
    if (row?.state === 'pending' && row.attempts > 0) await proxy.call(`/email/outbox/${row.id}/retry`, { method: 'POST', body: {} });
    return states.includes(row?.state) && row;
  }, 30000);

for (const [name, verdicts, state] of [
  ['4xx at the recipient, then yes', { rcpt: [{ code: 451, text: 'greylisted' }] }, 'sent'],
  ['5xx at the recipient', { rcpt: [{ code: 550, text: 'no such user' }] }, 'dead'],
  ['4xx after the letter, then yes', { data: [{ code: 452, text: 'full' }] }, 'sent'],
  ['5xx after the letter', { data: [{ code: 554, text: 'no thanks' }] }, 'dead'],
  ['a connection that breaks after the letter, then yes', { data: ['break'] }, 'sent'],
])
  test(name, async () => {
    const ids = [];
    const mail = await startMailServer({
      refuse: () => verdicts.rcpt?.shift(),
      verdict: (letter, session) => {
        ids.push(letter.id);
        const verdict = verdicts.data?.shift();
        if (verdict === 'break') session.destroy();
        return verdict;
      },
    });
    const proxy = await startProxy(config, { environment: smtp(mail.port) });
    await proxy.call('/user/new', { body: { user_id: 'ada', user_email: 'ada@example.org' } });
    const row = await settle(proxy, ['sent', 'dead']);
    assert.equal(row.state, state, row.last_error);
    assert.equal(mail.letters.length, state === 'sent' ? 1 : 0);
    assert.ok(new Set(ids).size <= 1, 'every try has the same Message-ID');
    const { text } = await proxy.call('/metrics');
    assert.match(text, state === 'sent' ? /email_sent_total\{event="New User Invitation",transport="smtp_email"\} 1/ : /email_failed_total\{[^}]*class="refused"\} 1/);
    assert.match(text, /email_outbox_pending 0/);
    await proxy.stop();
    proxy.remove();
    await mail.stop();
  });
