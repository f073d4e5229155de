// Two processes on one Postgres: what one changes, the other knows within a second.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { eventually, startProxy } from './support.mjs';

const server = process.env.LITELLM_TEST_POSTGRES;
const name = `litellm_replicas_${process.pid}_${Date.now()}`;
const psql = (sql) => execFileSync('psql', [server, '--no-psqlrc', '--quiet', '--command', sql], { stdio: ['ignore', 'pipe', 'inherit'] });
const query = (sql) => execFileSync('psql', [server.replace(/\/[^/]*$/, `/${name}`), '--no-psqlrc', '--tuples-only', '--no-align', '--command', sql]).toString().trim();
const withinASecond = (check) => eventually(check, 1000);

const config = `
general_settings: {store_model_in_db: true}
model_list:
  - model_name: mock
    litellm_params: {model: openai/mock, mock_response: "This is a mock", input_cost_per_token: 0.000001, output_cost_per_token: 0.000001}
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

  const chat = async (proxy, key, model = 'mock') =>
    (await proxy.call('/chat/completions', { key, body: { model, max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] } })).status;
  const answers = (proxy, key, status, model) => async () => (await chat(proxy, key, model)) === status;
  const change = async (proxy, path, body) => {
    const answer = await proxy.call(path, { body });
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json;
  };

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

  describe('under load', () => {
    const statuses = new Set();
    let isOver = false;
    let callers;
    before(async () => {
      const key = await one.newKey();
      const work = async (proxy) => {
        while (!isOver) statuses.add(await chat(proxy, key));
      };
      callers = [one, other, one, other].map(work);
    });
    after(async () => {
      isOver = true;
      await Promise.all(callers);
      assert.deepEqual([...statuses], [200], 'nobody else notices');
    });

    test('a blocked and a deleted key end', async () => {
      const key = await one.newKey();
      await withinASecond(answers(other, key, 200));
      await change(one, '/key/block', { key });
      await withinASecond(answers(other, key, 401));
      await change(one, '/key/unblock', { key });
      await withinASecond(answers(other, key, 200));
      await change(one, '/key/delete', { keys: [key] });
      await withinASecond(answers(other, key, 401));
    });

    test('an updated key may do what it may now', async () => {
      const key = await one.newKey();
      await withinASecond(answers(other, key, 200));
      await change(one, '/key/update', { key, models: ['another'] });
      await withinASecond(answers(other, key, 403));
      await change(other, '/key/update', { key, models: ['mock'] });
      await withinASecond(answers(one, key, 200));
    });

    test('a regenerated key goes on under its new text, with the money that it had', async () => {
      const key = await one.newKey({ max_budget: 1 });
      await withinASecond(answers(other, key, 200));
      const next = (await change(one, `/key/${key}/regenerate`, {})).key;
      await withinASecond(answers(other, key, 401));
      await withinASecond(answers(other, next, 200));
      const last = (await change(other, '/key/regenerate', { key: next, grace_period: '1h' })).key;
      await withinASecond(answers(one, last, 200));
      assert.equal(await chat(one, next), 200, 'within its grace period');
      const hashes = [key, next, last].map((text) => `'${createHash('sha256').update(text).digest('hex')}'`);
      const billed = () => Number(query(`SELECT coalesce(sum(spend), 0) FROM "LiteLLM_SpendLogs" WHERE api_key IN (${hashes})`));
      const spent = async () => (await one.call(`/key/info?key=${last}`)).json.info.spend;
      await eventually(async () => billed() > 0 && Math.abs((await spent()) - billed()) < 1e-12);
    });

    test('a budget that is lowered, raised, spent and reset', async () => {
      const key = await one.newKey({ max_budget: 1 });
      await withinASecond(answers(other, key, 200));
      await eventually(async () => (await one.call(`/key/info?key=${key}`)).json.info.spend > 0);
      await change(one, '/key/update', { key, max_budget: 0.000001 });
      await withinASecond(answers(other, key, 429));
      await change(other, '/key/update', { key, max_budget: 1 });
      await withinASecond(answers(one, key, 200));
      // Spent on the one, reset on the other.
      const spent = async () => (await other.call(`/key/info?key=${key}`)).json.info.spend;
      await eventually(async () => (await chat(one, key)) && (await spent()) > 0.0002);
      await change(other, '/key/update', { key, max_budget: 0.0002 });
      await withinASecond(answers(one, key, 429));
      await change(other, `/key/${key}/reset_spend`, { reset_to: 0 });
      await withinASecond(answers(one, key, 200));
    });

    test('a model that is made, changed and deleted', async () => {
      const key = await one.newKey();
      const made = await change(one, '/model/new', { model_name: 'made', litellm_params: { model: 'openai/made', mock_response: 'made here' } });
      await withinASecond(answers(other, key, 200, 'made'));
      await change(other, '/model/delete', { id: made.model_id });
      await withinASecond(answers(one, key, 400, 'made'));
    });
  });
});
