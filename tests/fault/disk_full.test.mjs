// A disk that is really full: a small file system that is filled up while calls are under way. New calls are refused with 503 before they
// reach the provider, nothing that it billed is lost, and with room again everything goes on. Needs the right to mount.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually, startProxy } from '../e2e/support.mjs';
import { audit } from './audit.mjs';
import { startBillingUpstream } from './billing_upstream.mjs';
import { postgres, sqlite } from './databases.mjs';
import { callOnce, startLoad } from './load.mjs';

const size = '48m';

function mounted() {
  const directory = mkdtempSync(join(tmpdir(), 'litellm-full-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory], { stdio: 'ignore' });
  if (status === 0) return directory;
  rmSync(directory, { recursive: true });
  return undefined;
}
function unmounted(directory) {
  spawnSync('umount', ['--lazy', directory], { stdio: 'inherit' });
  rmSync(directory, { recursive: true });
}

/** Takes every byte that is left. */
function fillUp(directory) {
  const file = openSync(join(directory, 'filler'), 'a');
  for (const length of [1 << 20, 1 << 12])
    for (const bytes = Buffer.alloc(length); ; )
      try {
        if (writeSync(file, bytes) < bytes.length) break;
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
        break;
      }
  closeSync(file);
}

const config = (url, policy) => `
model_list:
  - model_name: billed
    litellm_params: {model: openai/billed, api_base: "${url}/v1", api_key: k, input_cost_per_token: 0.00001, output_cost_per_token: 0.00003}
general_settings: {proxy_batch_write_at: 0.1, spend_journal_when_full: ${policy}}
litellm_settings: {num_retries: 0}
`;
const probe = mounted();
if (probe) unmounted(probe);

describe('a full disk', { skip: probe ? false : 'a file system of its own needs the right to mount one' }, () => {
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

  /** Runs `check(proxy, key, { load, fill, clear })` with its data directory on a disk of its own, then compares ledger and bills. */
  async function onSmallDisk(context, name, policy, check) {
    if (name === 'Postgres' && !server) return context.skip('no Postgres server is installed');
    const directory = mounted();
    let proxy;
    try {
      if (name === 'Postgres') server.fresh();
      const database = name === 'Postgres' ? server : sqlite(directory);
      const start = async () => (proxy = await startProxy(config(upstream.url, policy), { directory, environment: database.environment }));
      await start();
      const key = await proxy.newKey();
      const seen = await check(proxy, key, database, directory);
      await eventually(async () => (await proxy.call('/metrics')).text.includes('litellm_ledger_backlog 0'), 60_000);
      const ended = await proxy.stop('SIGTERM');
      assert.equal(ended.code, 0, proxy.log());
      return { counts: audit(database, seen, upstream.billed), proxy };
    } finally {
      await proxy?.stop('SIGKILL');
      await server?.unlock();
      unmounted(directory);
    }
  }

  for (const name of ['SQLite', 'Postgres'])
    test(`refuses what it cannot record, on ${name}`, async (context) => {
      const outcome = await onSmallDisk(context, name, 'refuse', async (proxy, key, database, directory) => {
        const load = startLoad(proxy.port, [key], 12);
        await eventually(() => load.seen.length > 100);
        // A database that keeps up would give the journal its room back.
        if (name === 'Postgres') await database.lock();
        fillUp(directory);
        await eventually(() => {
          fillUp(directory);
          return load.seen.some((each) => each.status === 503);
        }, 120_000);
        const seen = await load.stop();
        // Room that was set aside for calls under way serves a few more once these have ended.
        await eventually(async () => {
          fillUp(directory);
          seen.push(await callOnce(proxy.port, key));
          return seen.at(-1).status === 503;
        }, 60_000);
        const bodies = [];
        for (let turn = 0; turn < 5; turn++) {
          const asked = upstream.billed.size;
          const refused = await proxy.call('/v1/chat/completions', {
            key, body: { model: 'billed', max_tokens: 60, messages: [{ role: 'user', content: `refused-${turn}-${directory}` }] },
          });
          assert.equal(refused.status, 503, refused.text);
          assert.equal(upstream.billed.size, asked, 'a refused call reaches nobody');
          bodies.push(refused.json.error.message);
        }
        assert.match(bodies[0], /journal has no room|journal is full/);
        assert.ok(!bodies[0].includes(directory), `${bodies[0]} tells of the machine's files`);
        unlinkSync(join(directory, 'filler'));
        await server?.unlock();
        const again = [];
        await eventually(async () => (again.push(await callOnce(proxy.port, key)), again.at(-1).status === 200), 30_000);
        return [...seen, ...again];
      });
      if (!outcome) return;
      assert.ok(outcome.counts.finished > 100 && outcome.counts.refused > 0, JSON.stringify(outcome.counts));
      assert.equal(outcome.counts.bound, 0);
      context.diagnostic(JSON.stringify(outcome.counts));
    });

  test('serves on where the operator prefers that, and says what it could not record', async (context) => {
    await onSmallDisk(context, 'SQLite', 'serve', async (proxy, key, database, directory) => {
      const load = startLoad(proxy.port, [key], 12);
      await eventually(() => load.seen.length > 100);
      fillUp(directory);
      const unrecorded = async () => Number((await proxy.call('/metrics')).text.match(/^litellm_ledger_unrecorded_total (\d+)$/m)[1]);
      await eventually(async () => (fillUp(directory), (await unrecorded()) > 20), 120_000);
      const seen = await load.stop();
      assert.deepEqual(seen.filter((each) => each.status === 503), []);
      // Calls whose clients left may end a little later.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      unlinkSync(join(directory, 'filler'));
      const lost = await unrecorded();
      const lines = () => [...proxy.log().matchAll(/call (\S+) of \S+ USD is not recorded/g)].length;
      await eventually(() => lines() >= lost);
      assert.equal(lines(), lost, 'each one is in the log');
      // What is in the ledger is true; what the log says is missing is all that is missing.
      await eventually(async () => (await proxy.call('/metrics')).text.includes('litellm_ledger_backlog 0'), 60_000);
      const known = new Set(database.logs().map((row) => row.session_id));
      const unknown = seen.filter((each) => !known.has(each.name));
      const missing = unknown.filter((each) => upstream.billed.has(each.name));
      // A client that left may have been admitted and yet not have reached the provider.
      assert.ok(missing.length <= lost && lost <= unknown.length, `${missing.length} are missing, ${lost} told, ${unknown.length} unknown`);
      return seen.filter((each) => known.has(each.name) || !upstream.billed.has(each.name));
    });
  });
});
