// Recordings of more than a megabyte go on to the provider while the client still sends them.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { eventually, masterKey, startProxy } from './support.mjs';

const boundary = 'XformX';
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Sound at 32000 bytes a second, noise in it. */
function wav(seconds) {
  const size = seconds * 32000;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + size, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(16000, 24);
  head.writeUInt32LE(32000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(size, 40);
  return Buffer.concat([head, randomBytes(size)]);
}

const field = (name, value) => Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
const filePart = (contents) => Buffer.concat([
  Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n`),
  contents,
  Buffer.from('\r\n'),
]);
const form = (...parts) => Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);

/** A provider of transcriptions: what it received, when, and what it is told to answer. */
async function startProvider() {
  const seen = [];
  const answers = [];
  const server = http.createServer((request, response) => {
    const call = { path: request.url, length: request.headers['content-length'], chunks: [], complete: false };
    seen.push(call);
    const answer = answers.shift() ?? {};
    const reply = () => {
      const { status = 200, type = 'application/json', body = JSON.stringify({ text: 'spoken' }) } = answer;
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    };
    request.on('error', () => {});
    if (answer.early) {
      reply();
      request.destroySoon?.();
      return;
    }
    request.on('data', (bytes) => {
      call.firstByte ??= Date.now();
      call.chunks.push(bytes);
    });
    request.on('end', () => {
      call.complete = true;
      reply();
    });
    request.on('close', () => (call.closed = true));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    answers,
    body: (index = seen.length - 1) => Buffer.concat(seen[index].chunks),
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

let provider;
let proxy;

before(async () => {
  provider = await startProvider();
  const deployment = (name, extra = '') => `
  - model_name: ${name}
    litellm_params: {model: openai/whisper-1, api_base: "${provider.url}/v1", api_key: k, input_cost_per_second: 0.0001, output_cost_per_second: 0${extra}}
    model_info: {mode: audio_transcription}`;
  proxy = await startProxy(`
model_list:${deployment('ears')}${deployment('patient', ', num_retries: 2')}${deployment('other')}
router_settings: {retry_after: 0, cooldown_time: 0.01}
litellm_settings: {num_retries: 0, fallbacks: [{ears: [other]}]}
general_settings: {proxy_batch_write_at: 0.1}
`);
});
after(async () => {
  await proxy?.stop();
  proxy?.remove();
  await provider?.stop();
});

/** Sends `pieces` one by one, with `between()` awaited in front of each but the first; the answer. */
function send(pieces, { between = async () => {}, path = '/v1/audio/transcriptions', key = masterKey } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${proxy.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': pieces.reduce((sum, piece) => sum + piece.length, 0),
      },
    });
    request.on('response', (response) => {
      let text = '';
      response.on('data', (bytes) => (text += bytes));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    (async () => {
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) await between(index, request);
        if (request.destroyed) return;
        if (!request.write(piece)) await new Promise((done) => (request.once('drain', done), request.once('close', done)));
      }
      request.end();
    })().catch(reject);
  });
}

const cut = (bytes, size) => Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
const rowOf = (answer) =>
  eventually(async () => (await proxy.call(`/spend/logs?request_id=${answer.headers['x-litellm-call-id']}`)).json?.[0]);

describe('uploads', () => {
  test('the provider hears the beginning before the client has sent the end', async () => {
    const sound = wav(100);
    const whole = form(field('model', 'ears'), field('language', 'de'), filePart(sound));
    let lastSent;
    const answer = await send(cut(whole, 400_000), {
      between: async (index) => {
        if (index === 4) await eventually(() => provider.seen.at(-1)?.firstByte);
        lastSent = Date.now();
      },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(JSON.parse(answer.text).text, 'spoken');
    assert.ok(provider.seen.at(-1).firstByte < lastSent, 'it was passed on, not collected');
    assert.equal(sha(provider.body()), sha(form(field('model', 'whisper-1'), field('language', 'de'), filePart(sound))));
    assert.equal(Number(provider.seen.at(-1).length), provider.body().length);
    const row = await rowOf(answer);
    assert.equal(row.spend, 0.01, 'a hundred seconds');
    assert.equal(row.status, 'success');
  });

  test('proxy parameters in front of the file stay here, fields behind it go on', async () => {
    const sound = wav(60);
    const answer = await send([form(field('litellm_metadata', '{}'), field('model', 'ears'), filePart(sound), field('response_format', 'json'))]);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(sha(provider.body()), sha(form(field('model', 'whisper-1'), filePart(sound), field('response_format', 'json'))));
  });

  test('a file in front of the model, and a model in the query', async () => {
    const sound = wav(50);
    const first = await send([form(filePart(sound), field('model', 'ears'))]);
    assert.equal(first.status, 200, first.text);
    assert.equal(sha(provider.body()), sha(form(filePart(sound), field('model', 'whisper-1'))));
    const second = await send([form(filePart(sound))], { path: '/v1/audio/transcriptions?model=ears' });
    assert.equal(second.status, 200, second.text);
    assert.equal(sha(provider.body()), sha(form(field('model', 'whisper-1'), filePart(sound))));
  });

  test('a form that arrives cut inside of header lines', async () => {
    const front = field('model', 'ears').length + field('prompt', '').length;
    for (const inside of [1, 5, 12, 40]) {
      const prompt = 'p'.repeat(256 * 1024 - front - inside);
      const sound = wav(40);
      const whole = form(field('model', 'ears'), field('prompt', prompt), filePart(sound));
      const answer = await send([whole.subarray(0, 256 * 1024), whole.subarray(256 * 1024)], { between: () => new Promise((resolve) => setTimeout(resolve, 100)) });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(sha(provider.body()), sha(form(field('model', 'whisper-1'), field('prompt', prompt), filePart(sound))));
    }
  });

  test('a provider that fails after it has all of it gets all of it again', async () => {
    const sound = wav(150);
    const count = provider.seen.length;
    provider.answers.push({ status: 500, body: '{"error":{"message":"try later"}}' }, { status: 503, body: '{}' });
    const answer = await send(cut(form(field('model', 'patient'), filePart(sound)), 700_000));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['x-litellm-attempted-retries'], '2');
    const expected = sha(form(field('model', 'whisper-1'), filePart(sound)));
    assert.deepEqual([0, 1, 2].map((each) => sha(provider.body(count + each))), [expected, expected, expected]);
  });

  test('one that refuses at once is followed by the fallback', async () => {
    const sound = wav(120);
    const count = provider.seen.length;
    provider.answers.push({ status: 429, early: true, body: '{"error":{"message":"too many"}}' });
    const answer = await send(cut(form(field('model', 'ears'), filePart(sound)), 300_000), {
      between: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['x-litellm-attempted-fallbacks'], '1');
    assert.equal(provider.seen.length, count + 2);
    assert.equal(sha(provider.body()), sha(form(field('model', 'whisper-1'), filePart(sound))));
  });

  test('what decides about the call must stand in front of the file', async () => {
    for (const [name, value] of [['user', 'ada'], ['model', 'other'], ['api_base', 'http://127.0.0.1:9'], ['fallbacks', '["other"]']]) {
      const count = provider.seen.length;
      const answer = await send([form(field('model', 'ears'), filePart(wav(60)), field(name, value))]);
      assert.equal(answer.status, 400, answer.text);
      assert.match(JSON.parse(answer.text).error.message, new RegExp(`\`${name}\` must stand in front of the file`));
      assert.equal(provider.seen.length, count + 1, 'it is not tried again');
      await eventually(() => provider.seen.at(-1).closed);
      assert.equal(provider.seen.at(-1).complete, false, 'the provider never had a whole request');
      const row = await rowOf(answer);
      assert.equal(row.status, 'failure');
      assert.equal(row.spend, 0);
    }
  });

  test('`stream` behind the file is heard', async () => {
    provider.answers.push({ type: 'text/event-stream', body: 'data: {"type":"transcript.text.delta","delta":"spo"}\n\ndata: {"type":"transcript.text.done","text":"spoken"}\n\n' });
    const answer = await send([form(field('model', 'ears'), filePart(wav(60)), field('stream', 'true'))]);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers['content-type'], /event-stream/);
    assert.match(answer.text, /transcript.text.delta[^]*transcript.text.done/);
  });

  test('a form without an end, and a client without patience', async () => {
    const key = await proxy.newKey();
    const broken = Buffer.concat([field('model', 'ears'), filePart(wav(60))]);
    const refused = await send([broken], { key });
    assert.equal(refused.status, 400, refused.text);
    const pieces = cut(form(field('model', 'ears'), filePart(wav(200))), 1_000_000);
    const left = send(pieces, {
      key,
      between: async (index, request) => {
        if (index < 3) return;
        await eventually(() => provider.seen.at(-1)?.chunks.length > 3);
        request.destroy();
      },
    });
    await assert.rejects(left);
    await eventually(() => provider.seen.at(-1).closed);
    assert.equal(provider.seen.at(-1).complete, false);
    const rows = await eventually(async () => {
      const { json } = await proxy.call(`/spend/logs?api_key=${key}`);
      return json?.length === 2 && json;
    });
    assert.deepEqual(rows.map((row) => row.metadata.error_information?.error_code).sort(), ['400', '499']);
    assert.deepEqual(rows.map((row) => row.spend), [0, 0]);
  });

  test('more than is accepted is refused before it is read', async () => {
    const request = http.request(`${proxy.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': 500 * 1024 * 1024 },
    });
    request.on('error', () => {});
    request.write(field('model', 'ears'));
    const [response] = await new Promise((resolve) => request.on('response', (...args) => resolve(args)));
    assert.equal(response.statusCode, 400);
    request.destroy();
  });
});
