// Postgres goes away and comes back: known keys go on, management says so, and no cent is lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { eventually, startProxy } from './support.mjs';

const server = process.env.LITELLM_TEST_POSTGRES;
const name = `litellm_away_${process.pid}_${Date.now()}`;
const psql = (sql, database) =>
  execFileSync('psql', [database ? server.replace(/\/[^/]*$/, `/${database}`) : server, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--command', sql]).toString().trim();
const takeAway = () => {
  psql(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  psql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
};
const bringBack = () => psql(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);

const config = `
general_settings: {proxy_batch_write_at: 1}
model_list:
  - model_name: mock
    litellm_params: {model: openai/mock, mock_response: "This is a mock", input_cost_per_token: 0.001, output_cost_per_token: 0.001}
`;

describe('while the database is away', { skip: server ? false : 'LITELLM_TEST_POSTGRES is not set; run the tests through scripts/with-postgres' }, () => {
  let proxy;
  const suppressions = fileURLToPath(new URL('lsan.supp', import.meta.url));
  const environment = { DATABASE_URL: server?.replace(/\/[^/]*$/, `/${name}`), LSAN_OPTIONS: `suppressions=${suppressions}:print_suppressions=0` };
  const chat = (key) => proxy.call('/chat/completions', { key, body: { model: 'mock', messages: [{ role: 'user', content: 'hi' }], max_tokens: 10 } });

  before(async () => {
    psql(`CREATE DATABASE ${name}`);
    takeAway();
    const starting = startProxy(config, { environment });
    // It waits for the database, and says so.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    bringBack();
    proxy = await starting;
  });
  after(async () => {
    bringBack();
    assert.equal((await proxy.stop()).code, 0, proxy.log());
    proxy.remove();
    psql(`DROP DATABASE ${name} WITH (FORCE)`);
  });

  test('a start waits for it and tells why', () => {
    assert.match(proxy.log(), /cannot reach the database .*Trying again/);
    assert.ok(!proxy.log().includes('password'));
  });

  test('a key that was seen goes on, and its calls are paid later', async () => {
    const key = await proxy.newKey({ max_budget: 10 });
    const first = await chat(key);
    assert.equal(first.status, 200, first.text);
    const tokens = first.json.usage.total_tokens;
    await eventually(async () => (await proxy.call(`/key/info?key=${key}`)).json.info.spend > 0);

    takeAway();
    for (let i = 0; i < 5; i++) assert.equal((await chat(key)).status, 200);
    const unknown = await chat('sk-never-seen-0123456789');
    assert.equal(unknown.status, 503, unknown.text);
    const management = await proxy.call('/key/generate', { body: {} });
    assert.equal(management.status, 503, management.text);
    assert.equal((await proxy.call(`/key/info?key=${key}`)).status, 503);
    await eventually(async () => (await proxy.call('/health/readiness')).status === 503);
    assert.equal((await proxy.call('/health/liveliness')).status, 200);
    for (let i = 0; i < 5; i++) assert.equal((await chat(key)).status, 200);

    bringBack();
    const expected = 11 * tokens * 0.001;
    const spend = async () => (await proxy.call(`/key/info?key=${key}`)).json?.info?.spend;
    await eventually(async () => Math.abs((await spend()) - expected) < 1e-9, 30000);
    assert.equal(psql('SELECT count(*), count(DISTINCT request_id) FROM "LiteLLM_SpendLogs"', name), '11|11');
    assert.equal((await chat('sk-never-seen-0123456789')).status, 401);
    assert.equal((await proxy.call('/health/readiness')).status, 200);
    await proxy.newKey();
  });

  test('allow_requests_on_db_unavailable lets anybody call models, and nothing else', async () => {
    const open = await startProxy(config.replace('{proxy_batch_write_at: 1}', '{proxy_batch_write_at: 1, allow_requests_on_db_unavailable: true}'), { environment });
    const ask = (path, body) => open.call(path, { key: 'sk-nobody-knows-me-0123', body });
    const body = { model: 'mock', messages: [{ role: 'user', content: 'hi' }] };
    try {
      assert.equal((await ask('/chat/completions', body)).status, 401);
      takeAway();
      const other = { key: 'sk-nobody-knows-me-either' };
      assert.equal((await open.call('/chat/completions', { ...other, body })).status, 200);
      assert.ok((await open.call('/key/generate', { ...other, body: {} })).status >= 401);
      bringBack();
      await eventually(async () => (await open.call('/chat/completions', { ...other, body })).status === 401);
      await eventually(async () => psql(`SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE api_key = 'failed-to-connect-to-db'`, name) >= '1', 30000);
    } finally {
      bringBack();
      await open.stop();
      open.remove();
    }
  });

  test('a budget holds meanwhile', async () => {
    const key = await proxy.newKey({ max_budget: 0.1 });
    assert.equal((await chat(key)).status, 200);
    takeAway();
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await chat(key)).status);
    bringBack();
    assert.equal(statuses.at(-1), 429, 'spent in memory is spent');
    const info = async () => (await proxy.call(`/key/info?key=${key}`)).json?.info;
    await eventually(async () => (await info())?.spend > 0, 30000);
    await eventually(async () => psql(`SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE api_key <> 'failed-to-connect-to-db'`, name) === String(11 + 1 + statuses.filter((status) => status === 200).length), 30000);
    assert.ok((await info()).spend <= 0.1);
  });
});
