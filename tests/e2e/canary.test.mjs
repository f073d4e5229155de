// Secrets that sing: one run that makes, uses, rotates and mistreats every kind of secret, then looks for each of them in every byte that
// the run left behind: logs, files of the data directory, answers, letters, calls to providers. Each may be only where it is delivered.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { smtp, startMailServer } from './mail_server.mjs';
import { completion, eventually, masterKey, sendJson, startProxy, startUpstream } from './support.mjs';

const random = () => randomBytes(15).toString('hex');

/** How a secret looks in text: as it is, escaped, encoded, and its two halves, in case only a part is shown. */
function formsOf(value) {
  const bytes = Buffer.from(value);
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('hex'),
    value.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
  ];
  const bare = value.replace(/^sk-/, '');
  // Tokens of claims all begin alike, and are never shown in part.
  if (bare.length >= 20 && !bare.startsWith('eyJ')) forms.push(bare.slice(0, 10), bare.slice(-10));
  // In the middle of a longer text in base64 there are three ways to be cut; the ends depend on the neighbours.
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const inner = encoded.slice(before ? 4 : 0, -2);
    if (inner.length >= 10) forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...new Set(forms)].map((each) => Buffer.from(each).toString('latin1'));
}

function filesOf(directory) {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, name))
    .filter((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
}

/** Tables of the database whose columns hold the text. */
function tablesWith(file, text) {
  const script = `
import json, sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.text_factory = lambda data: data.decode("utf-8", "replace")
found = set()
for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
    rows = base.execute(f'SELECT * FROM "{name}"')
    columns = [each[0] for each in rows.description]
    for row in rows:
        found |= {f"{name}.{column}" for column, value in zip(columns, row) if sys.argv[2] in str(value)}
print(json.dumps(sorted(found)))`;
  return JSON.parse(execFileSync('python3', ['-c', script, file, text], { encoding: 'utf8' }));
}
const rowsOf = (file, query) =>
  JSON.parse(
    execFileSync(
      'python3',
      ['-c', 'import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))', file, query],
      { encoding: 'utf8' },
    ),
  );

/** An upstream that tells in its errors what it was sent, headers and all. */
function startEcho() {
  return startUpstream((request, response, body) => {
    const { authorization } = request.headers;
    const said = `Incorrect API key provided: ${authorization}. ${JSON.stringify(request.headers)}`;
    switch (body.model) {
      case 'refuses':
        return sendJson(response, { error: { message: said, type: said, param: said, code: authorization } }, 401, {
          'x-echo': authorization,
        });
      case 'breaks':
        return sendJson(response, { error: { message: said } }, 500);
      case 'babbles':
        return response.writeHead(502, { 'content-type': 'text/html' }).end(`<pre>${said}</pre>`);
      case 'garbles':
        return response.writeHead(200, { 'content-type': 'application/json' }).end(`{"id": "${authorization}", "choices": [`);
      case 'redirects':
        return response.writeHead(302, { location: `http://127.0.0.1:1/?key=${authorization}` }).end();
      case 'hangs up':
        return response.destroy();
      case 'streams':
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        return response.end(`data: ${JSON.stringify({ error: { message: said, type: 'server_error' } })}\n\n`);
      default:
        return sendJson(response, completion(body.model));
    }
  });
}

for (const inJson of [false, true])
  test(`no secret shows, with ${inJson ? 'JSON logs and keys shown by the pages' : 'text logs and keys in letters'}`, async (t) => {
    const secrets = new Map([['master key', masterKey]]);
    const add = (name, value) => (secrets.set(name, value), value);
    const canary = (name, prefix = '') => add(name, `${prefix}${random()}`);
    const environment = {
      LITELLM_SALT_KEY: canary('salt key', 'sk-'),
      UI_PASSWORD: canary('UI password'),
      SMTP_USERNAME: 'mailer',
      SMTP_PASSWORD: canary('SMTP password'),
      RESEND_API_KEY: canary('key of Resend', 're_'),
      RESEND_FROM_EMAIL: 'keys@acme.example',
      CANARY_UPSTREAM_KEY: canary('provider key of the environment', 'sk-'),
      EMAIL_RATE_PER_SECOND: '100',
      EMAIL_INCLUDE_API_KEY: String(!inJson),
      STORE_MODEL_IN_DB: 'True',
      TEST_EMAIL_ADDRESS: 'me@example.org',
      JSON_LOGS: String(inJson),
    };
    const upstream = await startEcho();
    t.after(() => upstream.stop());
    // Until `isOpen`, both mail services refuse, and repeat in their refusals what they were sent.
    let isOpen = false;
    const mail = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ password, username }, session, done) =>
        isOpen ? done(null, { user: username }) : done(new Error(`${password} is wrong`)),
    });
    t.after(() => mail.stop());
    const posted = [];
    const resend = http.createServer((request, response) => {
      let text = '';
      request.on('data', (bytes) => (text += bytes));
      request.on('end', () => {
        if (!isOpen)
          return sendJson(
            response,
            { statusCode: 401, name: 'invalid_api_key', message: `${request.headers.authorization} sent ${text}` },
            401,
          );
        posted.push(JSON.parse(text));
        return sendJson(response, { id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' });
      });
    });
    await new Promise((resolve) => resend.listen(0, '127.0.0.1', resolve));
    t.after(() => (resend.closeAllConnections(), resend.close()));

    const models = ['works', 'refuses', 'breaks', 'babbles', 'garbles', 'redirects', 'hangs up', 'streams'];
    const literal = canary('provider key of the configuration', 'sk-');
    const header = canary('header of a provider');
    const parameters = (name, rest) => `litellm_params: {model: "openai/${name}", api_base: "${upstream.url}/v1", num_retries: 0, ${rest}}`;
    const config = `
model_list:
${models.map((name) => `  - {model_name: "${name}", ${parameters(name, 'api_key: os.environ/CANARY_UPSTREAM_KEY')}}`).join('\n')}
  - model_name: literal
    ${parameters('refuses', `api_key: ${literal}, extra_headers: {x-secret: ${header}}`)}
  - model_name: shared
    ${parameters('breaks', 'litellm_credential_name: shared')}
credential_list:
  - {credential_name: shared, credential_values: {api_key: ${canary('provider key of a credential', 'sk-')}}}
litellm_settings: {callbacks: ["smtp_email", "resend_email", "prometheus"], store_audit_logs: true}
router_settings: {num_retries: 0, disable_cooldowns: true}
general_settings:
  pass_through_endpoints:
    - {path: /through, target: "${upstream.url}/through", headers: {authorization: "Bearer ${canary('key of a pass-through')}"}}
`;
    const options = {
      args: ['--detailed_debug'],
      environment: (url) => ({
        ...smtp(mail.port),
        ...environment,
        PROXY_BASE_URL: url,
        RESEND_API_BASE: `http://127.0.0.1:${resend.address().port}`,
      }),
    };
    let proxy = await startProxy(config, options);
    const { directory } = proxy;
    t.after(async () => {
      await proxy.stop('SIGKILL');
      proxy.remove();
    });
    const logs = [];
    const answers = [];
    /** Calls a route and keeps all of its answer; `may` names the secrets that the answer is there to deliver. */
    const ask = async (path, { key = masterKey, body, method = body === undefined ? 'GET' : 'POST', headers = {}, may = [] } = {}) => {
      const response = await fetch(proxy.url + path, {
        method,
        redirect: 'manual',
        headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), 'content-type': 'application/json', ...headers },
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      const answer = {
        what: `${method} ${path}${body?.model ? ` ${body.model}` : ''}: ${response.status}`,
        status: response.status,
        text,
        headers: response.headers,
        may: new Set(may),
      };
      // As LiteLLM, these repeat the key by which the caller named it.
      if (/^\/key\/(info\?key=|update$|delete$|block$|unblock$)/.test(path))
        for (const [name, value] of secrets) if (`${path} ${JSON.stringify(body)}`.includes(value)) answer.may.add(name);
      answer.all = `${JSON.stringify([...response.headers])}\n${text}`;
      answers.push(answer);
      return answer;
    };
    /** Makes something that answers with a secret, which that one answer may hold. */
    const make = async (name, path, body, { read = (json) => json.key, ...more } = {}) => {
      const answer = await ask(path, { body, ...more });
      assert.equal(answer.status, 200, answer.text);
      const value = read(JSON.parse(answer.text), answer);
      assert.ok(value, `${path} told no ${name}`);
      answer.may.add(name);
      return add(name, value);
    };
    const cookieOf = (json, answer) => answer.headers.get('set-cookie').match(/litellm_session=([^;]+)/)[1];
    const files = [];
    const keepFiles = (when) =>
      filesOf(join(directory, 'data')).forEach((name) =>
        files.push({ what: `${name.slice(directory.length)} ${when}`, text: readFileSync(name).toString('latin1') }),
      );

    // ---- Things are made while no letter can go out.
    const linkOf = async (user_id) => {
      const answer = await ask('/invitation/new', { body: { user_id } });
      const { id } = JSON.parse(answer.text);
      answer.may.add(`link of ${user_id}`);
      return add(`link of ${user_id}`, id);
    };
    for (const user_id of ['ada', 'bea', 'cem', 'dan']) {
      const body = { user_id, user_email: `${user_id}@example.org`, send_invite_email: true, auto_create_key: user_id === 'ada' };
      if (user_id === 'ada') await make('key that came with the user', '/user/new', body);
      else assert.equal((await ask('/user/new', { body })).status, 200);
      await linkOf(user_id);
    }
    const ofAda = { user_id: 'ada', send_invite_email: true };
    const first = await make('key of Ada', '/key/generate', { ...ofAda, key_alias: 'first' });
    const chosen = canary('key of her own choice', 'sk-');
    const made = await ask('/key/generate', { body: { ...ofAda, key: chosen, key_alias: 'chosen' }, may: ['key of her own choice'] });
    assert.equal(made.status, 200, made.text);
    await make('key of a service account', '/key/service-account/generate', {
      key_alias: 'service',
      team_id: JSON.parse((await ask('/team/new', { body: { team_alias: 'core' } })).text).team_id,
    });
    const rotatedByBody = await make('rotated key', '/key/regenerate', { key: first });
    const rotated = await make('key rotated by its path', `/key/${rotatedByBody}/regenerate`, { grace_period: '1h' });
    const doomed = await make('deleted key', '/key/generate', { ...ofAda, key_alias: 'doomed' });
    for (const [path, body] of [
      ['/key/update', { key: rotated, max_budget: 5 }],
      ['/key/block', { key: chosen }],
      ['/key/unblock', { key: chosen }],
      ['/key/delete', { keys: [doomed] }],
    ])
      assert.ok((await ask(path, { body })).status < 500);
    const stored = canary('provider key of a stored model', 'sk-');
    assert.equal(
      (
        await ask('/model/new', {
          body: { model_name: 'stored', litellm_params: { model: 'openai/refuses', api_base: `${upstream.url}/v1`, api_key: stored } },
        })
      ).status,
      200,
    );
    await ask('/model/new', {
      body: { model_name: 'bad', litellm_params: { model: 'nobody/x', api_key: canary('provider key of a refused model', 'sk-') } },
    });

    const outbox = async () => JSON.parse((await ask('/email/outbox?limit=500')).text).letters;
    const sendAgain = (rows) =>
      Promise.all(rows.filter((row) => row.state === 'pending').map((row) => ask(`/email/outbox/${row.id}/retry`, { body: {} })));
    // The first one to each person is refused at least once; the others wait for it.
    await eventually(async () => {
      const waiting = (await outbox()).filter((row) => ['pending', 'sending'].includes(row.state));
      const isBefore = (one, other) => one.recipient === other.recipient && one.transport === other.transport && one.created_at < other.created_at;
      const untried = waiting.filter((row) => !row.last_error && !waiting.some((other) => isBefore(other, row)));
      await sendAgain(untried);
      return untried.length === 0;
    }, 60_000);
    keepFiles('while letters wait');

    // ---- Now they go.
    isOpen = true;
    await eventually(async () => {
      const rows = await outbox();
      await sendAgain(rows);
      return rows.every((row) => row.state === 'sent' || row.state === 'cancelled');
    }, 60_000);

    // An admin who asks for a link gets that of the letter, as long as it is good.
    const linksOf = (text) => [...text.matchAll(/invitation_id=([0-9a-f-]{36})/g)].map(([, id]) => id);
    const known = new Set([...secrets].filter(([name]) => name.startsWith('link of ')).map(([, id]) => id));
    const inLettersToo = new Set();
    for (const { to, text } of [...mail.letters, ...posted])
      for (const id of linksOf(text)) known.has(id) ? inLettersToo.add(id) : add(`link of the letter to ${to}`, id);
    assert.ok(inLettersToo.size >= 4, `${inLettersToo.size} letters held the links that were handed out`);

    // ---- People come in.
    const password = canary('password of Ada', 'ü&"');
    const next = canary('next password of Ada');
    const inner = await make('onboarding token', `/onboarding/get_token?invite_link=${secrets.get('link of ada')}`, undefined, {
      method: 'GET',
      key: '',
      read: ({ token }) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).key,
    });
    answers.at(-1).may.add('link of ada');
    await make(
      'session of Ada',
      '/onboarding/claim_token',
      { invitation_link: secrets.get('link of ada'), user_id: 'ada', password },
      { key: inner, read: cookieOf },
    );
    await ask('/onboarding/claim_token', { key: inner, body: { invitation_link: secrets.get('link of ada'), user_id: 'bea', password } });
    await ask('/onboarding/claim_token', {
      key: '',
      body: `{"invitation_link": "${secrets.get('link of bea')}", "password": "${password}"`,
    });
    await ask(`/ui?invitation_id=${secrets.get('link of bea')}`, { key: '', may: ['link of bea'] });
    await ask('/ui/onboarding', {
      key: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ invitation_id: secrets.get('link of bea'), password, repeat: 'other' }).toString(),
      may: ['link of bea'],
    });
    await ask('/user/update', { body: { user_id: 'cem', password: canary('password that an admin sets') } });
    await ask('/user/update', { body: { user_id: 'nobody', password: secrets.get('password that an admin sets') } });
    await make(
      'session of the operator',
      '/v2/login',
      { username: 'admin', password: environment.UI_PASSWORD },
      { key: '', read: cookieOf },
    );
    for (const body of [
      { username: 'ada@example.org', password: canary('wrong password') },
      { username: secrets.get('wrong password'), password: masterKey },
      `{"username": "x", "password": "${secrets.get('wrong password')}`,
    ])
      await ask('/v2/login', { key: '', body });
    const session = await make(
      'second session of Ada',
      '/v2/login',
      { username: 'ada@example.org', password },
      { key: '', read: cookieOf },
    );
    const form = (fields) => ({
      key: '',
      headers: { cookie: `litellm_session=${session}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    const page = await ask('/ui/keys', { key: '', headers: { cookie: `litellm_session=${session}` } });
    const form_token = page.text.match(/name="form_token" value="([^"]*)"/)[1];
    for (const [, token] of page.text.matchAll(/name="key" value="([^"]*)"/g)) {
      const shown = await ask('/ui/keys/reveal', form({ form_token, key: token }));
      for (const [name, value] of secrets) if (createHash('sha256').update(value).digest('hex') === token) shown.may.add(name);
      assert.equal((await ask('/ui/keys/reveal', form({ form_token, key: token }))).status, 404);
    }
    assert.equal(/name="key"/.test(page.text), inJson, 'only keys that were not in a letter wait to be shown');
    await ask('/ui/password', form({ form_token, current: next, password: next, repeat: next }));
    const changed = await ask('/ui/password', form({ form_token, current: password, password: next, repeat: next }));
    assert.equal(changed.status, 303, changed.text);
    add('third session of Ada', cookieOf({}, changed));
    changed.may.add('third session of Ada');

    // ---- Models are called, well and badly.
    const say = (model, more = {}) => ({ model, messages: [{ role: 'user', content: 'Hello' }], ...more });
    for (const model of [...models, 'literal', 'shared', 'stored', 'no-such-model'])
      for (const stream of [false, true])
        await ask('/v1/chat/completions', { key: rotated, body: say(model, { stream }) }).catch((error) =>
          assert.ok(error instanceof TypeError),
        );
    assert.equal(answers.filter(({ what }) => what.endsWith('/v1/chat/completions works: 200')).length >= 2, true);
    await ask('/v1/chat/completions', { key: rotated, body: `{"model": "works", "api_key": "${chosen}", "messages": [}` });
    await ask('/v1/chat/completions', {
      key: rotated,
      body: say('works', { api_key: chosen, temperature: chosen, max_tokens: { [chosen]: 1 } }),
      may: [],
    });
    await ask('/v1/messages', { key: '', headers: { 'x-api-key': rotated }, body: say('refuses', { max_tokens: 5 }) });
    await ask(`/v1beta/models/refuses:generateContent?key=${rotated}`, {
      key: '',
      body: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
    });
    await ask('/v1/responses', { key: rotated, body: { model: 'breaks', input: 'Hello' } });
    await ask('/v1/embeddings', { key: rotated, body: { model: 'refuses', input: 'Hello' } });
    await ask('/through', { key: rotated, body: { model: 'refuses' } });
    const wrong = canary('key that nobody has', 'sk-');
    for (const headers of [
      { authorization: `Bearer ${wrong}` },
      { 'x-api-key': wrong },
      { authorization: `Basic ${wrong}` },
      { authorization: wrong },
    ])
      await ask('/v1/chat/completions', { key: '', headers, body: say('works') });
    await ask('/key/info', { key: rotated });
    for (const each of [rotated, chosen, first, doomed, wrong])
      for (const path of [
        '/key/info?key=',
        '/spend/logs?api_key=',
        '/audit?object_id=',
        '/key/list?key_hash=',
        '/no/such/route?key=',
        '/key/no-such-thing/',
      ])
        await ask(path + each);

    // ---- Whatever can be read is read, by an administrator and by Ada.
    const { paths } = JSON.parse((await ask('/openapi.json')).text);
    const readable = Object.keys(paths).filter((path) => paths[path].get && !path.includes('{') && path !== '/openapi.json');
    assert.ok(readable.length > 40, readable.join());
    for (const path of [
      ...readable,
      '/key/list?return_full_object=true&size=100',
      '/user/info?user_id=ada',
      '/user/list?page_size=100',
      '/health/services?service=email',
      '/audit?page_size=100',
      '/spend/logs?user_id=ada',
    ])
      for (const key of [masterKey, rotated]) await ask(path, { key });
    for (const row of await outbox()) if (row.state === 'sent') await ask(`/email/outbox/${row.id}/retry`, { body: {} });

    // ---- A violent end with calls in the journal, a new start, a peaceful end.
    await Promise.all(Array.from({ length: 20 }, () => ask('/v1/chat/completions', { key: rotated, body: say('works') })));
    keepFiles('while it runs');
    await proxy.stop('SIGKILL');
    keepFiles('after a kill');
    logs.push(proxy.log());
    proxy = await startProxy(config, { ...options, directory });
    await ask('/spend/logs');
    const { code } = await proxy.stop();
    assert.equal(code, 0, proxy.log());
    keepFiles('in the end');
    logs.push(proxy.log());

    // ---- The search. First, that it searches where it should: the files hold what belongs there.
    const bytes = files.map(({ text }) => text).join('\n');
    for (const hash of [rotated, chosen].map((key) => createHash('sha256').update(key).digest('hex')))
      assert.ok(bytes.includes(hash), 'the files of the database were not read');
    assert.ok(
      files.some(({ what }) => what.includes('/journal/')),
      'there was no journal',
    );
    assert.match(logs[0], inJson ? /"level":"debug"/ : / debug /);
    assert.ok(answers.some(({ what }) => what.includes('/metrics: 200')));

    const letters = [
      ...mail.letters.map((each) => ({ what: `letter to ${each.to}: ${each.subject}`, text: `${each.text}\n${each.html}` })),
      ...posted.map((each) => ({ what: `call of Resend for ${each.to}: ${each.subject}`, text: `${each.text}\n${each.html}` })),
    ];
    const delivered = inJson ? [] : ['key of Ada', 'rotated key', 'key rotated by its path', 'key of her own choice', 'deleted key'];
    const inLetters = (name) => name.startsWith('link of ') || delivered.includes(name);
    const places = [
      ...logs.map((text, index) => ({ what: `log ${index + 1}`, text, may: () => false })),
      ...files.map((file) => ({ ...file, may: (name) => name.startsWith('link of ') && file.what.includes('litellm.db') })),
      ...answers.map(({ what, all, may }) => ({ what, text: all, may: (name) => may.has(name) })),
      ...letters.map((each) => ({ ...each, may: inLetters })),
      ...upstream.received.map(({ path, headers, body }) => ({
        what: `call of a provider: ${path}`,
        text: JSON.stringify([path, headers, body]),
        may: (name) => /^(provider key|header of a provider|key of a pass-through)/.test(name),
      })),
    ].map((place) => ({ ...place, text: Buffer.from(place.text, place.what.includes('/data/') ? 'latin1' : 'utf8').toString('latin1') }));
    const found = new Map();
    for (const [name, value] of secrets)
      for (const form of formsOf(value))
        for (const { what, text, may } of places) {
          const at = may(name) ? -1 : text.indexOf(form);
          const around = text.slice(Math.max(0, at - 60), at + form.length + 20).replaceAll(/[^\x20-\x7e]/g, '?');
          if (at >= 0 && !found.has(`${name} in ${what}`)) found.set(`${name} in ${what}`, around);
        }
    for (const name of delivered.filter((each) => each.startsWith('key rotated')))
      assert.ok(
        letters.some(({ text }) => text.includes(secrets.get(name))),
        `no letter holds the ${name}`,
      );
    // Links are in LiteLLM's own table, which looks them up by that text. They are in no other.
    const database = join(directory, 'data', 'litellm.db');
    for (const [name, link] of secrets)
      if (name.startsWith('link of '))
        for (const column of tablesWith(database, link))
          if (column !== 'LiteLLM_InvitationLink.id') found.set(`${name} in the column ${column}`, link);
    assert.deepEqual(
      rowsOf(database, "SELECT DISTINCT state FROM email_outbox WHERE payload IS NOT NULL AND state NOT IN ('pending', 'sending')"),
      [],
    );
    assert.deepEqual(rowsOf(database, 'SELECT count(*) FROM key_reveals'), [[0]], 'keys that were shown are kept');
    assert.deepEqual(Object.fromEntries(found), {});
  });
