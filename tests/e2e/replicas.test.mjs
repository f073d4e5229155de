// Two processes on one Postgres: what one changes, the other knows within a second.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { eventually, startProxy } from './support.mjs';

const server = process.env.LITELLM_TEST_POSTGRES;
const name = `litellm_replicas_${process.pid}_${Date.now()}`;
const psql = (sql) => execFileSync('psql', [server, '--no-psqlrc', '--quiet', '--command', sql], { stdio: ['ignore', 'pipe', 'inherit'] });
const withinASecond = (check) => eventually(check, 1000);

const config = `
model_list:
  - model_name: mock
    litellm_params: {model: openai/mock, mock_response: "This is a mock"}
`;

describe('two replicas', { skip: server ? false : 'LITELLM_TEST_POSTGRES is not set; run the tests through scripts/with-postgres' }, () => {
  let one;
  let other;
  before(async () => {
    psql(`CREATE DATABASE ${name}`);
    const environment = { DATABASE_URL: server.replace(/\/[^/]*$/, `/${name}`) };
    [one, other] = await Promise.all([startProxy(config, { environment }), startProxy(config, { environment })]);
  });
  after(async () => {
    for (const proxy of [one, other]) {
      assert.equal((await proxy.stop()).code, 0, proxy.log());
      proxy.remove();
    }
    psql(`DROP DATABASE ${name} WITH (FORCE)`);
  });

  const chat = async (proxy, key) => (await proxy.call('/chat/completions', { key, body: { model: 'mock', messages: [{ role: 'user', content: 'hi' }] } })).status;
  const answers = (proxy, key, status) => async () => (await chat(proxy, key)) === status;

  test('a key works everywhere at once', async () => {
    const key = `sk-chosen-${Date.now()}-0123456789abcdef`;
    assert.equal(await chat(other, key), 401, 'unknown so far, and remembered as unknown');
    await one.newKey({ key });
    await withinASecond(answers(other, key, 200));
  });

  test('a blocked key is blocked everywhere, and comes back', async () => {
    const key = await one.newKey();
    await withinASecond(answers(other, key, 200));
    assert.equal((await one.call('/key/block', { body: { key } })).status, 200);
    await withinASecond(answers(other, key, 401));
    assert.equal((await other.call('/key/unblock', { body: { key } })).status, 200);
    await withinASecond(answers(one, key, 200));
  });

  test('a deleted key is gone everywhere', async () => {
    const key = await one.newKey();
    await withinASecond(answers(other, key, 200));
    assert.equal((await one.call('/key/delete', { body: { keys: [key] } })).status, 200);
    await withinASecond(answers(other, key, 401));
  });

  test('what happens while the line is down is known when it stands again', async () => {
    const key = await one.newKey();
    await withinASecond(answers(other, key, 200));
    psql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND query LIKE 'LISTEN%'`);
    assert.equal((await one.call('/key/block', { body: { key } })).status, 200);
    await eventually(answers(other, key, 401), 3000);
    await eventually(() => other.log().includes('cannot hear of changes'));
    const next = await one.newKey();
    await withinASecond(answers(other, next, 200));
    await one.call('/key/delete', { body: { keys: [next] } });
    await withinASecond(answers(other, next, 401));
  });
});
