// Two processes that count limits together in Redis, and what they do while it is not there.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isAway, reasonToSkip, startPair, startRedis } from './redis_stage.mjs';
import { completion, eventually, sendJson, startUpstream } from './support.mjs';

const skip = reasonToSkip();
const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
const held = []; // answers that wait until they are let go

function answer(request, response, body) {
  if (request.url.endsWith('/embeddings'))
    return sendJson(response, {
      object: 'list',
      model: 'e',
      data: [{ object: 'embedding', index: 0, embedding: [1] }],
      usage: { prompt_tokens: 30, total_tokens: 30 },
    });
  if (body.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (choices, more = {}) =>
      response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: body.model, choices, ...more })}\n\n`);
    chunk([{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }]);
    chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);
    chunk([], { usage });
    return response.end('data: [DONE]\n\n');
  }
  if (body.messages[0].content === 'fail') return sendJson(response, { error: { message: 'broken' } }, 500);
  const send = () => sendJson(response, completion(body.model, usage));
  return body.messages[0].content === 'wait' ? held.push(send) : send();
}

// Under sanitizers and on a busy machine, 20 ms are not enough for tests that are not about them.
const patient = { LITELLM_REDIS_DEADLINE_SECONDS: '2' };

const configOf = (upstream, router) => `
model_list:
  - model_name: mock
    litellm_params: {model: openai/mock, mock_response: "This is a mock", input_cost_per_token: 0.000001, output_cost_per_token: 0.000001}
  - model_name: m
    litellm_params: {model: openai/m, api_base: "${upstream.url}/v1", api_key: k, input_cost_per_token: 0.00001, output_cost_per_token: 0.00003}
litellm_settings: {callbacks: ["prometheus"], num_retries: 0}
router_settings: {disable_cooldowns: true, ${router}}
`;
const at = (redis) => `redis_host: 127.0.0.1, redis_port: ${redis.port}`;

const chat = (proxy, key, { model = 'm', content = 'hi', ...more } = {}) =>
  proxy.call('/v1/chat/completions', { key, body: { model, messages: [{ role: 'user', content }], ...more } });
const statuses = async (calls) => (await Promise.all(calls)).map((each) => each.status);
const left = (answered, type = 'requests') => answered.headers.get(`x-ratelimit-api_key-remaining-${type}`);
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));
/** What calls used is told to Redis beside their answers. */
const settled = (redis) =>
  eventually(async () => {
    const names = (await redis.run('KEYS', '*:rate:*')).filter((name) => !name.endsWith(':calls'));
    return (await Promise.all(names.map((name) => redis.run('HGET', name, 'held')))).every((tokens) => tokens === '0');
  });
const letGo = () => held.splice(0).forEach((send) => send());

async function timed(call) {
  const start = performance.now();
  const answered = await call();
  return { answered, time: performance.now() - start };
}

describe('limits of two proxies', { skip }, () => {
  let upstream;
  let redis;
  let pair;
  let one;
  let other;
  before(async () => {
    [upstream, redis] = await Promise.all([startUpstream(answer), startRedis()]);
    pair = await startPair(configOf(upstream, at(redis)), { environment: patient });
    ({ one, other } = pair);
  });
  after(async () => {
    letGo();
    await pair.stop();
    await redis.remove();
    await upstream.stop();
  });

  for (const model of ['mock', 'm'])
    test(`requests of a key are counted together, to ${model}`, async () => {
      const key = await one.newKey({ rpm_limit: 4 });
      const seen = [];
      for (const proxy of [one, other, one, other]) {
        const answered = await chat(proxy, key, { model });
        assert.equal(answered.status, 200, answered.text);
        assert.equal(answered.headers.get('x-ratelimit-api_key-limit-requests'), '4');
        seen.push(left(answered));
      }
      assert.deepEqual(seen, ['3', '2', '1', '0']);
      for (const proxy of pair.proxies) {
        const refused = await chat(proxy, key, { model });
        assert.equal(refused.status, 429);
        assert.match(refused.json.error.message, /Rate limit exceeded for api_key: .* Limit type: requests\. Current limit: 4, Remaining: 0/);
        assert.equal(refused.headers.get('rate_limit_type'), 'requests');
        const wait = Number(refused.headers.get('retry-after'));
        assert.ok(wait > 1 && wait <= 60, `retry-after: ${wait}`);
        assert.ok(Math.abs(Number(refused.headers.get('reset_at')) - Date.now() / 1000 - wait) < 3);
      }
    });
  test('no call slips through between two others', async () => {
    const key = await one.newKey({ rpm_limit: 7 });
    const answered = await statuses(many(30, (index) => chat(pair.proxies[index % 2], key, { model: 'mock' })));
    assert.equal(answered.filter((status) => status === 200).length, 7);
    assert.equal(answered.filter((status) => status === 429).length, 23);
  });
  test('keys of a team share its limit wherever they call', async () => {
    const { json: team } = await one.call('/team/new', { body: { team_alias: 'shared', rpm_limit: 2 } });
    const keys = [await one.newKey({ team_id: team.team_id }), await other.newKey({ team_id: team.team_id })];
    assert.equal((await chat(one, keys[0], { model: 'mock' })).status, 200);
    assert.equal((await chat(other, keys[1], { model: 'mock' })).status, 200);
    assert.deepEqual(await statuses([chat(one, keys[1], { model: 'mock' }), chat(other, keys[0], { model: 'mock' })]), [429, 429]);
  });
  test('a call that another limit refuses takes nothing', async () => {
    const { json: team } = await one.call('/team/new', { body: { team_alias: 'narrow', rpm_limit: 1 } });
    const key = await one.newKey({ team_id: team.team_id, rpm_limit: 50 });
    assert.equal(left(await chat(one, key)), '49');
    assert.deepEqual(new Set(await statuses(many(20, (index) => chat(pair.proxies[index % 2], key)))), new Set([429]));
    await one.call('/team/update', { body: { team_id: team.team_id, rpm_limit: 1000 } });
    const next = await eventually(async () => {
      const answered = await chat(other, key);
      return answered.status === 200 && answered;
    });
    assert.equal(left(next), '48');
  });
  test('a call that a budget or the request itself refuses takes nothing', async () => {
    const key = await one.newKey({ rpm_limit: 50, tpm_limit: 100000, max_budget: 0.0000001 });
    for (const proxy of [one, other, one]) assert.equal((await chat(proxy, key)).status, 429);
    assert.equal((await chat(other, key, { model: 'nothing' })).status, 400);
    await one.call('/key/update', { body: { key, max_budget: 10 } });
    const next = await eventually(async () => {
      const answered = await chat(other, key, { max_tokens: 10 });
      return answered.status === 200 && answered;
    });
    assert.equal(left(next), '49');
    assert.ok(Number(left(next, 'tokens')) > 99900, 'tokens of refused calls are there again');
  });
  test('tokens are reserved, then counted as they were used', async () => {
    const key = await one.newKey({ tpm_limit: 100 });
    const first = chat(one, key, { content: 'wait' });
    await eventually(() => held.length === 1);
    const beside = await chat(other, key);
    assert.equal(beside.status, 429);
    assert.match(beside.json.error.message, /Limit type: tokens\. Current limit: 100/);
    assert.equal(beside.headers.get('retry-after'), '1', 'calls under way hold them, for how long nobody knows');
    letGo();
    assert.equal((await first).status, 200);
    await settled(redis);
    const later = [];
    for (const proxy of [other, one, other, one]) {
      later.push((await chat(proxy, key)).status);
      await settled(redis);
    }
    assert.deepEqual(later, [200, 200, 200, 429]);
    assert.ok(Number((await chat(other, key)).headers.get('retry-after')) > 1);
  });
  test('an answer tells what is left after it, as without Redis', async () => {
    const key = await one.newKey({ tpm_limit: 100, max_parallel_requests: 5 });
    const answered = await chat(one, key);
    assert.equal(left(answered, 'tokens'), '70');
  });
  test('a failed call gives its tokens back', async () => {
    const key = await one.newKey({ tpm_limit: 40 });
    assert.equal((await chat(one, key, { content: 'fail' })).status, 500);
    await settled(redis);
    assert.equal((await chat(other, key)).status, 200);
  });
  test('a stream counts what it used', async () => {
    const key = await one.newKey({ tpm_limit: 60 });
    for (const proxy of [one, other]) {
      const streamed = await chat(proxy, key, { stream: true });
      assert.equal(streamed.status, 200, streamed.text);
      assert.match(streamed.text, /data: \[DONE\]/);
      await settled(redis);
    }
    assert.equal((await chat(one, key)).status, 429);
  });
  test('embeddings count, too', async () => {
    const key = await one.newKey({ tpm_limit: 50 });
    const seen = [];
    for (const proxy of [one, other, one]) {
      seen.push((await proxy.call('/v1/embeddings', { key, body: { model: 'm', input: 'x' } })).status);
      await settled(redis);
    }
    assert.deepEqual(seen, [200, 200, 429]);
  });
  test('calls beside each other are counted together', async () => {
    const key = await one.newKey({ max_parallel_requests: 2 });
    const open = pair.proxies.map((proxy) => chat(proxy, key, { content: 'wait' }));
    await eventually(() => held.length === 2);
    for (const proxy of pair.proxies) {
      const refused = await chat(proxy, key);
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get('rate_limit_type'), 'max_parallel_requests');
      assert.equal(refused.headers.get('retry-after'), '1');
    }
    letGo();
    assert.deepEqual(await statuses(open), [200, 200]);
    await eventually(async () => (await chat(one, key)).status === 200, 1000);
    await eventually(async () => (await chat(other, key)).status === 200, 1000);
  });
  test('a caller who hangs up leaves room for another', async () => {
    const key = await one.newKey({ max_parallel_requests: 1 });
    const patience = new AbortController();
    const given_up = fetch(`${one.url}/v1/chat/completions`, {
      method: 'POST',
      signal: patience.signal,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'wait' }] }),
    });
    await eventually(() => held.length === 1);
    assert.equal((await chat(other, key)).status, 429);
    patience.abort();
    await assert.rejects(given_up, { name: 'AbortError' });
    await eventually(async () => (await chat(other, key)).status === 200, 5000);
    held.length = 0;
  });
});

describe('without Redis', { skip }, () => {
  let upstream;
  let redis;
  let pair;
  let one;
  let other;
  // One event loop each: every loop finds out by itself that Redis is away.
  const start = async (environment = {}) => {
    [upstream, redis] = await Promise.all([startUpstream(answer), startRedis()]);
    pair = await startPair(configOf(upstream, at(redis)), { environment, args: ['--num_workers', '1'] });
    ({ one, other } = pair);
  };
  const stop = async () => {
    letGo();
    redis.thaw();
    await pair.stop();
    await redis.remove();
    await upstream.stop();
  };
  /** Both count together again, within `patience`: the first rest lasts a second. */
  const countTogether = async (patience) => {
    const key = await one.newKey({ rpm_limit: 100_000 });
    await eventually(async () => {
      const [mine, its] = [await chat(one, key, { model: 'mock' }), await chat(other, key, { model: 'mock' })];
      return Number(left(mine)) - Number(left(its)) === 1 && !(await isAway(one)) && !(await isAway(other));
    }, patience);
  };

  describe('that was killed', () => {
    before(() => start(patient));
    after(stop);
    test('calls go on with the limits of each process', async () => {
      const key = await one.newKey({ rpm_limit: 3, tpm_limit: 100_000, max_parallel_requests: 50 });
      assert.deepEqual([left(await chat(one, key)), left(await chat(other, key))], ['2', '1']);
      for (const proxy of pair.proxies) assert.equal(await isAway(proxy), false);
      await redis.kill();
      // Each knows of its own call, and of no other's.
      for (const proxy of pair.proxies) {
        const seen = [];
        for (let calls = 0; calls < 3; calls++) {
          const { answered, time } = await timed(() => chat(proxy, key));
          assert.ok(time < 200, `${time} ms`);
          seen.push(answered.status);
        }
        assert.deepEqual(seen, [200, 200, 429]);
        assert.equal(await isAway(proxy), true);
        assert.match(proxy.log(), /Redis is away/);
      }
    });
    test('they count together again when it is back', async () => {
      await redis.start();
      await countTogether(10_000);
      for (const proxy of pair.proxies) assert.match(proxy.log(), /Redis answers again/);
    });
    test('a short restart under load does not keep them apart for long', async () => {
      const key = await one.newKey({ rpm_limit: 100_000 });
      let isOver = false;
      const seen = new Set();
      const callers = many(16, async (index) => {
        while (!isOver) seen.add((await chat(pair.proxies[index % 2], key, { model: 'mock' })).status);
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await redis.kill();
      await redis.start();
      isOver = true;
      await Promise.all(callers);
      assert.deepEqual([...seen], [200]);
      await countTogether(5000);
    });
  });

  describe('that does not answer', () => {
    before(() => start());
    after(stop);
    test('the first calls wait no longer than the deadline', async () => {
      const key = await one.newKey({ rpm_limit: 1000 });
      assert.equal((await chat(one, key)).status, 200);
      redis.freeze();
      for (let calls = 0; calls < 6; calls++) {
        const { answered, time } = await timed(() => chat(one, key));
        assert.equal(answered.status, 200);
        assert.ok(time < 200, `${time} ms`);
      }
      assert.equal(await isAway(one), true);
      assert.match(one.log(), /Redis did not answer within 20 ms/);
    });
    test('they count together again when it answers', async () => {
      redis.thaw();
      await countTogether(10_000);
    });
    test('calls of that time do not stay under way', async () => {
      const key = await one.newKey({ max_parallel_requests: 2 });
      assert.equal((await chat(one, key)).status, 200);
      redis.freeze();
      for (let calls = 0; calls < 6; calls++) assert.equal((await chat(one, key)).status, 200);
      redis.thaw();
      await countTogether(10_000);
      assert.deepEqual(await statuses([chat(one, key), chat(other, key)]), [200, 200]);
    });
    test('many calls at once that it kept waiting do not keep it away for long', async () => {
      const key = await one.newKey({ rpm_limit: 1000 });
      assert.equal((await chat(one, key, { model: 'mock' })).status, 200);
      redis.freeze();
      assert.deepEqual(new Set(await statuses(many(20, () => chat(one, key, { model: 'mock' })))), new Set([200]));
      redis.thaw();
      await countTogether(5000);
    });
  });

  describe('that does not answer within a deadline of our own', () => {
    before(() => start({ LITELLM_REDIS_DEADLINE_SECONDS: '0.5' }));
    after(stop);
    test('a few calls wait for it, later ones do not', async () => {
      const key = await one.newKey({ rpm_limit: 1000 });
      assert.equal((await chat(one, key)).status, 200);
      redis.freeze();
      const times = [];
      for (let calls = 0; calls < 5; calls++) {
        const { answered, time } = await timed(() => chat(one, key));
        assert.equal(answered.status, 200);
        times.push(time);
      }
      assert.ok(times[0] > 400 && times[0] < 900, `${times}`);
      assert.ok(times[4] < 200, `${times}`);
    });
  });
});

describe('limits of deployments of two proxies', { skip }, () => {
  let upstream;
  let redis;
  let pair;
  before(async () => {
    [upstream, redis] = await Promise.all([startUpstream(answer), startRedis()]);
    const row = (name, more) => `  - model_name: ${name}
    litellm_params: {model: openai/${name}, api_base: "${upstream.url}/v1", api_key: k, ${more}}
`;
    const config = `model_list:
${row('limited', 'rpm: 5')}${row('thirsty', 'tpm: 100')}
litellm_settings: {callbacks: ["prometheus"], num_retries: 0}
router_settings: {disable_cooldowns: true, routing_strategy: usage-based-routing-v2, ${at(redis)}}
`;
    pair = await startPair(config, { environment: patient });
  });
  after(async () => {
    await pair.stop();
    await redis.remove();
    await upstream.stop();
  });

  test('requests are counted together', async () => {
    const key = await pair.one.newKey();
    upstream.received.length = 0;
    const answered = await Promise.all(many(24, (index) => chat(pair.proxies[index % 2], key, { model: 'limited' })));
    assert.equal(answered.filter(({ status }) => status === 200).length, 5);
    assert.equal(upstream.received.length, 5);
    const refused = answered.find(({ status }) => status !== 200);
    assert.equal(refused.status, 429, refused.text);
    const wait = Number(refused.headers.get('retry-after'));
    assert.ok(wait > 0 && wait <= 60, `retry-after: ${wait}`);
  });
  test('tokens, too, by what answers really used', async () => {
    const key = await pair.one.newKey();
    let served = 0;
    // 30 tokens each: the fourth call begins below 100 and is the last one.
    for (let index = 0; index < 8; index++) {
      const { status } = await chat(pair.proxies[index % 2], key, { model: 'thirsty' });
      served += status === 200 ? 1 : 0;
      await settled(redis);
    }
    assert.equal(served, 4);
  });
});
