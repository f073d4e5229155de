import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import { completion, eventually, masterKey, sendJson, startProxy, startUpstream } from './support.mjs';

const chunk = (model, delta, finish = null) => ({ id: 'c1', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason: finish }] });

function answer(request, response, body) {
  if (body.model === 'slow-down') return sendJson(response, { error: { message: 'slow down', type: 'requests' } }, 429, { 'retry-after': '1' });
  if (body.model === 'broken') return sendJson(response, { error: { message: 'oops' } }, 500);
  if (body.model === 'garbage') return response.writeHead(200, { 'content-type': 'application/json' }).end('<html>no</html>');
  if (body.model === 'reset') return request.socket.destroy();
  if (body.model === 'silent') return undefined;
  if (request.url.endsWith('/embeddings')) {
    const vector = Buffer.from(new Float32Array([0.5, 0.25]).buffer).toString('base64');
    return sendJson(response, { object: 'list', model: body.model, data: [{ object: 'embedding', index: 0, embedding: body.encoding_format === 'base64' ? vector : [0.5, 0.25] }], usage: { prompt_tokens: 4, total_tokens: 4 } });
  }
  if (!body.stream) return sendJson(response, completion(body.model));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (data) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  send(chunk(body.model, { role: 'assistant', content: '' }));
  send(chunk(body.model, { content: 'Hel' }));
  if (body.model === 'half') return setTimeout(() => request.socket.destroy(), 150);
  if (body.model === 'endless') {
    const timer = setInterval(() => send(chunk(body.model, { content: 'x' })), 20);
    response.on('close', () => (clearInterval(timer), gone.push(body.user)));
    return undefined;
  }
  send(chunk(body.model, { content: 'lo' }));
  send(chunk(body.model, {}, 'stop'));
  if (body.stream_options?.include_usage) send({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: body.model, choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } });
  return response.end('data: [DONE]\n\n');
}
const gone = [];

const config = (base) => `
model_list:
${['gpt-4o', 'slow-down', 'broken', 'garbage', 'reset', 'silent', 'half', 'endless'].map((name) => `  - model_name: ${name}
    litellm_params: {model: openai/${name}, api_base: "${base}/v1", api_key: upstream-secret, num_retries: 0, timeout: ${name === 'silent' ? 1 : 60}, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002}
`).join('')}
  - model_name: mock
    litellm_params: {model: openai/mock, mock_response: "This is a mock"}
  - model_name: my-free-tier
    litellm_params: {model: openai/gpt-4o, api_base: "${base}/v1", api_key: upstream-secret}
`;

let upstream;
let proxy;
before(async () => {
  upstream = await startUpstream(answer);
  proxy = await startProxy(config(upstream.url));
});
after(async () => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  assert.ok(!proxy.log().includes(masterKey), 'the master key is in the log');
  assert.ok(!proxy.log().includes('upstream-secret'), 'a provider key is in the log');
  proxy.remove();
  await upstream.stop();
});

const client = (key) => new OpenAI({ apiKey: key, baseURL: `${proxy.url}/v1`, maxRetries: 0 });

describe('the official SDK', () => {
  test('chats', async () => {
    const answered = await client(await proxy.newKey()).chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], custom_field: { kept: true } });
    assert.equal(answered.model, 'gpt-4o');
    assert.equal(answered.choices[0].message.content, 'Hello there');
    const sent = upstream.received.at(-1);
    assert.equal(sent.headers.authorization, 'Bearer upstream-secret');
    assert.deepEqual(sent.body.custom_field, { kept: true });
  });
  test('streams, and sees usage only when it asked', async () => {
    const openai = client(await proxy.newKey());
    for (const wanted of [false, true]) {
      const stream = await openai.chat.completions.create({ model: 'gpt-4o', stream: true, messages: [], ...(wanted ? { stream_options: { include_usage: true } } : {}) });
      let text = '';
      let usage;
      for await (const part of stream) {
        text += part.choices[0]?.delta?.content ?? '';
        usage = part.usage ?? usage;
        assert.equal(part.model, 'gpt-4o');
      }
      assert.equal(text, 'Hello');
      assert.equal(usage?.total_tokens, wanted ? 10 : undefined);
    }
  });
  test('embeds, base64 included', async () => {
    const answered = await client(await proxy.newKey()).embeddings.create({ model: 'gpt-4o', input: 'hi' });
    assert.deepEqual([...answered.data[0].embedding], [0.5, 0.25]);
  });
  test('lists models', async () => {
    const names = [];
    for await (const model of client(await proxy.newKey({ models: ['gpt-4o', 'mock'] })).models.list()) names.push(model.id);
    assert.deepEqual(names, ['gpt-4o', 'mock']);
  });
  test('gets its own error classes', async () => {
    const key = await proxy.newKey({ models: ['gpt-4o', 'slow-down', 'broken'] });
    const chat = (apiKey, model) => client(apiKey).chat.completions.create({ model, messages: [] });
    await assert.rejects(chat('sk-unknown', 'gpt-4o'), OpenAI.AuthenticationError);
    await assert.rejects(chat(key, 'mock'), OpenAI.PermissionDeniedError);
    await assert.rejects(chat(key, 'slow-down'), OpenAI.RateLimitError);
    await assert.rejects(chat(key, 'broken'), OpenAI.InternalServerError);
    await assert.rejects(chat(masterKey, 'no-such-model'), OpenAI.BadRequestError);
  });
});

describe('faults', () => {
  const chat = async (model, more = {}) => proxy.call('/chat/completions', { body: { model, messages: [], ...more } });
  test('become the documented errors', async () => {
    for (const [model, status] of [['reset', 500], ['garbage', 500], ['broken', 500], ['slow-down', 429], ['silent', 408]]) {
      const answered = await chat(model);
      assert.equal(answered.status, status, answered.text);
      assert.equal(answered.json.error.code, String(status));
      assert.ok(answered.headers.get('x-litellm-call-id'));
    }
  });
  test('a stream cut in the middle says so', async () => {
    const answered = await chat('half', { stream: true });
    assert.equal(answered.status, 200);
    assert.match(answered.text, /"content":"Hel"/);
    assert.match(answered.text, /"error"/);
    assert.doesNotMatch(answered.text, /\[DONE\]/);
  });
  test('a client that hangs up cancels the upstream call and is recorded', async () => {
    const abort = new AbortController();
    const response = await fetch(`${proxy.url}/v1/chat/completions`, {
      method: 'POST', signal: abort.signal, headers: { authorization: `Bearer ${masterKey}` },
      body: JSON.stringify({ model: 'endless', stream: true, messages: [], user: 'leaver' }),
    });
    await response.body.getReader().read();
    abort.abort();
    await eventually(() => gone.includes('leaver'));
    const rows = await eventually(async () => {
      const logs = (await proxy.call('/spend/logs')).json;
      const mine = logs.filter((row) => row.end_user === 'leaver');
      return mine.length > 0 && mine;
    });
    assert.equal(rows.length, 1);
    assert.ok(rows[0].spend > 0);
  });
});

describe('keys', () => {
  test('live as the documents say', async () => {
    const made = await proxy.call('/key/generate', { body: { models: ['my-free-tier'], aliases: { 'gpt-3.5-turbo': 'my-free-tier' }, duration: '30min', metadata: { user: 'ishaan@berri.ai' } } });
    assert.equal(made.status, 200, made.text);
    const { key } = made.json;
    assert.match(key, /^sk-[A-Za-z0-9_-]{22}$/);
    assert.equal((await proxy.call('/chat/completions', { key, body: { model: 'gpt-3.5-turbo', messages: [] } })).json.model, 'gpt-3.5-turbo');
    const info = (await proxy.call(`/key/info?key=${key}`)).json;
    assert.equal(info.key, key);
    assert.deepEqual(info.info.aliases, { 'gpt-3.5-turbo': 'my-free-tier' });
    assert.ok(Date.parse(info.info.expires) > Date.now());
    assert.ok(!JSON.stringify(info.info).includes(key));

    assert.equal((await proxy.call('/key/block', { body: { key } })).json.blocked, true);
    assert.equal((await proxy.call('/chat/completions', { key, body: { model: 'my-free-tier', messages: [] } })).status, 401);
    assert.equal((await proxy.call('/key/unblock', { body: { key } })).json.blocked, false);
    assert.equal((await proxy.call('/chat/completions', { key, body: { model: 'my-free-tier', messages: [] } })).status, 200);
    assert.deepEqual((await proxy.call('/key/delete', { body: { keys: [key] } })).json, { deleted_keys: [key] });
    assert.equal((await proxy.call('/chat/completions', { key, body: { model: 'my-free-tier', messages: [] } })).status, 401);
  });
  test('spend is exact on key, user and team', async () => {
    const user = (await proxy.call('/user/new', { body: { user_email: 'krrish@berri.ai', auto_create_key: false } })).json.user_id;
    const team = (await proxy.call('/team/new', { body: { team_alias: 'my-awesome-team' } })).json.team_id;
    const key = await proxy.newKey({ user_id: user });
    const teamKey = await proxy.newKey({ team_id: team });
    for (const used of [key, key, teamKey]) assert.equal((await proxy.call('/chat/completions', { key: used, body: { model: 'gpt-4o', messages: [] } })).status, 200);
    const each = 9 * 0.000001 + 12 * 0.000002;
    const near = (value, wanted) => Math.abs(value - wanted) < 1e-12;
    await eventually(async () => near((await proxy.call(`/key/info?key=${key}`)).json.info.spend, 2 * each));
    await eventually(async () => near((await proxy.call(`/user/info?user_id=${user}`)).json.user_info.spend, 2 * each));
    await eventually(async () => near((await proxy.call(`/team/info?team_id=${team}`)).json.team_info.spend, each));
  });
  test('a budget is never passed', async () => {
    const key = await proxy.newKey({ max_budget: 0.0002 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => proxy.call('/chat/completions', { key, body: { model: 'gpt-4o', max_tokens: 12, messages: [] } })));
    const served = answers.filter((one) => one.status === 200).length;
    assert.ok(served >= 1 && served * 33e-6 <= 0.0002, `${served} were served`);
    assert.equal(answers.find((one) => one.status !== 200).json.error.type, 'budget_exceeded');
  });
  test('another header may carry the key', async () => {
    const other = await startProxy(`${config(upstream.url)}
general_settings:
  litellm_key_header_name: "X-Litellm-Key"
`);
    const body = { model: 'mock', messages: [{ role: 'user', content: 'Hello, Claude gm!' }] };
    assert.equal((await other.call('/v1/chat/completions', { key: 'bad-key', headers: { 'x-litellm-key': `Bearer ${masterKey}` }, body })).status, 200);
    assert.equal((await other.call('/v1/chat/completions', { body })).status, 401);
    await other.stop();
    other.remove();
  });
});

describe('bad input', () => {
  test('gets the documented error', async () => {
    const cases = [
      ['/chat/completions', '{"model": "mock"', 400], ['/chat/completions', '[]', 400], ['/chat/completions', '"\xff\xfe"', 400], ['/chat/completions', '', 400],
      ['/chat/completions', '{"model":"mock","messages":[]} trailing', 400], ['/key/generate', '{user_email: "krrish@berri.ai"}', 400],
      ['/key/generate', '{"models": 5}', 422], ['/no/such/route', '{}', 404],
    ];
    for (const [path, body, status] of cases) {
      const answered = await proxy.call(path, { body, method: 'POST' });
      assert.ok(answered.status === status || (status === 422 && answered.status === 400), `${path} ${body}: ${answered.status} ${answered.text}`);
    }
    assert.equal((await proxy.call('/key/generate', { method: 'DELETE' })).status, 405);
  });
  test('a caller cannot choose where a call goes', async () => {
    for (const name of ['api_base', 'base_url', 'api_key', 'user_config', '\\u0061pi_base']) {
      const answered = await proxy.call('/chat/completions', { body: `{"model":"gpt-4o","messages":[],"${name}":"http://127.0.0.1:1"}` });
      assert.equal(answered.status, 401, name);
    }
  });
  test('50 MB are read only from those who may send them', async () => {
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 52428800\r\nAuthorization: Bearer sk-nobody\r\n\r\n';
    const answered = await new Promise((resolve) => {
      let text = '';
      const socket = net.connect(proxy.port, '127.0.0.1', () => socket.write(head));
      socket.on('data', (bytes) => (text += bytes)).on('close', () => resolve(text));
    });
    assert.match(answered, /^HTTP\/1\.1 401 /);
  });
});

describe('kill -9', () => {
  test('loses no call and counts none twice', async () => {
    let victim = await startProxy(config(upstream.url));
    const { directory } = victim;
    const key = await victim.newKey();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 7; i++) assert.equal((await victim.call('/chat/completions', { key, body: { model: 'gpt-4o', messages: [] } })).status, 200);
      await victim.stop('SIGKILL');
      victim = await startProxy(config(upstream.url), { directory });
    }
    const spend = 21 * (9 * 0.000001 + 12 * 0.000002);
    await eventually(async () => Math.abs((await victim.call(`/key/info?key=${key}`)).json.info.spend - spend) < 1e-12);
    assert.equal((await victim.call('/spend/logs')).json.length, 21);
    await victim.stop();
    victim.remove();
  });
});

if (process.env.LITELLM_TEST_POSTGRES) {
  describe('Postgres', () => {
    test('carries keys and spend', async () => {
      const served = await startProxy(config(upstream.url), { environment: { DATABASE_URL: process.env.LITELLM_TEST_POSTGRES } });
      const key = await served.newKey();
      assert.equal((await served.call('/chat/completions', { key, body: { model: 'gpt-4o', messages: [] } })).status, 200);
      await eventually(async () => (await served.call(`/key/info?key=${key}`)).json.info.spend > 0);
      assert.equal((await served.call('/health/readiness')).json.status, 'connected');
      await served.stop();
      served.remove();
    });
  });
}
