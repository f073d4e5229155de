// Calls that are not paid by the token: pictures, speech, recordings, rerank. Prices come from a list in LiteLLM's format.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually, masterKey, startProxy } from './support.mjs';

const prices = {
  'dall-e-3': { input_cost_per_image: 0.04, litellm_provider: 'openai', mode: 'image_generation' },
  'standard/1024-x-1024/dall-e-3': { input_cost_per_pixel: 3.81469e-8, output_cost_per_pixel: 0, litellm_provider: 'openai', mode: 'image_generation' },
  'hd/1024-x-1792/dall-e-3': { input_cost_per_pixel: 6.539e-8, output_cost_per_pixel: 0, litellm_provider: 'openai', mode: 'image_generation' },
  'gpt-image-1': { input_cost_per_token: 5e-6, input_cost_per_image_token: 1e-5, output_cost_per_image_token: 4e-5, litellm_provider: 'openai', mode: 'image_generation' },
  'high/1024-x-1024/gpt-image-1': { input_cost_per_image: 0.167, input_cost_per_pixel: 1.59263611e-7, output_cost_per_pixel: 0, litellm_provider: 'openai', mode: 'image_generation' },
  'tts-1': { input_cost_per_character: 1.5e-5, litellm_provider: 'openai', mode: 'audio_speech' },
  'whisper-1': { input_cost_per_second: 0.0001, output_cost_per_second: 0.0001, litellm_provider: 'openai', mode: 'audio_transcription' },
  'rerank-v3.5': { input_cost_per_query: 0.002, input_cost_per_token: 0, output_cost_per_token: 0, litellm_provider: 'cohere', mode: 'rerank' },
};

const received = [];

function answerPictures(json, body) {
  const data = Array.from({ length: body.n ?? 1 }, () => ({ b64_json: 'aGk=' }));
  if (body.model === 'dall-e-3' || body.prompt === 'silent') return json({ created: 1, data });
  return json({ created: 1, data, quality: 'high', size: '1024x1024', usage: { input_tokens: 10, input_tokens_details: { text_tokens: 10, image_tokens: 0 }, output_tokens: 272, total_tokens: 282 } });
}

function answer(request, response, bytes) {
  const text = bytes.toString('latin1');
  received.push({ path: request.url, text });
  const json = (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.url.endsWith('/images/generations')) return answerPictures(json, JSON.parse(text));
  if (request.url.endsWith('/audio/speech')) return response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.from([0xff, 0xfb, 0x00, 0x80]));
  if (request.url.endsWith('/audio/transcriptions')) return json({ text: 'spoken', ...(text.includes('verbose_json') ? { task: 'transcribe', language: 'english', duration: 1.5, segments: [] } : {}) });
  if (request.url.endsWith('/rerank')) return json({ id: `rr-${received.length}`, results: [{ index: 0, relevance_score: 0.9 }], meta: { billed_units: { search_units: 2 } } });
  return response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such path"}}');
}

/** Sound of `size` bytes, at 32000 bytes a second. */
function wav(size) {
  const file = Buffer.alloc(44 + size);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + size, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(16000, 24);
  file.writeUInt32LE(32000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(size, 40);
  return file;
}

let provider;
let proxy;
let folder;
before(async () => {
  provider = http.createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece)).on('end', () => answer(request, response, Buffer.concat(pieces)));
  });
  await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${provider.address().port}`;
  folder = mkdtempSync(join(tmpdir(), 'litellm-prices-'));
  const list = join(folder, 'prices.json');
  writeFileSync(list, JSON.stringify(prices));
  const row = (name, model, { more = '', info = '', path = '/v1' } = {}) => `
  - model_name: ${name}
    litellm_params: {model: ${model}, api_base: "${base}${path}", api_key: k, num_retries: 0${more}}
    model_info: {id: ${name}-row${info}}`;
  const rows = [
    row('dalle', 'openai/dall-e-3'),
    row('painter', 'openai/gpt-image-1'),
    row('speaker', 'openai/tts-1'),
    row('listener', 'openai/whisper-1'),
    row('ranker', 'cohere/rerank-v3.5', { path: '' }),
    row('own-dalle', 'openai/dall-e-3', { more: ', output_cost_per_image: 0.5' }),
    row('own-speaker', 'openai/unheard-of', { more: ', input_cost_per_character: "0.001"' }),
    row('own-listener', 'openai/whisper-1', { more: ', input_cost_per_second: 0.002', info: ', mode: audio_transcription' }),
    row('own-ranker', 'cohere/rerank-v3.5', { path: '', more: ', input_cost_per_query: 0.01' }),
  ];
  proxy = await startProxy(`
model_list:${rows.join('')}
general_settings: {proxy_batch_write_at: 0.05}
router_settings: {disable_cooldowns: true}
`, { environment: { LITELLM_MODEL_COST_MAP_URL: list } });
});
after(async () => {
  assert.equal((await proxy.stop()).code, 0, proxy.log());
  proxy.remove();
  rmSync(folder, { recursive: true, force: true });
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});

async function post(path, body, key = masterKey) {
  const isForm = body instanceof FormData;
  const response = await fetch(proxy.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(isForm ? {} : { 'content-type': 'application/json' }) },
    body: isForm ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

/** The row of an answered call; it and the header tell the same cost. */
async function rowOf(answered) {
  assert.equal(answered.status, 200, answered.text);
  const id = answered.headers.get('x-litellm-call-id');
  const row = await eventually(async () => {
    const { json } = await proxy.call('/spend/logs?limit=100');
    return json.find((each) => each.metadata.litellm_call_id === id);
  });
  assert.equal(Math.round(row.spend * 1e9), Math.round(Number(answered.headers.get('x-litellm-response-cost') ?? 0) * 1e9));
  return row;
}

/** In nano-dollars. */
const costOf = async (answered) => Math.round((await rowOf(answered)).spend * 1e9);

const paint = (model, more = {}, key = masterKey) => post('/v1/images/generations', { model, prompt: 'a cat', ...more }, key);
const listen = (model, bytes, fields = {}) => {
  const form = new FormData();
  form.append('model', model);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new File([bytes], 'a.bin'));
  return post('/v1/audio/transcriptions', form);
};

describe('pictures', () => {
  test('cost by quality, size and number', async () => {
    const row = await rowOf(await paint('dalle', { quality: 'hd', size: '1024x1792', n: 2 }));
    assert.equal(Math.round(row.spend * 1e9), 239_982_346); // 2 * 1024 * 1792 * 6.539e-8
    assert.equal(row.metadata.measure, 'measured');
    assert.deepEqual([row.metadata.units.images, row.metadata.units.pixels], [2, 2 * 1024 * 1792]);
  });
  test('cost the usual where nothing is said', async () => {
    assert.equal(await costOf(await paint('dalle')), 39_999_924); // 1024 * 1024 * 3.81469e-8
  });
  test('cost what the model costs where the list knows no such size', async () => {
    assert.equal(await costOf(await paint('dalle', { quality: 'hd', size: '512x512' })), 40_000_000);
  });
  test('are paid by their tokens where these have a price', async () => {
    const row = await rowOf(await paint('painter', { n: 2 }));
    assert.equal(Math.round(row.spend * 1e9), 10_930_000); // 10 * 5e-6 + 272 * 4e-5
    assert.equal(row.completion_tokens, 272);
  });
  test('are paid by the piece where nobody tells their tokens', async () => {
    assert.equal(await costOf(await paint('painter', { prompt: 'silent', quality: 'high' })), 167_000_000);
  });
  test('cost what the deployment says', async () => {
    assert.equal(await costOf(await paint('own-dalle', { quality: 'hd', size: '1024x1792', n: 2 })), 1_000_000_000);
  });
  test('that cost more than the rest of a budget are refused', async () => {
    const key = await proxy.newKey({ max_budget: 0.1 });
    const before = received.length;
    const refused = await paint('dalle', { quality: 'hd', size: '1024x1792' }, key);
    assert.equal(refused.status, 429, refused.text);
    assert.equal(received.length, before, 'the provider was not asked');
    const usual = { quality: 'standard', size: '1024x1024' };
    assert.deepEqual([(await paint('dalle', usual, key)).status, (await paint('dalle', usual, key)).status], [200, 200]);
    assert.equal((await paint('dalle', usual, key)).status, 429);
    assert.equal(received.length, before + 2);
  });
});

describe('speech', () => {
  const speak = (model, input) => post('/v1/audio/speech', { model, input, voice: 'alloy' });
  test('costs by the character, however many bytes it has', async () => {
    const row = await rowOf(await speak('speaker', 'Hi 👋🏽'));
    assert.equal(Math.round(row.spend * 1e9), 75_000);
    assert.equal(row.metadata.units.characters, 5);
  });
  test('costs what the deployment says', async () => {
    assert.equal(await costOf(await speak('own-speaker', 'éé')), 2_000_000);
  });
});

describe('recordings', () => {
  test('cost by the seconds that the answer tells', async () => {
    const row = await rowOf(await listen('listener', Buffer.alloc(5000, 7), { response_format: 'verbose_json' }));
    assert.equal(Math.round(row.spend * 1e9), 150_000);
    assert.equal(row.metadata.measure, 'measured');
    assert.equal(row.metadata.units.audio_milliseconds, 1500);
    assert.equal(row.prompt_tokens, 0);
  });
  test('cost by the length of a WAV file else', async () => {
    const row = await rowOf(await listen('listener', wav(80_000)));
    assert.equal(Math.round(row.spend * 1e9), 250_000);
    assert.equal(row.metadata.measure, 'counted');
  });
  test('whose length nobody tells cost nothing, and the row says that nobody told', async () => {
    const row = await rowOf(await listen('listener', Buffer.alloc(5000, 7)));
    assert.equal(row.spend, 0);
    assert.equal(row.metadata.measure, 'counted');
  });
  test('cost what the deployment says', async () => {
    assert.equal(await costOf(await listen('own-listener', wav(80_000))), 5_000_000);
  });
  test('are reserved by their size', async () => {
    const key = await proxy.newKey({ max_budget: 0.01 });
    const form = new FormData();
    form.append('model', 'own-listener');
    form.append('file', new File([Buffer.alloc(40_000, 7)], 'a.mp3'));
    const refused = await post('/v1/audio/transcriptions', form, key);
    assert.equal(refused.status, 429, refused.text); // ten seconds at 0.002
  });
});

describe('rerank', () => {
  const rank = (model) => post('/v1/rerank', { model, query: 'q', documents: ['a', 'b'] });
  test('costs by the search', async () => {
    const row = await rowOf(await rank('ranker'));
    assert.equal(Math.round(row.spend * 1e9), 4_000_000);
    assert.equal(row.metadata.units.searches, 2);
  });
  test('costs what the deployment says', async () => {
    assert.equal(await costOf(await rank('own-ranker')), 20_000_000);
  });
});
