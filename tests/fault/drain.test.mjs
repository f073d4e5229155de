// SIGTERM under load, while the database is locked: calls under way end, nothing is lost, and the process does not wait for ever.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startProxy } from '../e2e/support.mjs';
import { audit } from './audit.mjs';
import { startBillingUpstream } from './billing_upstream.mjs';
import { postgres, sqlite } from './databases.mjs';
import { startLoad } from './load.mjs';

const grace = 30_000; // what supervisors give at the most; the machine may be slow
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const config = (url) => `
model_list:
  - model_name: billed
    litellm_params: {model: openai/billed, api_base: "${url}/v1", api_key: k, input_cost_per_token: 0.00001, output_cost_per_token: 0.00003}
general_settings: {proxy_batch_write_at: 0.1}
litellm_settings: {num_retries: 0}
`;

describe('a drain', () => {
  let upstream;
  let server;
  before(async () => {
    upstream = await startBillingUpstream();
    server = await postgres();
  });
  after(async () => {
    await upstream.stop();
    await server?.remove();
  });

  for (const name of ['SQLite', 'Postgres']) {
    test(`loses nothing on ${name}`, async (context) => {
      if (name === 'Postgres' && !server) return context.skip('no Postgres server is installed');
      const directory = mkdtempSync(join(tmpdir(), 'litellm-drain-'));
      try {
        if (name === 'Postgres') server.fresh();
        const database = name === 'Postgres' ? server : sqlite(directory);
        const start = () => startProxy(config(upstream.url), { directory, environment: database.environment });
        const first = await start();
        const keys = [await first.newKey(), await first.newKey()];
        for (const key of keys) await first.call('/v1/models', { key });
        const load = startLoad(first.port, keys, 12);
        await pause(200);
        await database.lock();
        await pause(200);
        const asked = Date.now();
        const ended = await first.stop('SIGTERM');
        const seen = await load.stop();
        assert.equal(ended.code, 0, first.log());
        assert.ok(Date.now() - asked < grace, `it took ${Date.now() - asked} ms`);
        // Whoever was under way got the whole answer.
        for (const each of seen) assert.ok(each.finished || each.left || !upstream.billed.has(each.name), `${each.kind} ${each.name} was cut off: ${JSON.stringify(each)}`);
        await database.unlock();
        const second = await start();
        assert.equal((await second.stop()).code, 0, second.log());
        const counts = audit(database, seen, upstream.billed);
        assert.equal(counts.bound, 0);
        assert.ok(counts.finished > 0);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    });
  }
});
