// Providers whose credentials are not sent: Bedrock wants a signature and answers in binary frames, Vertex AI sells an access token for a signed assertion.
import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { startProxy } from './support.mjs';

const secret = 'bedrock-secret-access-key';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
let server;
let proxy;
let sold = 0;
const received = [];

function frame(type, payload) {
  const header = (name, value) => Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7, value.length >> 8, value.length & 255]), Buffer.from(value)]);
  const headers = Buffer.concat([header(':event-type', type), header(':content-type', 'application/json'), header(':message-type', 'event')]);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(headers.length + body.length + 16, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, headers, body, Buffer.alloc(4)]);
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4);
  return message;
}

/** Amazon's recipe, written down once more. */
function isSigned(request, body) {
  const [, scope, names, signature] = /Credential=AKID\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(request.headers.authorization) ?? [];
  if (!scope) return false;
  const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const path = request.url.split('/').map(encodeURIComponent).join('/');
  const canonical = [request.method, path, '', ...names.split(';').map((name) => `${name}:${request.headers[name]}`), '', names, hash(body)].join('\n');
  const [day, region, service] = scope.split('/');
  const key = ['aws4_request'].reduce(hmac, [region, service].reduce(hmac, hmac(`AWS4${secret}`, day)));
  return createHmac('sha256', key).update(['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n')).digest('hex') === signature;
}

function sellToken(response, body) {
  const assertion = new URLSearchParams(body.toString()).get('assertion');
  const [head, claims, signature] = assertion.split('.');
  const isOurs = verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
  const said = JSON.parse(Buffer.from(claims, 'base64url'));
  const isValid = isOurs && said.iss === 'me@proj.iam.gserviceaccount.com' && said.exp > Date.now() / 1000 && said.scope.includes('cloud-platform');
  sold += 1;
  response.writeHead(isValid ? 200 : 400, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isValid ? { access_token: 'bought-token', expires_in: 3600 } : { error: 'invalid_grant' }));
}

function answer(request, response, body) {
  received.push({ path: request.url, headers: request.headers, body: body.toString() });
  const json = (value, status = 200) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.url === '/token') return sellToken(response, body);
  if (request.url.includes('/model/')) {
    if (!isSigned(request, body)) return json({ message: 'The security token included in the request is invalid' }, 403);
    if (!request.url.endsWith('/converse-stream'))
      return json({ output: { message: { role: 'assistant', content: [{ text: 'signed' }] } }, stopReason: 'end_turn', usage: { inputTokens: 10, outputTokens: 2, totalTokens: 12 } });
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    const frames = Buffer.concat([
      frame('messageStart', { role: 'assistant' }),
      frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'sig' } }),
      frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'ned' } }),
      frame('messageStop', { stopReason: 'end_turn' }),
      frame('metadata', { usage: { inputTokens: 10, outputTokens: 2, totalTokens: 12 } }),
    ]);
    response.write(frames.subarray(0, 100));
    return setTimeout(() => response.end(frames.subarray(100)), 20);
  }
  if (request.headers.authorization !== 'Bearer bought-token') return json({ error: { code: 401, message: 'no token', status: 'UNAUTHENTICATED' } }, 401);
  if (request.url.includes('/publishers/google/'))
    return json({ candidates: [{ content: { role: 'model', parts: [{ text: 'bought' }] }, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 1, totalTokenCount: 5 } });
  return json({ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [{ type: 'text', text: 'bought' }], stop_reason: 'end_turn', usage: { input_tokens: 4, output_tokens: 1 } });
}

before(async () => {
  server = http.createServer((request, response) => {
    const pieces = [];
    request.on('data', (bytes) => pieces.push(bytes)).on('end', () => answer(request, response, Buffer.concat(pieces)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  const file = join(mkdtempSync(join(tmpdir(), 'litellm-e2e-')), 'account.json');
  writeFileSync(file, JSON.stringify({ type: 'service_account', project_id: 'proj', private_key_id: 'k1', private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }), client_email: 'me@proj.iam.gserviceaccount.com', token_uri: `${base}/token` }));
  proxy = await startProxy(`
model_list:
  - model_name: bedrock
    litellm_params: {model: "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0", api_base: "${base}", aws_access_key_id: AKID, aws_secret_access_key: ${secret}, aws_region_name: us-east-1, num_retries: 0}
  - model_name: bedrock-wrong
    litellm_params: {model: "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0", api_base: "${base}", aws_access_key_id: AKID, aws_secret_access_key: other, aws_region_name: us-east-1, num_retries: 0}
  - model_name: vertex-gemini
    litellm_params: {model: vertex_ai/gemini-2.5-flash, api_base: "${base}", vertex_credentials: ${file}, vertex_location: europe-west1, num_retries: 0}
  - model_name: vertex-claude
    litellm_params: {model: "vertex_ai/claude-sonnet-4@20250514", api_base: "${base}", vertex_credentials: ${file}, num_retries: 0}
`);
});
after(async () => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  for (const hidden of [secret, 'bought-token', 'PRIVATE KEY']) assert.ok(!proxy.log().includes(hidden), `${hidden} is in the log`);
  proxy.remove();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const chat = (model, more = {}) => proxy.call('/v1/chat/completions', { body: { model, messages: [{ role: 'user', content: 'hi' }], ...more } });

describe('Bedrock', () => {
  test('gets signed requests', async () => {
    const answered = await chat('bedrock');
    assert.equal(answered.json.choices[0].message.content, 'signed', answered.text);
    assert.equal(received.at(-1).path, '/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse');
  });
  test('streams in frames', async () => {
    const answered = await chat('bedrock', { stream: true, stream_options: { include_usage: true } });
    const chunks = answered.text.split('\n').filter((line) => line.startsWith('data: {')).map((line) => JSON.parse(line.slice(6)));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join(''), 'signed');
    assert.equal(chunks.at(-1).usage.total_tokens, 12);
    assert.match(answered.text, /\[DONE\]/);
  });
  test('stands behind /v1/messages', async () => {
    const answered = await proxy.call('/v1/messages', { body: { model: 'bedrock', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] } });
    assert.equal(answered.json.content[0].text, 'signed', answered.text);
  });
  test('refuses a wrong secret, and nobody hears of it', async () => {
    const answered = await chat('bedrock-wrong');
    assert.equal(answered.status, 401, answered.text);
    assert.ok(!answered.text.includes('other'));
  });
});

describe('Vertex AI', () => {
  test('sells one token for many calls', async () => {
    for (const model of ['vertex-gemini', 'vertex-claude', 'vertex-gemini']) assert.equal((await chat(model)).json.choices[0].message.content, 'bought', model);
    assert.equal(sold, 1);
    const sent = received.at(-2);
    assert.equal(sent.path, '/v1/projects/proj/locations/us-central1/publishers/anthropic/models/claude-sonnet-4%4020250514:rawPredict');
    assert.equal(JSON.parse(sent.body).anthropic_version, 'vertex-2023-10-16');
  });
  test('speaks Messages itself', async () => {
    const answered = await proxy.call('/v1/messages', { body: { model: 'vertex-claude', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] } });
    assert.equal(answered.json.content[0].text, 'bought', answered.text);
    assert.deepEqual(JSON.parse(received.at(-1).body), { max_tokens: 10, messages: [{ role: 'user', content: 'hi' }], anthropic_version: 'vertex-2023-10-16' });
  });
  test('shows no credentials', async () => {
    const info = await proxy.call('/model/info');
    assert.ok(!info.text.includes('PRIVATE KEY'));
    assert.ok(!info.text.includes(secret));
  });
});
