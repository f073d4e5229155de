// Requests that pass as they are, and answers that come from memory.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { completion, eventually, startProxy } from './support.mjs';

let server;
let proxy;
let base;
const received = [];
let letGo;

function answer(request, response, body) {
  received.push({ method: request.method, url: request.url, headers: request.headers, body });
  const json = (value, status = 200, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  if (request.url.startsWith('/v1/messages')) return json({ id: `msg_${received.length}`, usage: { input_tokens: 1000, output_tokens: 100 }, content: [] }, 200, { 'request-id': 'r1' });
  if (request.url.startsWith('/own/fails')) return json({ detail: 'teapot' }, 418);
  if (request.url.startsWith('/own/slowly')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"first":true}\n\n');
    letGo = () => response.end('data: [DONE]\n\n');
    return undefined;
  }
  if (request.url.startsWith('/own')) return json({ ok: true });
  const sent = JSON.parse(body);
  if (!sent.stream) return json(completion(sent.model));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const content of ['Hel', 'lo']) response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: sent.model, choices: [{ index: 0, delta: { content } }] })}\n\n`);
  response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: sent.model, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`);
  return response.end('data: [DONE]\n\n');
}

before(async () => {
  server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => (body += bytes)).on('end', () => answer(request, response, body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${server.address().port}`;
  proxy = await startProxy(`
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, api_base: "${base}/v1", api_key: upstream-secret, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002}
litellm_settings:
  cache: true
  cache_params: {type: local, ttl: 600}
general_settings:
  pass_through_endpoints:
    - {path: /my-tool, target: "${base}/own?fixed=1", headers: {x-own: operator-secret}, include_subpath: true, merge_query_params: true, cost_per_request: 0.25}
    - {path: /everybody, target: "${base}/own/open", auth: false}
`, { environment: { ANTHROPIC_API_KEY: 'anthropic-secret', ANTHROPIC_API_BASE: base, OPENAI_API_KEY: '' } });
});
after(async () => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  for (const hidden of ['upstream-secret', 'operator-secret', 'anthropic-secret', 'in-query']) assert.ok(!proxy.log().includes(hidden), `${hidden} is in the log`);
  assert.match(proxy.log(), /everybody may call \/everybody/);
  proxy.remove();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const spendOf = async (key) => (await proxy.call(`/key/info?key=${key}`)).json.info.spend;
const near = (a, b) => Math.abs(a - b) < 1e-12;

describe('pass-through', () => {
  test('needs a key, and sends another one on', async () => {
    const body = { model: 'claude-sonnet-4-20250514', max_tokens: 5, messages: [] };
    assert.equal((await proxy.call('/anthropic/v1/messages', { key: 'sk-nobody', body })).status, 401);
    const before = received.length;
    const key = await proxy.newKey();
    const answered = await proxy.call('/anthropic/v1/messages?beta=true&key=in-query', { key, body, headers: { 'anthropic-version': '2023-06-01', 'x-api-key': 'mine', cookie: 'a=b', 'x-pass-x-extra': 'yes' } });
    assert.equal(answered.status, 200, answered.text);
    assert.equal(answered.headers.get('request-id'), 'r1');
    assert.ok(answered.headers.get('x-litellm-call-id'));
    assert.equal(received.length, before + 1);
    const sent = received.at(-1);
    assert.equal(sent.url, '/v1/messages?beta=true');
    assert.equal(sent.headers['x-api-key'], 'anthropic-secret');
    assert.equal(sent.headers['anthropic-version'], '2023-06-01');
    assert.equal(sent.headers['x-extra'], 'yes');
    for (const name of ['authorization', 'cookie', 'x-pass-x-extra']) assert.equal(sent.headers[name], undefined, name);
    assert.deepEqual(JSON.parse(sent.body), body);
    await eventually(async () => (await spendOf(key)) > 0);
    const rows = (await proxy.call('/spend/logs')).json.filter((row) => row.call_type === 'pass_through_endpoint');
    assert.equal(rows.at(-1).prompt_tokens, 1000);
    assert.equal(rows.at(-1).model, 'claude-sonnet-4-20250514');
  });
  test('keeps to the models and the budget of a key', async () => {
    const narrow = await proxy.newKey({ models: ['gpt-4o'] });
    assert.equal((await proxy.call('/anthropic/v1/messages', { key: narrow, body: { model: 'claude-sonnet-4-20250514', messages: [] } })).status, 403);
    const key = await proxy.newKey({ max_budget: 0.6 });
    for (const status of [200, 200, 429]) assert.equal((await proxy.call('/my-tool', { key, body: {} })).status, status);
    await eventually(async () => near(await spendOf(key), 0.5));
  });
  test('says what is missing', async () => {
    const answered = await proxy.call('/openai/v1/models');
    assert.equal(answered.status, 500);
    assert.match(answered.json.error.message, /OPENAI_API_KEY/);
  });
  test('events go on as they come', async () => {
    const response = await fetch(`${proxy.url}/my-tool/slowly`, { method: 'POST', headers: { authorization: `Bearer ${await proxy.newKey()}` }, body: '{}' });
    const reader = response.body.getReader();
    const first = await reader.read();
    assert.equal(Buffer.from(first.value).toString(), 'data: {"first":true}\n\n', 'the provider has said no more than this yet');
    letGo();
    const second = await reader.read();
    assert.equal(Buffer.from(second.value).toString(), 'data: [DONE]\n\n');
    assert.equal((await reader.read()).done, true);
  });

  test('serves addresses of the operator', async () => {
    const answered = await proxy.call('/my-tool/deep/er?x=1&fixed=2', { method: 'PUT', body: { a: 1 } });
    assert.deepEqual(answered.json, { ok: true });
    const sent = received.at(-1);
    assert.equal(sent.method, 'PUT');
    assert.equal(sent.url, '/own/deep/er?fixed=1&x=1');
    assert.equal(sent.headers['x-own'], 'operator-secret');
    assert.equal(sent.headers.authorization, undefined);
    assert.equal((await proxy.call('/my-tool', { key: null })).status, 401);
    assert.equal((await proxy.call('/everybody', { key: null, body: {} })).status, 200);
    const refused = await proxy.call('/my-tool/fails', { body: {} });
    assert.equal(refused.status, 418);
    assert.match(refused.json.error.message, /teapot/);
  });
});

describe('the cache', () => {
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'same' }], temperature: 0 };
  const asked = () => received.filter((one) => one.url.endsWith('/chat/completions')).length;
  test('answers a question once for each tenant', async () => {
    const [mine, other] = [await proxy.newKey({ user_id: 'a' }), await proxy.newKey({ user_id: 'b' })];
    const start = asked();
    const first = await proxy.call('/v1/chat/completions', { key: mine, body });
    const second = await proxy.call('/v1/chat/completions', { key: mine, body: { temperature: 0, messages: body.messages, model: 'gpt-4o' } });
    assert.equal(asked() - start, 1);
    assert.equal(second.text, first.text);
    assert.equal(second.headers.get('x-litellm-cache-key'), first.headers.get('x-litellm-cache-key'));
    await proxy.call('/v1/chat/completions', { key: other, body });
    assert.equal(asked() - start, 2, 'another user is not told');
    await eventually(async () => near(await spendOf(mine), 33e-6));
    const rows = await eventually(async () => {
      const found = (await proxy.call('/spend/logs')).json.filter((row) => row.cache_hit === 'True');
      return found.length > 0 && found;
    });
    assert.equal(rows.length, 1);
    assert.equal(rows[0].spend, 0);
  });
  test('replays streams', async () => {
    const key = await proxy.newKey({ user_id: 'c' });
    const start = asked();
    const streamed = [];
    for (let i = 0; i < 2; i++) streamed.push((await proxy.call('/v1/chat/completions', { key, body: { ...body, stream: true } })).text);
    assert.equal(asked() - start, 1);
    assert.equal(streamed[0], streamed[1]);
    assert.match(streamed[1], /"content":"Hel"[^]*"content":"lo"[^]*\[DONE\]/);
  });
  test('obeys the request', async () => {
    const key = await proxy.newKey({ user_id: 'd' });
    const start = asked();
    for (const cache of [{ 'no-store': true }, {}, { 'no-cache': true }, { namespace: 'x' }, {}, { 's-maxage': 600 }]) assert.equal((await proxy.call('/v1/chat/completions', { key, body: { ...body, cache } })).status, 200);
    assert.equal(asked() - start, 4);
    assert.equal((await proxy.call('/v1/chat/completions', { key, body: { ...body, caching: false } })).status, 200);
    assert.equal(asked() - start, 5);
  });
});
