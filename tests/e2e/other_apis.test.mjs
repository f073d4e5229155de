// Clients of other APIs than chat: Anthropic's SDK, OpenAI's Responses, Google's generateContent, each on providers that speak it and on providers that do not.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { LLMock } from '@copilotkit/aimock';
import OpenAI from 'openai';
import { eventually, startProxy } from './support.mjs';

let provider;
let plain;
let proxy;
let key;
const received = [];
/** When the client has got the first piece of slow speech. */
let hear;
let heard;

/** What aimock does not speak: counting, moderation, speech, recordings, rerank; and requests byte by byte. */
function answer(request, response, body) {
  received.push({ path: request.url, headers: request.headers, body: body.toString('latin1') });
  const json = (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.url.endsWith('/count_tokens')) return json({ input_tokens: 42 });
  if (request.url.endsWith('/messages')) return json({ id: 'msg_own', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [{ type: 'text', text: 'native' }], stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 50 } });
  if (request.url.endsWith('/moderations')) return json({ id: 'modr-1', model: 'omni-moderation-latest', results: [{ flagged: false }] });
  if (request.url.endsWith('/audio/speech') && body.includes('slowly')) {
    response.writeHead(200, { 'content-type': 'audio/mpeg' }).write('first');
    heard.then(() => (body.includes('break') ? response.destroy() : response.end('second')));
    return undefined;
  }
  if (request.url.endsWith('/audio/speech')) return response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.from([0xff, 0xfb, 0x00, 0x80]));
  if (request.url.endsWith('/audio/transcriptions')) return json({ text: 'spoken', usage: { type: 'tokens', input_tokens: 30, output_tokens: 4, total_tokens: 34 } });
  if (request.url.endsWith('/audio/translations')) return json({ text: 'translated' });
  if (/\/images\/(edits|variations)$/.test(request.url)) return json({ created: 1, data: [{ b64_json: 'bmV3' }], usage: { input_tokens: 20, output_tokens: 50, total_tokens: 70 } });
  if (request.url.endsWith('/images/generations')) return json({ created: 1, data: [{ b64_json: 'aGk=' }], usage: { input_tokens: 10, output_tokens: 100, total_tokens: 110 } });
  if (request.url.endsWith('/rerank')) return json({ id: 'rr', results: [{ index: 1, relevance_score: 0.9 }], meta: { billed_units: { search_units: 1 } } });
  return response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such path"}}');
}

before(async () => {
  provider = new LLMock({ port: 0 });
  provider.onMessage('hello', { content: 'Hi there, how are you?', usage: { input_tokens: 11, output_tokens: 7 } });
  provider.onMessage('weather', { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Paris"}' }] });
  provider.onMessage('broken', { error: { message: 'no such model here', type: 'not_found' }, status: 404 });
  await provider.start();
  plain = http.createServer((request, response) => {
    const pieces = [];
    request.on('data', (bytes) => pieces.push(bytes)).on('end', () => answer(request, response, Buffer.concat(pieces)));
  });
  await new Promise((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${plain.address().port}`;
  const row = (name, model, base, more = '') => `  - model_name: ${name}
    litellm_params: {model: ${model}, api_base: "${base}", api_key: upstream-secret, num_retries: 0, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002${more}}
`;
  proxy = await startProxy(`
model_list:
${row('gpt-4o', 'openai/gpt-4o', `${provider.url}/v1`)}${row('claude', 'anthropic/claude-sonnet-4-5', provider.url)}${row('gemini', 'gemini/gemini-2.5-flash', provider.url)}${row('groq', 'groq/llama', `${provider.url}/v1`)}${row('own-claude', 'anthropic/claude-sonnet-4-5', own, ', cache_read_input_token_cost: 0.0000001')}${row('own', 'openai/gpt-image-1', `${own}/v1`)}${row('ranker', 'cohere/rerank-v3.5', own)}  - model_name: mock
    litellm_params: {model: openai/mock, mock_response: "This is a mock"}
router_settings: {disable_cooldowns: true}
`);
  key = await proxy.newKey({});
});
after(async () => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  assert.ok(!proxy.log().includes('upstream-secret'), 'a provider key is in the log');
  proxy.remove();
  await provider.stop();
  plain.closeAllConnections();
  await new Promise((resolve) => plain.close(resolve));
});

const claude = (apiKey = key) => new Anthropic({ apiKey, baseURL: proxy.url, maxRetries: 0 });
const say = (content) => [{ role: 'user', content }];
const tools = [{ name: 'get_weather', description: 'Weather of a city', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }];
const models = ['gpt-4o', 'claude', 'gemini'];

async function row(match) {
  const rows = await eventually(async () => {
    const found = (await proxy.call('/spend/logs')).json.filter(match);
    return found.length > 0 && found;
  });
  assert.equal(rows.length, 1);
  return rows[0];
}

describe('/v1/messages', () => {
  for (const model of models) {
    test(`answers with ${model}`, async () => {
      const message = await claude().messages.create({ model, max_tokens: 100, system: 'Be kind', messages: say('hello'), metadata: { user_id: `whole-${model}` } });
      assert.equal(message.type, 'message');
      assert.equal(message.content[0].text, 'Hi there, how are you?');
      assert.equal(message.stop_reason, 'end_turn');
      assert.ok(message.usage.output_tokens > 0);
      const recorded = await row((one) => one.end_user === `whole-${model}`);
      assert.equal(recorded.call_type, 'anthropic_messages');
      assert.ok(Math.abs(recorded.spend - (message.usage.input_tokens * 1e-6 + message.usage.output_tokens * 2e-6)) < 1e-12);
    });
    test(`streams with ${model}`, async () => {
      const stream = claude().messages.stream({ model, max_tokens: 100, messages: say('hello') });
      let text = '';
      stream.on('text', (piece) => (text += piece));
      const message = await stream.finalMessage();
      assert.equal(text, 'Hi there, how are you?');
      assert.equal(message.stop_reason, 'end_turn');
      assert.ok(message.usage.output_tokens > 0);
    });
    test(`calls tools with ${model}, whole and streamed`, async () => {
      const wanted = { model, max_tokens: 100, messages: say('weather'), tools, tool_choice: { type: 'any' } };
      for (const message of [await claude().messages.create(wanted), await claude().messages.stream(wanted).finalMessage()]) {
        const used = message.content.find((block) => block.type === 'tool_use');
        assert.equal(used.name, 'get_weather');
        assert.deepEqual(used.input, { city: 'Paris' });
        assert.ok(used.id);
        assert.equal(message.stop_reason, 'tool_use');
      }
    });
    test(`events of ${model} come in Anthropic's order`, async () => {
      const answered = await proxy.call('/v1/messages', { key, body: { model, max_tokens: 100, stream: true, messages: say('hello') } });
      assert.match(answered.headers.get('content-type'), /text\/event-stream/);
      const types = answered.text.split('\n').filter((line) => line.startsWith('event: ')).map((line) => line.slice(7)).filter((type) => type !== 'ping');
      const order = types.filter((type, index) => type !== types[index - 1]);
      assert.deepEqual(order, ['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']);
      assert.doesNotMatch(answered.text, /\[DONE\]/);
    });
  }
  test('takes results of tools back', async () => {
    const messages = [
      ...say('weather'),
      { role: 'assistant', content: [{ type: 'text', text: 'I look.' }, { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'sunny' }] }, { type: 'text', text: 'hello' }] },
    ];
    await claude().messages.create({ model: 'gpt-4o', max_tokens: 10, messages, tools });
    const sent = provider.getLastRequest().body.messages;
    assert.deepEqual(sent.map((one) => one.role), ['user', 'assistant', 'tool', 'user']);
    assert.deepEqual(sent[2], { role: 'tool', tool_call_id: 'toolu_1', content: 'sunny' });
    assert.equal(sent[1].tool_calls[0].function.arguments, '{"city":"Paris"}');
  });
  test('reaches Anthropic as it was sent', async () => {
    const body = { model: 'own-claude', max_tokens: 10, messages: say([{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }]), metadata: { user_id: 'native' }, future_field: { kept: [1] } };
    const answered = await proxy.call('/v1/messages', { key, body, headers: { 'anthropic-beta': 'context-1m' } });
    assert.equal(answered.json.content[0].text, 'native');
    const sent = received.at(-1);
    assert.deepEqual(JSON.parse(sent.body), { ...body, model: 'claude-sonnet-4-5' });
    assert.equal(sent.headers['x-api-key'], 'upstream-secret');
    assert.equal(sent.headers['anthropic-beta'], 'context-1m');
    assert.ok(!JSON.stringify(sent.headers).includes(key));
    const recorded = await row((one) => one.end_user === 'native');
    assert.equal(recorded.prompt_tokens, 150);
    assert.ok(Math.abs(recorded.spend - (100e-6 + 50 * 1e-7 + 10 * 2e-6)) < 1e-12);
  });
  test('counts tokens', async () => {
    assert.equal((await claude().messages.countTokens({ model: 'own-claude', messages: say('hello') })).input_tokens, 42);
    assert.ok((await claude().messages.countTokens({ model: 'gpt-4o', messages: say('hello') })).input_tokens > 0);
  });
  test('speaks of errors as Anthropic does', async () => {
    await assert.rejects(claude('sk-nobody').messages.create({ model: 'gpt-4o', max_tokens: 1, messages: say('hello') }), Anthropic.AuthenticationError);
    await assert.rejects(claude().messages.create({ model: 'no-such-model', max_tokens: 1, messages: say('hello') }), Anthropic.BadRequestError);
    await assert.rejects(claude().messages.create({ model: 'gpt-4o', max_tokens: 1, messages: say('broken') }), Anthropic.NotFoundError);
    const answered = await proxy.call('/v1/messages', { key, body: { model: 'gpt-4o', messages: say([{ type: 'strange' }]) } });
    assert.equal(answered.status, 400, answered.text);
    assert.equal(answered.json.type, 'error');
    assert.equal(answered.json.error.type, 'invalid_request_error');
  });
  test('mocks', async () => {
    const message = await claude().messages.stream({ model: 'mock', max_tokens: 5, messages: say('x') }).finalMessage();
    assert.equal(message.content[0].text, 'This is a mock');
  });
});

describe('/v1/responses', () => {
  const openai = () => new OpenAI({ apiKey: key, baseURL: `${proxy.url}/v1`, maxRetries: 0 });
  for (const model of ['gpt-4o', 'claude', 'groq']) {
    test(`answers and streams with ${model}`, async () => {
      const response = await openai().responses.create({ model, input: 'hello', instructions: 'Be kind' });
      assert.equal(response.output_text, 'Hi there, how are you?');
      assert.equal(response.status, 'completed');
      assert.ok(response.usage.output_tokens > 0);
      const stream = await openai().responses.create({ model, input: say('hello'), stream: true });
      let text = '';
      let last;
      for await (const event of stream) {
        if (event.type === 'response.output_text.delta') text += event.delta;
        last = event;
      }
      assert.equal(text, 'Hi there, how are you?');
      assert.equal(last.type, 'response.completed');
      assert.ok(last.response.usage.total_tokens > 0);
    });
    test(`calls functions with ${model}`, async () => {
      const wanted = { model, input: 'weather', tools: [{ type: 'function', name: 'get_weather', parameters: tools[0].input_schema, strict: false }] };
      const called = (await openai().responses.create(wanted)).output.find((item) => item.type === 'function_call');
      assert.deepEqual(JSON.parse(called.arguments), { city: 'Paris' });
      let streamed;
      for await (const event of await openai().responses.create({ ...wanted, stream: true })) if (event.type === 'response.output_item.done' && event.item.type === 'function_call') streamed = event.item;
      assert.deepEqual(JSON.parse(streamed.arguments), { city: 'Paris' });
    });
  }
  test('says what needs a server with a memory', async () => {
    const answered = await proxy.call('/v1/responses', { key, body: { model: 'claude', input: 'x', previous_response_id: 'resp_1' } });
    assert.equal(answered.status, 400);
    assert.equal(answered.json.error.param, 'previous_response_id');
  });
});

describe('generateContent', () => {
  const body = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }], generationConfig: { maxOutputTokens: 50 } };
  for (const model of models) {
    test(`answers and streams with ${model}`, async () => {
      const whole = await proxy.call(`/v1beta/models/${model}:generateContent`, { key, body });
      assert.equal(whole.status, 200, whole.text);
      assert.equal(whole.json.candidates[0].content.parts[0].text, 'Hi there, how are you?');
      assert.equal(whole.json.candidates[0].finishReason, 'STOP');
      assert.ok(whole.json.usageMetadata.totalTokenCount > 0);
      const streamed = await proxy.call(`/v1beta/models/${model}:streamGenerateContent`, { key, body });
      const events = streamed.text.split('\n').filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)));
      assert.equal(events.map((event) => event.candidates?.[0]?.content?.parts?.[0]?.text ?? '').join(''), 'Hi there, how are you?');
      assert.ok(events.at(-1).usageMetadata.totalTokenCount > 0);
    });
  }
  test('speaks of errors as Google does', async () => {
    const answered = await proxy.call('/v1beta/models/none:generateContent', { key, body });
    assert.equal(answered.status, 400);
    assert.equal(answered.json.error.status, 'INVALID_ARGUMENT');
    assert.equal(answered.json.error.code, 400);
    assert.equal((await proxy.call('/v1beta/models/gpt-4o:unknown', { key, body })).status, 404);
  });
});

describe('what passes as it is', () => {
  const openai = () => new OpenAI({ apiKey: key, baseURL: `${proxy.url}/v1`, maxRetries: 0 });
  test('moderations', async () => {
    assert.equal((await openai().moderations.create({ model: 'own', input: 'x' })).results[0].flagged, false);
  });
  test('pictures, at the price of their tokens', async () => {
    const made = await openai().images.generate({ model: 'own', prompt: 'a cat', user: 'painter' });
    assert.equal(made.data[0].b64_json, 'aGk=');
    assert.ok(Math.abs((await row((one) => one.end_user === 'painter')).spend - (10e-6 + 100 * 2e-6)) < 1e-12);
  });
  test('speech', async () => {
    const made = await openai().audio.speech.create({ model: 'own', voice: 'alloy', input: 'hello' });
    assert.deepEqual([...Buffer.from(await made.arrayBuffer())], [0xff, 0xfb, 0x00, 0x80]);
    assert.equal(made.headers.get('content-type'), 'audio/mpeg');
  });
  test('speech is heard while it is made', async () => {
    for (const ends of ['well', 'in a break']) {
      heard = new Promise((resolve) => (hear = resolve));
      const made = await openai().audio.speech.create({ model: 'own', voice: 'alloy', input: `slowly, ends ${ends}` });
      const reader = made.body.getReader();
      let bytes = Buffer.from((await reader.read()).value).toString();
      // The very last byte is kept until the call is recorded.
      assert.equal(bytes, 'firs');
      hear();
      const rest = async () => {
        for (let piece = await reader.read(); !piece.done; piece = await reader.read()) bytes += Buffer.from(piece.value).toString();
      };
      if (ends === 'well') await rest();
      else await assert.rejects(rest());
      if (ends === 'well') assert.equal(bytes, 'firstsecond');
    }
    await assert.rejects(openai().audio.speech.create({ model: 'claude', voice: 'alloy', input: 'x' }), { status: 400 });
  });
  test('pictures out of pictures', async () => {
    const image = () => new File([Buffer.from([0x89, 80, 78, 71, 13, 10, 26, 10, 0, 255])], 'a.png', { type: 'image/png' });
    const edited = await openai().images.edit({ model: 'own', image: [image(), image()], mask: image(), prompt: 'a hat', n: 2, user: 'editor' });
    assert.equal(edited.data[0].b64_json, 'bmV3');
    const sent = received.at(-1);
    assert.equal(sent.path, '/v1/images/edits');
    assert.match(sent.body, /name="model"\r\n\r\ngpt-image-1\r\n/);
    assert.equal(sent.body.match(/name="image\[\]"; filename="a.png"/g).length, 2);
    assert.ok(sent.body.includes('\x89PNG\r\n\x1a\n\x00\xff\r\n--'));
    assert.ok(Math.abs((await row((one) => one.end_user === 'editor')).spend - (20e-6 + 50 * 2e-6)) < 1e-12);
    assert.equal((await openai().images.createVariation({ model: 'own', image: image() })).data.length, 1);
    assert.equal(received.at(-1).path, '/v1/images/variations');
    assert.equal((await openai().audio.translations.create({ model: 'own', file: image() })).text, 'translated');
    for (const [path, part] of [['/v1/images/edits', 'file'], ['/v1/images/variations', 'file'], ['/v1/audio/translations', 'image']]) {
      const form = new FormData();
      form.set('model', 'own');
      form.set(part, image());
      const refused = await fetch(`${proxy.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
      assert.equal(refused.status, 400, await refused.text());
    }
  });
  test('a form’s fields for the proxy stay there, and a model in the path is told to the provider', async () => {
    const form = new FormData();
    form.set('metadata', '{"a": 1}');
    form.set('tags', 'x');
    form.set('image', new File(['x'], 'a.png'));
    const answered = await fetch(`${proxy.url}/openai/deployments/own/images/edits`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
    assert.equal(answered.status, 200, await answered.text());
    const { body } = received.at(-1);
    assert.ok(!/name="(metadata|tags)"/.test(body));
    assert.match(body, /name="model"\r\n\r\ngpt-image-1\r\n--[^]*--\r\n$/);
    const parsed = await new Response(Buffer.from(body, 'latin1'), { headers: { 'content-type': received.at(-1).headers['content-type'] } }).formData();
    assert.deepEqual([...parsed.keys()].sort(), ['image', 'model']);
  });
  test('recordings', async () => {
    const file = new File([Buffer.from([0, 1, 2, 255, 13, 10, 45, 45])], 'a.wav', { type: 'audio/wav' });
    const made = await openai().audio.transcriptions.create({ model: 'own', file, language: 'en' });
    assert.equal(made.text, 'spoken');
    const sent = received.at(-1);
    assert.match(sent.headers['content-type'], /^multipart\/form-data; ?boundary=/);
    assert.match(sent.body, /name="model"\r\n\r\ngpt-image-1\r\n/);
    assert.ok(sent.body.includes('\x00\x01\x02\xff\r\n--'), 'the file is the same, byte by byte');
    const broken = await fetch(`${proxy.url}/v1/audio/transcriptions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=x' }, body: '--x\r\nbroken' });
    assert.equal(broken.status, 400);
  });
  test('rerank', async () => {
    const answered = await proxy.call('/v1/rerank', { key, body: { model: 'ranker', query: 'q', documents: ['a', 'b'], top_n: 1 } });
    assert.equal(answered.json.results[0].index, 1, answered.text);
    assert.equal(JSON.parse(received.at(-1).body).model, 'rerank-v3.5');
    assert.equal((await proxy.call('/v1/rerank', { key, body: { model: 'claude', query: 'q', documents: [] } })).status, 400);
  });
  test('a caller cannot choose where it goes', async () => {
    for (const path of ['/v1/messages', '/v1/responses', '/v1/images/generations', '/v1/rerank'])
      assert.equal((await proxy.call(path, { key, body: { model: 'gpt-4o', api_base: 'http://127.0.0.1:1' } })).status, 401, path);
  });
});
