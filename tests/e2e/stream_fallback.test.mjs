// A stream that breaks in the middle: it ends with an error, or another model goes on with it where enable_mid_stream_fallbacks says so.
import Anthropic from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import { eventually, sendJson, startProxy, startUpstream } from './support.mjs';

const chunk = (delta, finish_reason = null, more = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-x', object: 'chat.completion.chunk', created: 1, model: 'x', choices: [{ index: 0, delta, finish_reason }], ...more })}\n\n`;
const usage = (prompt_tokens, completion_tokens) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-x', object: 'chat.completion.chunk', created: 1, model: 'x', choices: [], usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens } })}\n\n`;
const call = { tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{"a' } }] };

/** What each model sends; a script that does not end with its last piece is cut off. */
const scripts = {
  breaks: [chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hello ' }), chunk({ content: 'wor' })],
  complains: [chunk({ content: 'Hello wor' }), `data: ${JSON.stringify({ error: { message: 'overloaded', type: 'server_error' } })}\n\n`],
  calls: [chunk({ role: 'assistant', content: null }), chunk(call)],
  rest: [chunk({ role: 'assistant', content: 'ld' }), chunk({ content: '!' }), chunk({}, 'stop'), usage(20, 2), 'data: [DONE]\n\n'],
  'breaks-too': [chunk({ content: 'l' })],
};
const answer = (request, response, { model, stream }) => {
  if (!scripts[model]) return sendJson(response, { error: { message: 'no capacity' } }, 500);
  assert.ok(stream);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const pieces = [...scripts[model]];
  const next = () => {
    if (pieces.length) return response.write(pieces.shift(), () => setTimeout(next, 5));
    return model === 'rest' || model === 'complains' ? response.end() : response.destroy();
  };
  next();
};

const row = (name, url, model = name) => `
  - model_name: ${name}
    litellm_params: {model: openai/${model}, api_base: "${url}/v1", api_key: k, input_cost_per_token: 0.00001, output_cost_per_token: 0.0001}`;
const config = (url, enabled) => `
model_list:${['breaks', 'complains', 'calls', 'rest', 'breaks-too', 'down'].map((name) => row(name, url)).join('')}${row('twice', url, 'breaks')}${row('alone', url, 'breaks')}${row('lost', url, 'breaks')}
router_settings:
  num_retries: 2
  enable_mid_stream_fallbacks: ${enabled}
  fallbacks: [{breaks: [rest]}, {complains: [down, rest]}, {calls: [rest]}, {twice: [breaks-too]}, {breaks-too: [rest]}, {lost: [down]}]
general_settings: {proxy_batch_write_at: 0.1}
`;

describe('a stream that breaks', () => {
  let upstream;
  const proxies = {};
  before(async () => {
    upstream = await startUpstream(answer);
    proxies.on = await startProxy(config(upstream.url, true));
    proxies.off = await startProxy(config(upstream.url, false));
  });
  after(async () => {
    for (const proxy of Object.values(proxies)) {
      assert.equal((await proxy.stop()).code, 0, proxy.log());
      proxy.remove();
    }
    await upstream.stop();
  });
  const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'hi' }];
  /** What a client reads, what the provider was asked, and the ledger's row. */
  async function ask(proxy, model, more = {}) {
    upstream.received.length = 0;
    const key = await proxy.newKey();
    const { status, text } = await proxy.call('/v1/chat/completions', { key, body: { model, stream: true, max_tokens: 50, messages, ...more } });
    const events = text.split('\n\n').filter(Boolean).map((event) => event.replace('data: ', ''));
    const chunks = events.filter((event) => event !== '[DONE]').map((event) => JSON.parse(event));
    const rows = await eventually(async () => {
      const { json } = await proxy.call(`/spend/logs?api_key=${key}`);
      return json.length > 0 && json;
    });
    assert.equal(rows.length, 1, 'one row for one call');
    return {
      status, events, chunks, row: rows[0],
      content: chunks.map((each) => each.choices?.[0]?.delta?.content ?? '').join(''),
      error: chunks.find((each) => each.error)?.error,
      done: events.filter((event) => event === '[DONE]').length,
      asked: upstream.received.map(({ body }) => body),
    };
  }

  test('ends with an error, and nobody else is asked, unless that is wanted', async () => {
    const seen = await ask(proxies.off, 'breaks');
    assert.equal(seen.content, 'Hello wor');
    assert.match(seen.error.message, /before it was complete|closed|transfer/i);
    assert.equal(seen.done, 0);
    assert.equal(seen.asked.length, 1);
    assert.equal(seen.row.status, 'failure');
    assert.ok(seen.row.spend > 0, 'what had arrived is paid');
  });

  test('is completed by another model, which is told what there is already', async () => {
    for (const model of ['breaks', 'complains']) {
      const seen = await ask(proxies.on, model, { stream_options: { include_usage: true } });
      assert.equal(seen.status, 200);
      assert.equal(seen.content, 'Hello world!', model);
      assert.equal(seen.error, undefined);
      assert.equal(seen.done, 1);
      assert.equal(seen.asked[0].messages.length, 2);
      const last = seen.asked.at(-1);
      assert.equal(last.model, 'rest');
      assert.deepEqual(last.messages.slice(0, 2), messages);
      assert.equal(last.messages[2].role, 'system');
      assert.deepEqual(last.messages[3], { role: 'assistant', content: 'Hello wor' });
      assert.equal(seen.row.status, 'success');
      // The second model's 20 and 2 tokens, and what was counted of the first.
      const second = 20 * 0.00001 + 2 * 0.0001;
      assert.ok(seen.row.spend > second + 0.0001 && seen.row.spend < second + 0.01, `${seen.row.spend}`);
    }
  });

  test('may break again', async () => {
    const seen = await ask(proxies.on, 'twice');
    assert.equal(seen.content, 'Hello worlld!');
    assert.deepEqual(seen.asked.at(-1).messages.at(-1), { role: 'assistant', content: 'Hello worl' });
    assert.equal(seen.asked.at(-1).messages.length, 4, 'the question is not told twice');
    assert.equal(seen.done, 1);
  });

  test('that nobody can go on with ends with an error', async () => {
    for (const model of ['lost', 'alone', 'calls']) {
      const seen = await ask(proxies.on, model);
      assert.equal(seen.status, 200);
      assert.ok(seen.error, `${model}: ${seen.events}`);
      assert.equal(seen.done, 0);
      assert.equal(seen.row.status, 'failure');
      assert.ok(seen.row.spend > 0, model);
      if (model === 'calls') assert.equal(seen.asked.length, 1, 'half of a tool call is nothing to go on with');
    }
  });

  test('official clients see one answer', async () => {
    const key = await proxies.on.newKey();
    const openai = new OpenAI({ apiKey: key, baseURL: `${proxies.on.url}/v1`, maxRetries: 0 });
    const stream = openai.chat.completions.stream({ model: 'breaks', messages });
    assert.equal((await stream.finalChatCompletion()).choices[0].message.content, 'Hello world!');
    const anthropic = new Anthropic({ apiKey: key, baseURL: proxies.on.url, maxRetries: 0 });
    const message = await anthropic.messages.stream({ model: 'breaks', max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] }).finalMessage();
    assert.equal(message.content.map((block) => block.text).join(''), 'Hello world!');
    assert.equal(message.stop_reason, 'end_turn');
  });
});
