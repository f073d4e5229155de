// How Redis is named in the configuration and in the environment.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { hasNoRedis, isAway, startRedis } from './redis_stage.mjs';
import { startProxy } from './support.mjs';

const skip = hasNoRedis();
// Under sanitizers and on a busy machine, 20 ms are not enough for tests that are not about them.
const patient = { LITELLM_REDIS_DEADLINE_SECONDS: '2' };
const models = `
model_list:
  - model_name: mock
    litellm_params: {model: openai/mock, mock_response: "This is a mock", input_cost_per_token: 0.000001, output_cost_per_token: 0.000001}
`;
const chat = (proxy, key) => proxy.call('/v1/chat/completions', { key, body: { model: 'mock', messages: [{ role: 'user', content: 'hi' }] } });
const left = (answered) => answered.headers.get('x-ratelimit-api_key-remaining-requests');

describe('how Redis is named', { skip }, () => {
  const password = 'p@ss:word/%2';
  let redis;
  before(async () => {
    // Everybody's password, and an account that may use only what is ours.
    const account = ['--user', 'app', 'on', `>${password}`, '~*litellm_cpp*', '+@all'];
    redis = await startRedis({ password: 'plain-secret', args: account });
  });
  after(() => redis.remove());

  /** What a proxy counts is in Redis, and in `database` of it. */
  const counts = async (settings, { database = 0, environment = {} } = {}) => {
    await redis.run('FLUSHALL');
    const proxy = await startProxy(`${models}\n${settings}`, { environment: { ...patient, ...environment } });
    try {
      const key = await proxy.newKey({ rpm_limit: 100 });
      // Many at once: the first commands of a connection are sent while it still logs in.
      const calls = await Promise.all(Array.from({ length: 24 }, () => chat(proxy, key)));
      assert.deepEqual([...new Set(calls.map((each) => each.status))], [200]);
      const requests = [];
      for (const each of [0, 1, 2]) {
        const name = (await redis.runIn(each, 'KEYS', '*:rate:*')).find((found) => !found.endsWith(':calls'));
        requests.push(name ? await redis.runIn(each, 'HGET', name, 'requests') : '0');
      }
      assert.deepEqual(requests, [0, 1, 2].map((each) => (each === database ? '24' : '0')));
      assert.ok(!/plain-secret|p@ss|p%40ss/.test(proxy.log()), 'a password is in the log');
    } finally {
      await proxy.stop();
      proxy.remove();
    }
  };

  test('by host, port and password', () =>
    counts(`router_settings: {redis_host: localhost, redis_port: "${redis.port}", redis_password: os.environ/THE_SECRET}`, {
      environment: { THE_SECRET: 'plain-secret' },
    }));
  test('by an address with a password', () =>
    counts(`router_settings: {redis_url: "redis://:plain-secret@127.0.0.1:${redis.port}"}`));
  test('by an address with a user', () =>
    counts(`router_settings: {redis_url: "redis://app:${encodeURIComponent(password)}@127.0.0.1:${redis.port}/0"}`));
  test('by an address with a database', () =>
    counts(`router_settings: {redis_url: "redis://:plain-secret@127.0.0.1:${redis.port}/2"}`, { database: 2 }));
  test('by the environment', () =>
    counts('', {
      environment: { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port), REDIS_PASSWORD: 'plain-secret', REDIS_DB: '1' },
      database: 1,
    }));
  test('a wrong password is as good as no Redis', async () => {
    const router = `{redis_host: 127.0.0.1, redis_port: ${redis.port}, redis_password: not-the-secret}`;
    const proxy = await startProxy(`${models}\nlitellm_settings: {callbacks: ["prometheus"]}\nrouter_settings: ${router}`, { environment: patient });
    try {
      const key = await proxy.newKey({ rpm_limit: 2 });
      const seen = [];
      for (let calls = 0; calls < 3; calls++) seen.push((await chat(proxy, key)).status);
      assert.deepEqual(seen, [200, 200, 429]);
      assert.equal(await isAway(proxy), true);
      assert.match(proxy.log(), /Redis is away: .*(WRONGPASS|invalid)/);
      assert.ok(!proxy.log().includes('not-the-secret'));
    } finally {
      await proxy.stop();
      proxy.remove();
    }
  });

  const noTls = /TLS is not supported/;
  const router = (more) => `router_settings: {redis_host: localhost${more}}`;
  const cache = 'litellm_settings: {cache: true, cache_params: {type: redis, host: localhost, ssl: true}}';
  for (const [title, settings, environment, expected] of [
    ['an address of TLS', 'router_settings: {redis_url: "rediss://localhost:6379"}', {}, noTls],
    ['an address of TLS in the environment', '', { REDIS_URL: 'rediss://localhost:6379' }, noTls],
    ['TLS of the router', router(', redis_ssl: true'), {}, noTls],
    ['TLS of the cache', cache, {}, noTls],
    ['TLS of the environment', '', { REDIS_HOST: 'localhost', REDIS_SSL: 'True' }, noTls],
    // The password of the environment belongs to this host, too, and so does the wish that nobody reads it.
    ['TLS of the environment for a host of the router', router(''), { REDIS_SSL: 'True', REDIS_PASSWORD: 'x' }, noTls],
    ['another kind of address', 'router_settings: {redis_url: "http://localhost:6379"}', {}, /begins with redis:\/\//],
    ['no port', router(', redis_port: 70000'), {}, /port/],
    ['no deadline', router(''), { LITELLM_REDIS_DEADLINE_SECONDS: 'soon' }, /LITELLM_REDIS_DEADLINE_SECONDS/],
    ['a deadline in another unit', router(''), { LITELLM_REDIS_DEADLINE_SECONDS: '20ms' }, /LITELLM_REDIS_DEADLINE_SECONDS/],
  ])
    test(`${title} is told at the start`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'litellm-e2e-'));
      const started = startProxy(`${models}\n${settings}`, { directory, environment });
      try {
        await assert.rejects(started, expected);
      } finally {
        // One that started nevertheless must not outlive the test.
        await started.then(
          (proxy) => proxy.stop(),
          () => {},
        );
        rmSync(directory, { recursive: true, force: true });
      }
    });
});
