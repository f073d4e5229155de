// Everything that can go wrong with a provider, against one row, a group of two and a group with a fallback: what the client gets, who was asked
// how often, who rests afterwards, and the one row that the ledger keeps.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { completion, eventually, freePort, sendJson, startProxy } from './support.mjs';

const price = { input: 0.000001, output: 0.000002 };
const cost = (factor = 1) => factor * (9 * price.input + 12 * price.output);

const html = '<html><body><h1>502 Bad Gateway</h1></body></html>';
const openaiError = (message, type = 'server_error', code = null) => ({ error: { message, type, param: null, code } });

/** How the provider misbehaves; `status` is what a client gets from one row, `retried` whether the row is asked again, `rests` in which groups it rests. Where a
 * provider may have charged the prompt, the call is `inDoubt` and pays for it. */
const faults = {
  refused: { status: 500, retried: true, unreachable: true, says: /APIConnectionError/ },
  // On a connection that served another call before, libcurl itself asks again, up to five times: it cannot tell a reset from an idle connection that was closed.
  'reset-at-once': { status: 500, retried: true, replayed: true, says: /APIConnectionError/, act: (request) => request.socket.destroy() },
  'reset-in-head': { status: 500, retried: true, act: (request) => request.socket.end('HTTP/1.1 200 OK\r\ncontent-ty') },
  'reset-in-body': {
    status: 500, retried: true,
    act: (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"id": "chatcmpl-1", "choices": [');
      setTimeout(() => request.socket.destroy(), 30);
    },
  },
  'silent-head': { status: 408, retried: true, inDoubt: true, says: /Timeout/, act: () => undefined },
  'silent-body': {
    status: 408, retried: true, inDoubt: true,
    act: (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"id": ');
    },
  },
  401: { status: 401, rests: ['single', 'pair'], retriedInPair: true, says: /AuthenticationError/, act: (request, response) => sendJson(response, openaiError('Incorrect API key provided', 'invalid_request_error'), 401) },
  408: { status: 408, retried: true, act: (request, response) => sendJson(response, openaiError('too slow'), 408) },
  413: { status: 413, act: (request, response) => sendJson(response, openaiError('too large', 'some_error'), 413) },
  429: { status: 429, retried: true, rests: ['pair'], says: /RateLimitError/, act: (request, response) => sendJson(response, openaiError('slow down', 'requests'), 429) },
  '429-with-retry-after': { status: 429, retried: true, rests: ['pair'], act: (request, response) => sendJson(response, openaiError('slow down', 'requests'), 429, { 'retry-after': '5' }) },
  500: { status: 500, retried: true, says: /InternalServerError/, act: (request, response) => sendJson(response, openaiError('oops'), 500) },
  503: { status: 503, retried: true, says: /ServiceUnavailableError/, act: (request, response) => sendJson(response, openaiError('busy'), 503) },
  529: { status: 529, retried: true, act: (request, response) => sendJson(response, openaiError('overloaded'), 529) },
  'html-page': { status: 502, retried: true, says: /BadGatewayError/, act: (request, response) => response.writeHead(502, { 'content-type': 'text/html' }).end(html) },
  'truncated-json': { status: 500, retried: true, inDoubt: true, act: (request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "chatcmpl-1", "choi') },
  'error-with-200': { status: 500, retried: true, act: (request, response) => sendJson(response, openaiError('the model crashed')) },
};

const received = [];
let server;
let proxy;

function answer(request, response, body) {
  received.push({ model: body.model, user: body.user });
  const fault = faults[body.model];
  if (fault) return fault.act(request, response);
  if (body.model === 'stalls-at-once' || body.model === 'stalls-midway' || body.model === 'breaks-midway') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    if (body.model === 'stalls-at-once') return undefined;
    response.write(`data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: body.model, choices: [{ index: 0, delta: { content: 'Hel' } }] })}\n\n`);
    if (body.model === 'breaks-midway') setTimeout(() => request.socket.destroy(), 50);
    return undefined;
  }
  if (body.model === 'filtered') {
    const cut = completion(body.model);
    cut.choices[0].finish_reason = 'content_filter';
    return sendJson(response, cut);
  }
  if (body.model === 'short') return sendJson(response, openaiError("This model's maximum context length is 10 tokens", 'invalid_request_error', 'context_length_exceeded'), 400);
  return sendJson(response, completion(body.model));
}

async function config(base) {
  const closed = await freePort();
  const address = (fault) => (faults[fault]?.unreachable ? `http://127.0.0.1:${closed}` : `${base}/v1`);
  const row = (group, model, more = '', factor = 1) => `  - model_name: "${group}"
    litellm_params: {model: "openai/${model}", api_base: "${address(model)}", api_key: upstream-secret, timeout: 1, stream_timeout: 1, input_cost_per_token: ${price.input * factor}, output_cost_per_token: ${price.output * factor}${more}}
`;
  const names = Object.keys(faults);
  return `
model_list:
${row('good', 'good', '', 3)}${row('filtered', 'filtered')}${row('short', 'short')}${['stalls-at-once', 'stalls-midway', 'breaks-midway'].map((name) => row(name, name, ', num_retries: 0')).join('')}${names
    .map((name) => row(`single-${name}`, name) + row(`pair-${name}`, name, ', order: 1') + row(`pair-${name}`, 'good', ', order: 2') + row(`falling-${name}`, name, ', num_retries: 0'))
    .join('')}
router_settings:
  num_retries: 1
  cooldown_time: 60
  fallbacks: [${names.map((name) => `{"falling-${name}": ["no-such-model", "good"]}`).join(', ')}, {"stalls-at-once": ["good"]}, {"stalls-midway": ["good"]}]
  content_policy_fallbacks: [{filtered: [good]}]
  context_window_fallbacks: [{short: [good]}]
`;
}

before(async () => {
  server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => (text += bytes)).on('end', () => answer(request, response, JSON.parse(text)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await startProxy(await config(`http://127.0.0.1:${server.address().port}`));
});
after(async () => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  assert.ok(!proxy.log().includes('upstream-secret'), 'a provider key is in the log');
  proxy.remove();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const chat = (model, user, more = {}) => proxy.call('/v1/chat/completions', { body: { model, user, messages: [{ role: 'user', content: 'hi' }], max_tokens: 12, ...more } });
const asked = (user, model) => received.filter((one) => one.user === user && (!model || one.model === model)).length;

async function ledgerRow(user) {
  const rows = await eventually(async () => {
    const mine = (await proxy.call('/spend/logs')).json.filter((one) => one.end_user === user);
    return mine.length > 0 && mine;
  });
  assert.equal(rows.length, 1, `${user} has ${rows.length} rows in the ledger`);
  return rows[0];
}
const isAsked = (fault, times, wanted) => assert.ok(fault.replayed ? times >= wanted && times <= 6 * wanted : times === wanted, `asked ${times} times instead of ${wanted}`);
const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-12, `${value} is not ${wanted}`);

describe('one row', { concurrency: true }, () => {
  for (const [name, fault] of Object.entries(faults)) {
    test(name, async () => {
      const user = `single-${name}`;
      const answered = await chat(user, user);
      assert.equal(answered.status, fault.status, answered.text);
      assert.equal(answered.json.error.code, String(fault.status));
      if (fault.says) assert.match(answered.json.error.message, fault.says);
      assert.match(answered.json.error.message, new RegExp(`Received Model Group=${user}`));
      assert.ok(!answered.text.includes('upstream-secret'));
      if (!fault.unreachable) isAsked(fault, asked(user), fault.retried ? 2 : 1);
      assert.equal(answered.headers.get('x-litellm-attempted-retries'), fault.retried ? '1' : '0');
      const row = await ledgerRow(user);
      assert.equal(row.status, 'failure');
      if (fault.inDoubt) assert.ok(row.spend > 0 && row.spend < cost(), `${row.spend} for the prompt`);
      else assert.equal(row.spend, 0);
      assert.equal(row.model_group, user);
      // Who rests is not asked again.
      const before = asked(`${user}-2`);
      const again = await chat(user, `${user}-2`, { num_retries: 0 });
      const rests = fault.rests?.includes('single');
      assert.equal(again.status, rests ? 429 : fault.status, again.text);
      if (rests) assert.match(again.json.error.message, /No deployments available for selected model, Try again in/);
      if (!fault.unreachable) isAsked(fault, asked(`${user}-2`) - before, rests ? 0 : 1);
    });
  }
});

describe('a group of two', { concurrency: true }, () => {
  for (const [name, fault] of Object.entries(faults)) {
    test(name, async () => {
      const user = `pair-${name}`;
      const answered = await chat(user, user);
      const recovers = fault.retried || fault.retriedInPair;
      assert.equal(answered.status, recovers ? 200 : fault.status, answered.text);
      if (!fault.unreachable) isAsked(fault, asked(user, name), 1);
      assert.equal(asked(user, 'good'), recovers ? 1 : 0);
      if (recovers) {
        const again = await chat(user, `${user}-2`);
        assert.equal(again.status, 200);
        if (!fault.unreachable) isAsked(fault, asked(`${user}-2`, name), fault.rests?.includes('pair') ? 0 : 1);
      }
      const row = await ledgerRow(user);
      assert.equal(row.status, recovers ? 'success' : 'failure');
      near(row.spend, recovers ? cost() : 0);
      if (!recovers) return;
      assert.equal(answered.headers.get('x-litellm-attempted-retries'), '1');
      assert.equal(answered.headers.get('x-litellm-model-id'), row.model_id);
      assert.equal(answered.json.model, user);
    });
  }
});

describe('a group that falls back', { concurrency: true }, () => {
  for (const name of Object.keys(faults)) {
    test(name, async () => {
      const user = `falling-${name}`;
      const answered = await chat(user, user);
      assert.equal(answered.status, 200, answered.text);
      assert.equal(answered.headers.get('x-litellm-attempted-fallbacks'), '1');
      assert.equal(answered.headers.get('x-litellm-model-group'), 'good');
      assert.ok(answered.headers.get('x-litellm-overhead-duration-ms') !== null);
      assert.equal(answered.headers.get('llm_provider-content-type'), 'application/json');
      assert.equal(asked(user, 'good'), 1);
      const row = await ledgerRow(user);
      assert.equal(row.status, 'success');
      assert.equal(row.model_group, 'good');
      near(row.spend, cost(3));
    });
  }
  test('a request may say no', async () => {
    const answered = await chat('falling-500', 'no-fallback', { disable_fallbacks: true });
    assert.equal(answered.status, 500);
    assert.equal(asked('no-fallback', 'good'), 0);
  });
  test('a request may name its own, if it may use them', async () => {
    const answered = await chat('single-500', 'own-fallback', { num_retries: 0, fallbacks: ['good'] });
    assert.equal(answered.status, 200, answered.text);
    const key = await proxy.newKey({ models: ['single-500'] });
    const body = { model: 'single-500', messages: [], num_retries: 0, fallbacks: ['good'] };
    assert.equal((await proxy.call('/v1/chat/completions', { key, body })).status, 403);
    const stolen = { model: 'single-500', messages: [], fallbacks: [{ model: 'good', api_base: 'http://127.0.0.1:1' }] };
    assert.equal((await proxy.call('/v1/chat/completions', { body: stolen })).status, 401);
  });
  test('a budget that the first model fits in and the fallback does not is kept', async () => {
    const key = await proxy.newKey({ max_budget: cost(2) + 0.0001 });
    const body = { model: 'falling-500', user: 'poor', messages: [], max_tokens: 40 };
    const answered = await proxy.call('/v1/chat/completions', { key, body });
    assert.equal(answered.status, 500, answered.text);
    assert.match(answered.json.error.message, /Error doing the fallback: Budget has been exceeded/);
    assert.equal(asked('poor', 'good'), 0);
  });
  test('what a filter cut is paid for and asked elsewhere', async () => {
    const answered = await chat('filtered', 'filtered');
    assert.equal(answered.status, 200, answered.text);
    assert.equal(answered.json.choices[0].finish_reason, 'stop');
    near((await ledgerRow('filtered')).spend, cost(1) + cost(3));
  });
  test('a prompt that is too long goes to a larger model', async () => {
    const answered = await chat('short', 'short');
    assert.equal(answered.status, 200, answered.text);
    assert.equal(asked('short', 'short'), 1);
  });
});

describe('a stream', { concurrency: true }, () => {
  test('that never begins is asked elsewhere', async () => {
    const answered = await chat('stalls-at-once', 'stalls-at-once', { stream: true });
    assert.equal(answered.status, 200, answered.text);
    assert.equal(asked('stalls-at-once', 'good'), 1);
  });
  for (const name of ['stalls-midway', 'breaks-midway']) {
    test(`that ${name} is told inside of it and never asked again`, async () => {
      const answered = await chat(name, name, { stream: true });
      assert.equal(answered.status, 200);
      assert.match(answered.text, /"content":"Hel"/);
      assert.match(answered.text, /"error"/);
      assert.doesNotMatch(answered.text, /\[DONE\]/);
      assert.equal(asked(name), 1);
      const row = await ledgerRow(name);
      assert.equal(row.status, 'failure');
      assert.ok(row.spend > 0, 'what was streamed is paid for');
    });
  }
});
