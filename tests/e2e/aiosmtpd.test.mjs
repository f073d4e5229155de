// Letters to Debian's aiosmtpd, and what Python's e-mail parser finds in them, field by field.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { smtp } from './mail_server.mjs';
import { eventually, startProxy } from './support.mjs';

// Distributions put it beside their own Python, which need not be the first one on the path.
const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['-c', 'import aiosmtpd']).status === 0);
const skip = python ? false : 'there is no aiosmtpd: install python3-aiosmtpd';
const config = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi"}
litellm_settings:
  callbacks: ["smtp_email"]
`;
const directory = mkdtempSync(join(tmpdir(), 'litellm-aiosmtpd-'));
const path = (name) => join(directory, name);
after(() => rmSync(directory, { recursive: true, force: true }));

async function startAiosmtpd(options = {}) {
  const script = fileURLToPath(new URL('aiosmtpd_server.py', import.meta.url));
  const child = spawn(python, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const events = [];
  let problems = '';
  child.stderr.on('data', (bytes) => (problems += bytes));
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const { port } = await eventually(() => {
    assert.equal(child.exitCode, null, problems);
    return events.find((each) => each.event === 'listening');
  });
  return {
    port,
    of: (name) => events.filter((each) => each.event === name),
    stop: () => (child.stdin.end(), ended),
  };
}

/** Starts server and proxy for one test, and ends both whatever happens. */
async function start(t, options, environment = {}) {
  const server = await startAiosmtpd(options);
  t.after(() => server.stop());
  const proxy = await startProxy(config, { environment: { ...smtp(server.port), EMAIL_RATE_PER_SECOND: '100', ...environment } });
  t.after(async () => {
    const { code } = await proxy.stop();
    assert.equal(code, 0, proxy.log());
    proxy.remove();
  });
  const invite = async (name) => {
    const made = await proxy.call('/user/new', { body: { user_id: name, user_email: `${name}@example.org`, auto_create_key: false } });
    assert.equal(made.status, 200, made.text);
  };
  const row = async (name) => (await proxy.call('/email/outbox')).json.letters.find((each) => each.recipient === `${name}@example.org`);
  // The pause after a failure is not waited for: an admin sends the letter again.
  const settled = (name, state, attempts) =>
    eventually(async () => {
      const found = await row(name);
      if (found.state === 'pending' && found.attempts > 0 && found.attempts < attempts)
        await proxy.call(`/email/outbox/${found.id}/retry`, { method: 'POST', body: {} });
      return found.state === state && found.attempts >= attempts && found;
    }, 30_000);
  return { server, proxy, invite, row, settled };
}

describe('aiosmtpd', { skip }, () => {
  before(() => {
    const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe', cwd: directory });
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test CA', '-keyout', 'ca.key', '-out', 'ca.pem');
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=127.0.0.1', '-keyout', 'server.key', '-out', 'server.csr');
    writeFileSync(path('server.ext'), 'subjectAltName=IP:127.0.0.1\n');
    openssl(
      'x509',
      '-req',
      '-days',
      '2',
      '-in',
      'server.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-extfile',
      'server.ext',
      '-out',
      'server.pem',
    );
  });

  test('without TLS and login: envelope, every header, both parts', async (t) => {
    // Lines with nothing but dots end a letter, unless they are stuffed.
    const signature = '<p>Grüße 🗝\n.\n..\nAcme</p>';
    const { server, proxy, invite, row } = await start(
      t,
      {},
      { EMAIL_SIGNATURE: signature, EMAIL_SUBJECT_KEY_CREATED: `Schlüssel 🗝 {key_alias} ${'ä'.repeat(120)}` },
    );
    await invite('ada');
    await eventually(() => server.of('letter').length === 1);
    const alias = `<b>"${'lang '.repeat(300)}"</b> & Söhne`;
    const key = await proxy.newKey({ user_id: 'ada', key_alias: alias, models: ['gpt-4o'], send_invite_email: true });
    const [invitation, created] = await eventually(() => server.of('letter').length === 2 && server.of('letter'));
    const state = await eventually(async () => ((await row('ada')).state === 'sent' ? row('ada') : undefined));

    for (const letter of [invitation, created]) {
      assert.deepEqual(letter.envelope, { from: 'notifications@alerts.example.org', to: ['ada@example.org'] });
      assert.equal(letter.ehlo, 'proxy.your-company.com');
      assert.deepEqual([letter.tls, letter.defects, letter.type], [false, [], 'multipart/alternative']);
      const headers = Object.fromEntries(letter.headers);
      assert.deepEqual(letter.headers.map(([name]) => name).sort(), [
        'auto-submitted',
        'content-type',
        'date',
        'from',
        'message-id',
        'mime-version',
        'subject',
        'to',
        'x-auto-response-suppress',
        'x-entity-ref-id',
      ]);
      assert.equal(headers.from, 'notifications@alerts.example.org');
      assert.equal(headers.to, 'ada@example.org');
      assert.equal(headers['message-id'], `<${headers['x-entity-ref-id']}@alerts.example.org>`);
      assert.equal(headers['mime-version'], '1.0');
      assert.equal(headers['auto-submitted'], 'auto-generated');
      assert.equal(headers['x-auto-response-suppress'], 'All');
      assert.match(letter.date, /\+00:00$/);
      assert.ok(Math.abs(new Date(letter.date) - Date.now()) < 60_000, letter.date);
      assert.deepEqual(
        letter.parts.map(({ type, charset, encoding, defects }) => [type, charset, encoding, defects]),
        [
          ['text/plain', 'utf-8', 'quoted-printable', []],
          ['text/html', 'utf-8', 'quoted-printable', []],
        ],
      );
      const [text, html] = letter.parts.map((part) => part.content.replaceAll('\r\n', '\n'));
      assert.ok(html.includes(signature), html);
      assert.ok(text.trim().length > 100 && !/<\/?(p|td|table|a)\b/.test(text), text);
      for (const line of letter.raw.split('\r\n')) assert.ok(line.length <= 998 && !/[\r\n\ufffd]/.test(line), line);
    }
    assert.equal(Object.fromEntries(invitation.headers).subject, 'LiteLLM: New User Invitation');
    const links = invitation.parts.map(
      (part) => part.content.match(/https:\/\/proxy\.your-company\.com\/ui\?invitation_id=[0-9a-f-]{36}/)[0],
    );
    assert.equal(links[0], links[1]);
    assert.equal(Object.fromEntries(created.headers)['x-entity-ref-id'], state.id);
    assert.match(Object.fromEntries(created.headers).subject, /^Schlüssel 🗝 <b>"lang lang /);
    assert.equal([...Object.fromEntries(created.headers).subject].length, 200, 'subjects are cut between characters');
    const [text, html] = created.parts.map((part) => part.content);
    assert.ok(text.includes(alias) && html.includes('&lt;b&gt;&quot;lang lang'));
    for (const content of [text, html]) assert.equal(content.split(key).length, 2, 'the key stands in each part once');
  });

  for (const [name, options, environment, login] of [
    ['STARTTLS', {}, {}, undefined],
    ['STARTTLS and AUTH PLAIN', { login: ['resend', 'pass wörd'], without: ['LOGIN'] }, {}, 'PLAIN'],
    ['STARTTLS and AUTH LOGIN', { login: ['resend', 'pass wörd'], without: ['PLAIN'] }, {}, 'LOGIN'],
    ['implicit TLS and AUTH', { login: ['resend', 'pass wörd'], implicit: true }, { SMTP_USE_SSL: 'True' }, /PLAIN|LOGIN/],
  ])
    test(name, async (t) => {
      const { server, proxy, invite, settled } = await start(
        t,
        { ...options, certificate: path('server.pem'), key: path('server.key') },
        {
          SMTP_TLS: 'True',
          SMTP_CA_FILE: path('ca.pem'),
          SMTP_EHLO_NAME: 'gateway.example.net',
          ...environment,
          ...(login ? { SMTP_USERNAME: 'resend', SMTP_PASSWORD: 'pass wörd' } : {}),
        },
      );
      await invite('ada');
      await settled('ada', 'sent', 1);
      const [letter, ...more] = server.of('letter');
      assert.deepEqual(more, []);
      assert.equal(letter.tls || options.implicit, true);
      assert.deepEqual([letter.ehlo, letter.defects, letter.envelope.to], ['gateway.example.net', [], ['ada@example.org']]);
      const logins = server.of('login');
      assert.equal(logins.length, login ? 1 : 0);
      if (login) {
        assert.match(logins[0].mechanism, new RegExp(login));
        assert.deepEqual([logins[0].user, logins[0].right], ['resend', true]);
      }
      assert.ok(!proxy.log().includes('pass wörd'));
    });

  test('a password that the server does not take: the letter waits, and the password shows nowhere', async (t) => {
    const { server, proxy, invite, row } = await start(
      t,
      { login: ['resend', 'right'], certificate: path('server.pem'), key: path('server.key') },
      {
        SMTP_TLS: 'True',
        SMTP_CA_FILE: path('ca.pem'),
        SMTP_USERNAME: 'resend',
        SMTP_PASSWORD: 'wrong-password',
      },
    );
    await invite('ada');
    const waiting = await eventually(async () => {
      const letter = await row('ada');
      return letter.last_error && letter.state === 'pending' ? letter : undefined;
    });
    assert.match(waiting.last_error, /535|denied|Login/i);
    assert.ok(!waiting.last_error.includes('wrong-password') && !proxy.log().includes('wrong-password'));
    assert.deepEqual(server.of('letter'), []);
  });

  test('a recipient that is deferred once gets the letter once, one that is refused gets none, and nobody waits for them', async (t) => {
    const { server, proxy, invite, settled } = await start(t, {
      rcpt: ['451 4.7.1 Greylisted, try again'],
      refused: { 'gone@example.org': '550 5.1.1 No such user' },
    });
    await invite('grey');
    await eventually(() => server.of('rcpt').length === 1);
    await invite('gone');
    await invite('good');
    assert.equal((await settled('gone', 'dead', 1)).attempts, 1, 'a refusal is final');
    await settled('good', 'sent', 1);
    assert.equal((await settled('grey', 'sent', 2)).attempts, 2);
    const letters = server.of('letter');
    assert.deepEqual(letters.map((each) => each.envelope.to[0]).sort(), ['good@example.org', 'grey@example.org']);
    const { text } = await proxy.call('/metrics');
    assert.match(text, /email_sent_total\{[^}]*transport="smtp_email"\} 2/);
    assert.match(text, /email_failed_total\{[^}]*class="refused"\} 1/);
    assert.match(text, /email_failed_total\{[^}]*class="again"\} 1/);
    assert.match(text, /email_outbox_pending 0/);
  });

  test('a sender that the server refuses is a mistake in the settings, and loses no letter', async (t) => {
    const { server, invite, row, settled } = await start(t, { mail: ['550 5.7.1 Sender address rejected'] });
    await invite('ada');
    const refused = await eventually(async () => {
      const letter = await row('ada');
      return letter.last_error ? letter : undefined;
    });
    assert.match(refused.last_error, /MAIL failed: 550/);
    assert.notEqual(refused.state, 'dead', 'the letter is kept');
    await settled('ada', 'sent', 2);
    assert.equal(server.of('letter').length, 1);
  });

  test('a letter that is deferred after it was sent comes again under the same id', async (t) => {
    const { server, invite, settled } = await start(t, { data: ['452 4.2.2 Mailbox full'] });
    await invite('ada');
    await settled('ada', 'sent', 2);
    const ids = server.of('letter').map((each) => Object.fromEntries(each.headers)['message-id']);
    assert.deepEqual(ids, [ids[0], ids[0]]);
  });
});
