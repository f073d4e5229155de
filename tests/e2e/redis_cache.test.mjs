// Answers that two processes share through Redis.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isAway, reasonToSkip, startPair, startRedis } from './redis_stage.mjs';
import { completion, eventually, sendJson, startUpstream } from './support.mjs';

const skip = reasonToSkip();
const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
// Under sanitizers and on a busy machine, 20 ms are not enough for tests that are not about them.
const patient = { LITELLM_REDIS_DEADLINE_SECONDS: '2' };

function answer(request, response, body) {
  if (!body.stream) return sendJson(response, completion(body.model, usage));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const head = { id: `c${Math.random()}`, object: 'chat.completion.chunk', created: 1, model: body.model };
  const chunk = (choices, more = {}) => response.write(`data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`);
  chunk([{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }]);
  chunk([{ index: 0, delta: { content: ' there' }, finish_reason: null }]);
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  chunk([], { usage });
  return response.end('data: [DONE]\n\n');
}

const models = (upstream) => `
model_list:
  - model_name: m
    litellm_params: {model: openai/m, api_base: "${upstream.url}/v1", api_key: k, input_cost_per_token: 0.00001, output_cost_per_token: 0.00003}
`;
const chat = (proxy, key, content, more = {}) =>
  proxy.call('/v1/chat/completions', { key, body: { model: 'm', messages: [{ role: 'user', content }], ...more } });
const keyOf = (answered) => answered.headers.get('x-litellm-cache-key');

describe('answers of two proxies', { skip }, () => {
  let upstream;
  let redis;
  let pair;
  let one;
  let other;
  let key;
  before(async () => {
    [upstream, redis] = await Promise.all([startUpstream(answer), startRedis()]);
    pair = await startPair(
      `${models(upstream)}
litellm_settings:
  callbacks: ["prometheus"]
  num_retries: 0
  cache: true
  cache_params: {type: redis, host: 127.0.0.1, port: ${redis.port}, ttl: 60}
router_settings: {disable_cooldowns: true}
general_settings: {proxy_batch_write_at: 0.05}
`,
      { environment: patient },
    );
    ({ one, other } = pair);
    key = await one.newKey();
  });
  after(async () => {
    redis.thaw();
    await pair.stop();
    await redis.remove();
    await upstream.stop();
  });

  const kept = async () => (await redis.run('KEYS', 'litellm_cpp:answer:*')).length;
  /** Answers are kept beside what the client gets. */
  const keeps = async (call) => {
    const start = await kept();
    const answered = await call();
    assert.equal(answered.status, 200, answered.text);
    await eventually(async () => (await kept()) === start + 1, 5000);
    return answered;
  };
  const asks = async (count, call) => {
    const start = upstream.received.length;
    const answered = await call();
    assert.equal(answered.status, 200, answered.text);
    assert.equal(upstream.received.length - start, count, 'calls of the provider');
    return answered;
  };

  test('what one got, the other serves for nothing', async () => {
    const own = await one.newKey();
    const first = await keeps(() => chat(one, own, 'once'));
    assert.ok(Number(first.headers.get('x-litellm-response-cost')) > 0);
    const again = await asks(0, () => chat(other, own, 'once'));
    assert.match(keyOf(again), /^[0-9a-f]{16,}$/);
    assert.equal(await redis.run('EXISTS', `litellm_cpp:answer:${keyOf(again)}`), 1);
    assert.equal(Number(again.headers.get('x-litellm-response-cost') ?? 0), 0);
    assert.deepEqual(again.json, first.json);
    const cost = Number(first.headers.get('x-litellm-response-cost'));
    const rows = await eventually(async () => {
      const found = (await one.call(`/spend/logs?api_key=${own}`)).json;
      return found.length === 2 && found;
    });
    const hit = rows.find((row) => row.cache_hit === 'True');
    assert.equal(hit.spend, 0);
    assert.equal(hit.cache_key, keyOf(again));
    assert.equal((await one.call(`/key/info?key=${own}`)).json.info.spend, cost);
  });
  test('another tenant asks the provider', async () => {
    const { json: team } = await one.call('/team/new', { body: { team_alias: 'shared' } });
    const [mine, ours, alone] = [await one.newKey({ team_id: team.team_id }), await other.newKey({ team_id: team.team_id }), await one.newKey()];
    await keeps(() => chat(one, mine, 'of a team'));
    const again = await asks(0, () => chat(other, ours, 'of a team'));
    assert.ok(keyOf(again), 'keys of a team are one tenant');
    await asks(1, () => chat(other, alone, 'of a team'));
  });
  test('another question asks the provider', async () => {
    await keeps(() => chat(one, key, 'warm', { temperature: 0 }));
    await asks(1, () => chat(other, key, 'warm', { temperature: 1 }));
    assert.ok(keyOf(await asks(0, () => chat(other, key, 'warm', { temperature: 0 }))));
  });
  test('streams are played again', async () => {
    const more = { stream: true, stream_options: { include_usage: true } };
    const first = await keeps(() => chat(one, key, 'stream', more));
    const again = await asks(0, () => chat(other, key, 'stream', more));
    assert.ok(keyOf(again));
    assert.match(again.headers.get('content-type'), /^text\/event-stream/);
    assert.equal(again.text, first.text);
    assert.match(again.text, /"total_tokens":30/);
    assert.match(again.text, /data: \[DONE\]\n\n$/);
  });
  test('Redis forgets answers after their time', async () => {
    const nameOf = (answered) => `litellm_cpp:answer:${keyOf(answered)}`;
    const usual = nameOf(await keeps(() => chat(one, key, 'for a minute')));
    const seconds = await redis.run('TTL', usual);
    assert.ok(seconds > 30 && seconds <= 60, `${seconds} s`);
    const short = nameOf(await keeps(() => chat(one, key, 'for a moment', { cache: { ttl: 3 } })));
    assert.ok((await redis.run('TTL', short)) <= 3);
    await eventually(async () => (await redis.run('EXISTS', short)) === 0);
    await asks(1, () => chat(other, key, 'for a moment'));
    assert.equal(await redis.run('EXISTS', usual), 1);
  });
  test('who does not want an answer of before gets none', async () => {
    await keeps(() => chat(one, key, 'fresh'));
    await asks(1, () => chat(other, key, 'fresh', { cache: { 'no-cache': true } }));
    const start = await kept();
    await asks(1, () => chat(one, key, 'not kept', { cache: { 'no-store': true } }));
    await asks(1, () => chat(other, key, 'not kept'));
    await eventually(async () => (await kept()) === start + 1);
  });
  test('what is in Redis and is no answer of ours is not served', async () => {
    await keeps(() => chat(one, key, 'spoilt'));
    for (const name of await redis.run('KEYS', 'litellm_cpp:answer:*')) await redis.run('SET', name, 'nonsense');
    await asks(1, () => chat(other, key, 'spoilt'));
  });
  test('without Redis the provider is asked', async () => {
    await keeps(() => chat(one, key, 'last'));
    await redis.kill();
    for (const proxy of pair.proxies) {
      for (let calls = 0; calls < 2; calls++) await asks(1, () => chat(proxy, key, 'last'));
      const streamed = await asks(1, () => chat(proxy, key, 'last', { stream: true }));
      assert.match(streamed.text, /\[DONE\]/);
      assert.equal(await isAway(proxy), true);
    }
  });
});
