// kill -9 at random instants under mixed load: afterwards the ledger says what the provider billed, and nothing twice.
// FAULT_KILLS=200 makes the campaign long; by default each database and durability is killed a few times.
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

const kills = Number(process.env.FAULT_KILLS ?? 3);
const clients = Number(process.env.FAULT_CLIENTS ?? 12);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const between = (from, to) => from + Math.random() * (to - from);

const config = (url, durability) => `
model_list:
  - model_name: billed
    litellm_params:
      model: openai/billed
      api_base: ${url}/v1
      api_key: upstream-key
      input_cost_per_token: 0.00001
      output_cost_per_token: 0.00003
      max_retries: 0
general_settings:
  proxy_batch_write_at: 0.1
  spend_durability: ${durability}
  database_statement_timeout: 2
  user_api_key_cache_ttl: 3600
litellm_settings:
  num_retries: 0
`;

/** What happens to the database around one kill; undone before the books are compared. */
const mischief = {
  nothing: { before: async () => {}, after: async () => {} },
  locked: { before: (database) => database.lock(), after: (database) => database.unlock() },
  stopped: { before: (database) => database.stop(), after: (database) => database.start() },
};

async function campaign(database, upstream, durability, count, choices) {
  const directory = mkdtempSync(join(tmpdir(), 'litellm-fault-'));
  const seen = [];
  try {
    const current = typeof database === 'function' ? database(directory) : database;
    const start = () => startProxy(config(upstream.url, durability), { directory, environment: current.environment });
    let proxy = await start();
    const keys = [];
    // Two with a budget that they never reach: on Postgres the process holds leases on it when it dies.
    for (const budget of [{}, { max_budget: 1000 }, { max_budget: 1000, budget_duration: '30d' }]) keys.push(await proxy.newKey(budget));
    for (const key of keys) await proxy.call('/v1/models', { key }); // in memory, in case the database goes away
    const deeds = [];
    for (let round = 0; round < count; round++) {
      const deed = choices[round % choices.length];
      deeds.push(deed);
      const load = startLoad(proxy.port, keys, clients);
      await pause(between(30, 250));
      await mischief[deed].before(current);
      await pause(between(10, 350));
      await proxy.stop('SIGKILL');
      seen.push(...(await load.stop()));
      // A new process waits for a database that is away, so it comes back first, sometimes just before.
      await mischief[deed].after(current);
      proxy = await start();
      for (const key of keys) assert.equal((await proxy.call('/v1/models', { key })).status, 200);
    }
    const load = startLoad(proxy.port, keys, clients);
    await pause(200);
    seen.push(...(await load.stop()));
    const ended = await proxy.stop();
    assert.equal(ended.code, 0, proxy.log());
    const counts = audit(current, seen, upstream.billed);
    assert.ok(counts.finished > count, 'calls were answered');
    return { ...counts, deeds };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('kill -9', { concurrency: false }, () => {
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
  for (const durability of ['fast', 'strict']) {
    test(`SQLite, ${durability}`, async (context) => {
      const counts = await campaign(sqlite, upstream, durability, kills, ['nothing', 'locked']);
      context.diagnostic(JSON.stringify(counts));
    });
    test(`Postgres, ${durability}`, async (context) => {
      if (!server) return context.skip('no Postgres server is installed');
      await server.start();
      server.fresh();
      const counts = await campaign(server, upstream, durability, kills, ['nothing', 'stopped', 'locked']);
      context.diagnostic(JSON.stringify(counts));
    });
  }
});

