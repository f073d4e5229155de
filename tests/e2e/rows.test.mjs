// However a call ends, it is one row of the ledger, and the row says how its cost was come by.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { eventually, freePort, sendJson, startProxy, startUpstream } from './support.mjs';
import { count, countMessages } from './tiktoken.mjs';

const inputPrice = 0.00001;
const outputPrice = 0.00003;
const usage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 };
const answer = 'The quick brown fox jumps over the lazy dog.';

const frame = { id: 'chatcmpl-rows', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o' };
const chunk = (content, more = {}) => `data: ${JSON.stringify({ ...frame, choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more })}\n\n`;
const last = `data: ${JSON.stringify({ ...frame, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`;
const tail = (more) => `data: ${JSON.stringify({ ...frame, choices: [], usage: more })}\n\n`;
const done = 'data: [DONE]\n\n';

function begin(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

/** What the upstream does, by the first message of the call. */
const gone = new Set();
const behaviour = {
  whole: (response) => sendJson(response, { ...frame, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }], usage }),
  'without usage': (response) => sendJson(response, { ...frame, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }] }),
  'only a total': (response) => sendJson(response, { ...frame, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }], usage: { total_tokens: 12 } }),
  refused: (response) => sendJson(response, { error: { message: 'no', type: 'invalid_request_error' } }, 400),
  overloaded: (response) => sendJson(response, { error: { message: 'busy' } }, 503),
  silent: () => {},
  reset: (response) => response.destroy(),
  garbage: (response) => (response.writeHead(200, { 'content-type': 'application/json' }), response.end('this is no JSON')),
  'stream, whole': (response) => (begin(response), response.end(chunk(answer) + last + tail(usage) + done)),
  'stream, without usage': (response) => (begin(response), response.end(chunk('The quick brown ') + chunk('fox jumps over the lazy dog.') + last + done)),
  'stream, usage first': (response) => (begin(response), response.end(tail(usage) + chunk(answer) + last + done)),
  'stream, usage beside text': (response) => (begin(response), response.end(chunk(answer, { usage }) + last + done)),
  'stream, usage that grows': (response) => (begin(response), response.end(chunk('The ', { usage: { prompt_tokens: 7, completion_tokens: 1, total_tokens: 8 } }) + chunk(answer, { usage }) + last + done)),
  'stream, an event that is broken': (response) => (begin(response), response.end(`${chunk(answer)}data: {"broken\n\n${last}${tail(usage)}${done}`)),
  'stream, cut': (response) => (begin(response), response.write(chunk(answer), () => response.destroy())),
  'stream, an error inside': (response) => (begin(response), response.end(`${chunk(answer)}data: {"error":{"message":"too much","code":429}}\n\n`)),
  'stream, endless': (response) => (begin(response), response.write(chunk(answer))),
  'stream, usage and then nothing': (response) => (begin(response), response.write(chunk(answer) + last + tail(usage))),
};

const upstream = await startUpstream((request, response, body) => {
  if (request.url.endsWith('/embeddings')) return sendJson(response, { object: 'list', model: 'gpt-4o', data: [{ object: 'embedding', index: 0, embedding: [1] }], ...(body.input.startsWith('counted') ? {} : { usage: { prompt_tokens: 4, total_tokens: 4 } }) });
  const name = body.messages[0].content;
  response.on('close', () => gone.add(name));
  behaviour[name](response);
});
const closedPort = await freePort();

const deployment = (name, url, more = '') => `
  - model_name: ${name}
    litellm_params: {model: openai/gpt-4o, api_base: "${url}/v1", api_key: k, input_cost_per_token: ${inputPrice}, output_cost_per_token: ${outputPrice}${more}}`;
const config = `
model_list:${deployment('m', upstream.url)}${deployment('impatient', upstream.url, ', timeout: 0.3, stream_timeout: 0.3')}${deployment('nobody', `http://127.0.0.1:${closedPort}`)}
litellm_settings: {num_retries: 0}
general_settings: {proxy_batch_write_at: 0.05}
`;

let proxy;
let number = 0;
before(async () => {
  proxy = await startProxy(config);
});
after(async () => {
  assert.equal((await proxy.stop()).code, 0, proxy.log());
  proxy.remove();
  await upstream.stop();
});

const messagesOf = (name) => [{ role: 'user', content: name }];
const nanos = (value) => Math.round(value * 1e9);
const priced = (prompt, completion) => nanos(prompt * inputPrice + completion * outputPrice);
const rowsOf = async (session) => (await proxy.call('/spend/logs?limit=1000')).json.filter((row) => row.session_id === session);

/** Sends the call; `leave(text)` says when the client has seen enough and hangs up. */
function send(name, { model = 'm', leave } = {}) {
  const session = `rows-${number++}`;
  const body = { model, stream: name.startsWith('stream'), messages: messagesOf(name) };
  return new Promise((resolve) => {
    let text = '';
    const end = (status) => resolve({ session, text, status });
    const request = http.request(`${proxy.url}/v1/chat/completions`, { method: 'POST', agent: false, headers: { authorization: 'Bearer sk-e2e-master-key-0123456789abcdef', 'content-type': 'application/json', 'x-litellm-trace-id': session } }, (response) => {
      response.on('data', (bytes) => {
        text += bytes;
        if (leave?.(text)) request.destroy();
      });
      response.on('close', () => end(response.statusCode));
    });
    request.on('error', () => end(0));
    request.end(JSON.stringify(body));
    if (leave?.('')) eventually(() => upstream.received.some((each) => each.headers && each.body.messages?.[0].content === name)).then(() => request.destroy());
  });
}

const textTokens = () => count(answer);
const prompt = (name) => countMessages(messagesOf(name));

/** name, how, what the row must say. */
const cases = [
  ['whole', {}, { status: 'success', measure: 'measured', tokens: [7, 5] }],
  ['without usage', {}, { status: 'success', measure: 'counted', tokens: (name) => [prompt(name), textTokens()] }],
  ['only a total', {}, { status: 'success', measure: 'measured', tokens: [12, 0] }],
  ['refused', {}, { status: 'failure', measure: 'measured', tokens: [0, 0] }],
  ['overloaded', {}, { status: 'failure', measure: 'measured', tokens: [0, 0] }],
  ['silent', { model: 'impatient' }, { status: 'failure', measure: 'counted', tokens: (name) => [prompt(name), 0] }],
  ['reset', {}, { status: 'failure', measure: 'measured', tokens: [0, 0] }],
  ['garbage', {}, { status: 'failure', measure: 'counted', tokens: (name) => [prompt(name), 0] }],
  ['whole', { model: 'nobody' }, { status: 'failure', measure: 'measured', tokens: [0, 0] }],
  ['silent', { leave: () => true }, { status: 'failure', measure: 'counted', tokens: (name) => [prompt(name), 0], cancels: true }],
  ['stream, whole', {}, { status: 'success', measure: 'measured', tokens: [7, 5] }],
  ['stream, without usage', {}, { status: 'success', measure: 'counted', tokens: (name) => [prompt(name), textTokens()] }],
  ['stream, usage first', {}, { status: 'success', measure: 'measured', tokens: [7, 5] }],
  ['stream, usage beside text', {}, { status: 'success', measure: 'measured', tokens: [7, 5] }],
  ['stream, usage that grows', {}, { status: 'success', measure: 'measured', tokens: [7, 5] }],
  ['stream, an event that is broken', {}, { status: 'success', measure: 'measured', tokens: [7, 5] }],
  ['stream, cut', {}, { status: 'failure', measure: 'counted', tokens: (name) => [prompt(name), textTokens()] }],
  ['stream, an error inside', {}, { status: 'failure', measure: 'counted', tokens: (name) => [prompt(name), textTokens()] }],
  ['stream, endless', { leave: (text) => text.includes('lazy dog') }, { status: 'failure', measure: 'counted', tokens: (name) => [prompt(name), textTokens()], cancels: true }],
  ['stream, endless', { model: 'impatient' }, { status: 'failure', measure: 'counted', tokens: (name) => [prompt(name), textTokens()] }],
  ['stream, usage and then nothing', { leave: (text) => text.includes('"stop"') }, { status: 'failure', measure: 'measured', tokens: [7, 5], cancels: true }],
];

describe('one row', () => {
  const sessions = [];
  for (const [name, how, expected] of cases) {
    const title = `${name}${how.model ? ` (${how.model})` : ''}${how.leave ? ', the client leaves' : ''}`;
    test(title, async () => {
      gone.delete(name);
      upstream.received.length = 0;
      const sent = await send(name, how);
      sessions.push(sent.session);
      if (expected.cancels) await eventually(() => gone.has(name));
      const rows = await eventually(async () => {
        const found = await rowsOf(sent.session);
        return found.length > 0 && found;
      });
      assert.equal(rows.length, 1);
      const [row] = rows;
      const [promptTokens, completionTokens] = typeof expected.tokens === 'function' ? expected.tokens(name) : expected.tokens;
      assert.equal(row.status, expected.status);
      assert.equal(row.metadata.measure, expected.measure);
      assert.deepEqual([row.prompt_tokens, row.completion_tokens], [promptTokens, completionTokens]);
      assert.equal(nanos(row.spend), priced(promptTokens, completionTokens));
      if (row.metadata.measure === 'counted') assert.ok(row.metadata.tokenizer);
    });
  }
  test('embeddings with and without usage', async () => {
    for (const [input, measure, tokens] of [['measured', 'measured', 4], ['counted by us', 'counted', count('counted by us')]]) {
      const session = `rows-embedding-${measure}`;
      await proxy.call('/v1/embeddings', { body: { model: 'm', input }, headers: { 'x-litellm-trace-id': session } });
      const [row] = await eventually(async () => {
        const found = await rowsOf(session);
        return found.length === 1 && found;
      });
      assert.deepEqual([row.metadata.measure, row.prompt_tokens, nanos(row.spend)], [measure, tokens, priced(tokens, 0)]);
    }
  });
  test('and no more than one, later', async () => {
    const rows = (await proxy.call('/spend/logs?limit=1000')).json;
    for (const session of sessions) assert.equal(rows.filter((row) => row.session_id === session).length, 1, session);
  });
});
