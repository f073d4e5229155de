// What letters say: every variable of the product's documentation, and values that try to be more than values.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { read, smtp, startMailServer } from './mail_server.mjs';
import { eventually, masterKey, startProxy } from './support.mjs';

/** Every letter as `--preview-emails` writes it, read back by Python's parser. */
function preview(environment) {
  const directory = mkdtempSync(join(tmpdir(), 'litellm-preview-'));
  writeFileSync(join(directory, 'config.yaml'), 'model_list: []\n');
  const child = spawnSync(process.env.LITELLM_BINARY, ['--config', join(directory, 'config.yaml'), '--preview-emails', join(directory, 'letters')], {
    env: { PATH: process.env.PATH, LITELLM_DATA_DIR: directory, ...environment }, encoding: 'utf8',
  });
  assert.equal(child.status, 0, child.stderr);
  const letters = {};
  for (const name of ['invitation', 'key_created', 'key_created_hidden', 'key_rotated', 'soft_budget_crossed', 'max_budget_80', 'max_budget_100']) {
    letters[name] = read(readFileSync(join(directory, 'letters', `${name}.eml`)));
    const page = readFileSync(join(directory, 'letters', `${name}.html`), 'utf8');
    assert.equal(letters[name].html.replaceAll('\r\n', '\n').trim(), page.trim());
    assert.equal(letters[name].type, 'multipart/alternative');
  }
  rmSync(directory, { recursive: true });
  return letters;
}
const everywhere = (letters, check) => Object.values(letters).forEach((letter) => check(letter));

describe('the variables of the documentation', () => {
  test('none set: the documented defaults', () => {
    const letters = preview({});
    assert.equal(letters.invitation.subject, 'LiteLLM: New User Invitation');
    assert.equal(letters.key_created.subject, 'LiteLLM: API Key Created');
    assert.equal(letters.key_rotated.subject, 'LiteLLM: API Key Rotated');
    assert.match(letters.key_created.text, /sk-this-is-only-a-sample/);
    assert.match(letters.invitation.text, /http:\/\/0\.0\.0\.0:4000\/ui\?invitation_id=/);
    everywhere(letters, (letter) => assert.match(letter.text, /support@berri\.ai/));
  });

  test('EMAIL_LOGO_URL', () => {
    everywhere(preview({ EMAIL_LOGO_URL: 'https://your-company.com/logo.png' }), (letter) => assert.match(letter.html, /<img src="https:\/\/your-company\.com\/logo\.png"/));
    everywhere(preview({ EMAIL_LOGO_URL: 'javascript:alert(1)' }), (letter) => assert.ok(!letter.html.includes('<img')));
  });
  test('EMAIL_SUPPORT_CONTACT', () => {
    everywhere(preview({ EMAIL_SUPPORT_CONTACT: 'support@your-company.com' }), (letter) => {
      assert.match(letter.html, /mailto:support@your-company\.com/);
      assert.match(letter.text, /support@your-company\.com/);
    });
  });
  test('EMAIL_SIGNATURE', () => {
    const signature = "<p>Best regards,<br/>Your Team</p><p><a href='https://your-company.com'>Visit us</a></p>";
    everywhere(preview({ EMAIL_SIGNATURE: signature }), (letter) => assert.ok(letter.html.includes(signature)));
    everywhere(preview({ EMAIL_SIGNATURE: 'Hi<script>alert(1)</script>' }), (letter) => assert.ok(!letter.html.includes('<script')));
  });
  for (const [name, letter] of [['EMAIL_SUBJECT_INVITATION', 'invitation'], ['EMAIL_SUBJECT_KEY_CREATED', 'key_created'], ['EMAIL_SUBJECT_KEY_ROTATED', 'key_rotated']])
    test(name, () => {
      const letters = preview({ [name]: 'Grüße von \\{company_name\\}: {event_message} 🔑 {unknown}\r\nBcc: all@example.org', EMAIL_COMPANY_NAME: 'Acme & Söhne' });
      assert.match(letters[letter].subject, /^Grüße von Acme & Söhne: .+ 🔑 \{unknown\} +Bcc: all@example\.org$/);
      everywhere(letters, (each) => assert.ok(!each.headers.includes('bcc')));
      assert.equal(Object.values(letters).filter((each) => each.subject.startsWith('Grüße')).length, letter === 'key_created' ? 2 : 1);
    });
  test('EMAIL_INCLUDE_API_KEY', () => {
    for (const off of ['false', 'False', '0', 'no', 'off'])
      everywhere(preview({ EMAIL_INCLUDE_API_KEY: off }), (letter) => assert.ok(!letter.raw?.includes('sk-this') && !letter.text.includes('sk-this') && !letter.html.includes('sk-this')));
    const letters = preview({ EMAIL_INCLUDE_API_KEY: 'false', PROXY_BASE_URL: 'https://proxy.your-company.com' });
    for (const letter of [letters.key_created, letters.key_rotated]) {
      assert.ok(letter.text.includes('[Key hidden for security - retrieve from dashboard]'));
      assert.ok(letter.text.includes('https://proxy.your-company.com/ui/keys'));
    }
    assert.match(preview({ EMAIL_INCLUDE_API_KEY: 'true' }).key_rotated.text, /sk-this/);
  });
  test('PROXY_BASE_URL', () => {
    const letters = preview({ PROXY_BASE_URL: 'https://proxy.your-company.com/' });
    assert.match(letters.invitation.html, /href="https:\/\/proxy\.your-company\.com\/ui\?invitation_id=/);
    assert.match(letters.max_budget_80.html, /href="https:\/\/proxy\.your-company\.com\/ui"/);
    assert.match(letters.key_created.text, /https:\/\/proxy\.your-company\.com/);
  });
  test('SMTP_SENDER_EMAIL', () => {
    everywhere(preview({ SMTP_SENDER_EMAIL: 'notifications@alerts.litellm.ai' }), (letter) => assert.equal(letter.from, 'notifications@alerts.litellm.ai'));
  });
});

const config = `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Hi", input_cost_per_token: 0.001, output_cost_per_token: 0.001}
litellm_settings:
  callbacks: ["smtp_email", "prometheus"]
`;

describe('values that would like to be more', () => {
  let server;
  let proxy;
  before(async () => {
    server = await startMailServer();
    proxy = await startProxy(config, { environment: { ...smtp(server.port), EMAIL_RATE_PER_SECOND: '100', EMAIL_COMPANY_NAME: '<b>Acme</b> "quoted" 🏭', UI_PASSWORD: 'canary-ui-password' } });
  });
  after(async () => {
    await proxy.stop();
    proxy.remove();
    await server.stop();
  });
  const nasty = '<script>alert("x")</script>\r\nBcc: all@example.org\u2028😀 {{key}} {event_message} \'quote\'';

  test('markup, line breaks, emoji and templates in names stay text', async () => {
    const team = await proxy.call('/team/new', { body: { team_id: 'team', team_alias: nasty } });
    assert.equal(team.status, 200, team.text);
    await proxy.call('/user/new', { body: { user_id: 'nasty', user_email: 'ada+x@example.org', user_alias: nasty } });
    const key = await proxy.call('/key/generate', { body: { user_id: 'nasty', team_id: 'team', key_alias: nasty + 'x'.repeat(10_000), models: ['gpt-4o', nasty], send_invite_email: true } });
    assert.equal(key.status, 200, key.text);
    const sent = await eventually(() => server.letters.filter((each) => each.to === 'ada+x@example.org').length === 2 && server.letters);
    for (const letter of sent) {
      assert.ok(!letter.headers.includes('bcc'), letter.raw);
      assert.deepEqual(letter.envelope.rcptTo.map((each) => each.address), ['ada+x@example.org']);
      assert.ok(!/<script|<b>Acme/.test(letter.html), 'markup came through');
      assert.ok(letter.html.includes('&lt;b&gt;Acme&lt;/b&gt; &quot;quoted&quot; 🏭'));
      assert.equal(letter.text.split(key.json.key).length + letter.html.split(key.json.key).length, letter.subject.includes('Key') ? 4 : 2);
      for (const line of letter.raw.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 998 && !line.includes('\n') && /^[\x00-\x7f]*$/.test(line), line);
    }
    const [letter] = sent.filter((each) => each.subject.includes('Key'));
    assert.ok(letter.text.includes('😀 {{key}} {event_message}'), 'values are not templates');
  });

  test('addresses: long ones and other alphabets arrive, what is none is never written to', async () => {
    const long = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.example.org`;
    for (const [id, address, arrives] of [['long', long, long], ['idn', 'ada@bücher.example', 'ada@xn--bcher-kva.example'], ['plus', 'a.b+c@example.org', 'a.b+c@example.org']]) {
      await proxy.call('/user/new', { body: { user_id: id, user_email: address } });
      const letter = await eventually(() => server.letters.find((each) => each.to === arrives));
      // The server shows its users the readable form.
      assert.ok([arrives, address].includes(letter.envelope.rcptTo[0].address));
    }
    const before = (await proxy.call('/email/outbox?limit=500')).json.letters.length;
    for (const [id, address] of [['crlf', 'x@example.org\r\nRCPT TO:<all@example.org>'], ['list', 'x@example.org, y@example.org'], ['name', 'X <x@example.org>'], ['endless', `x@${'y'.repeat(300)}`], ['local', 'ü@example.org']])
      await proxy.call('/user/new', { body: { user_id: id, user_email: address } });
    assert.equal((await proxy.call('/email/outbox?limit=500')).json.letters.length, before);
  });

  test('budgets: one letter at four fifths, and one for the soft budget', async () => {
    await proxy.call('/user/new', { body: { user_id: 'spender', user_email: 'spender@example.org', send_invite_email: false } });
    const key = await proxy.newKey({ user_id: 'spender', key_alias: 'spends', max_budget: 1, soft_budget: 0.01, models: ['gpt-4o'] });
    const spent = () => proxy.call(`/key/info?key=${key}`).then(({ json }) => json.info.spend);
    for (let i = 0; i < 400; i++) {
      const answer = await proxy.call('/v1/chat/completions', { key, body: { model: 'gpt-4o', max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }] } });
      if (answer.status === 429) break;
      assert.equal(answer.status, 200, answer.text);
    }
    await eventually(async () => (await spent()) >= 0.8, 30000);
    const mine = () => server.letters.filter((each) => each.to === 'spender@example.org').map((each) => each.subject).sort();
    await eventually(() => mine().length === 2, 60000);
    assert.match(mine()[0], /^LiteLLM: Max Budget Alert - (8|9|10)\d?% of Maximum Budget Reached/);
    assert.equal(mine()[1], 'LiteLLM: Soft Budget Crossed - Total Soft Budget: $0.01');
  });

  test('no key, password or token shows in logs, rows, figures or errors', async () => {
    const { json } = await proxy.call('/key/generate', { body: { user_id: 'spender', key_alias: 'canary', send_invite_email: true } });
    await eventually(() => server.letters.find((each) => each.text.includes(json.key)));
    const signedIn = await proxy.call('/v2/login', { key: '', body: { username: 'admin', password: 'canary-ui-password' } });
    const session = signedIn.headers.get('set-cookie').match(/litellm_session=([^;]+)/)[1];
    await eventually(async () => (await proxy.call('/email/outbox')).json.letters.every((row) => row.state === 'sent'));
    const figures = await fetch(`${proxy.url}/metrics`).then((response) => response.text());
    assert.match(figures, /email_sent_total\{event="Virtual Key Created",transport="smtp_email"\} [1-9]/);
    const errors = [];
    for (const [path, body] of [['/v2/login', { username: 'admin', password: 'canary-wrong-password' }], ['/login', {}], ['/onboarding/claim_token', { invitation_link: json.key, password: 'canary-wrong-password' }], ['/user/update', { user_id: 'nobody', password: 'canary-wrong-password' }]])
      errors.push((await proxy.call(path, { body })).text);
    const rows = [];
    for (const file of ['litellm.db', 'litellm.db-wal']) {
      try {
        rows.push(readFileSync(join(proxy.directory, 'data', file)).toString('latin1'));
      } catch {
        // There is no such file just now.
      }
    }
    assert.ok(rows.length > 0);
    for (const [where, text] of Object.entries({ log: proxy.log(), figures, errors: errors.join('\n'), outbox: (await proxy.call('/email/outbox?limit=500')).text, rows: rows.join('\n') }))
      for (const secret of [json.key, masterKey, 'canary-ui-password', 'canary-wrong-password', session]) assert.ok(!text.includes(secret), `${secret} shows in: ${where}`);
  });
});
