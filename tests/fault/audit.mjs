// Compares what the ledger says with what the provider billed and what the clients saw.
import assert from 'node:assert/strict';
import { inputNanos, maxTokens, nanosOf, outputNanos, usageOf } from './billing_upstream.mjs';

const measureOf = (row) => row.metadata.measure;

function checkFinished(seen, row) {
  const usage = usageOf(seen.name, seen.kind);
  assert.equal(row.status, 'success', `${seen.kind} ${seen.name} ended well`);
  assert.equal(measureOf(row), 'measured', `${seen.kind} ${seen.name}`);
  assert.equal(row.nanos, nanosOf(usage), `${seen.kind} ${seen.name} costs what the provider billed`);
  assert.deepEqual([row.prompt_tokens, row.completion_tokens], [usage.prompt_tokens, usage.completion_tokens]);
}

/** A call whose last byte never left: it may have ended inside the proxy, or it is bound, or its client left. */
function checkUnfinished(seen, row, bill) {
  const exact = nanosOf(usageOf(seen.name, bill.kind));
  const measure = measureOf(row);
  const most = BigInt(maxTokens) * outputNanos + 4096n * inputNanos;
  assert.ok(row.nanos <= most, `${seen.kind} ${seen.name} costs no more than was reserved`);
  if (measure === 'bound') assert.ok(row.nanos >= exact, `${seen.kind} ${seen.name} is charged at its bound: ${row.nanos} for ${exact}`);
  else if (measure === 'measured' && row.status === 'success') assert.equal(row.nanos, exact, `${seen.kind} ${seen.name}`);
  else assert.ok(measure === 'counted' || measure === 'measured', `${seen.kind} ${seen.name} is marked: ${measure}`);
}

/** `seen`: all calls of all clients; `billed`: the provider's book. Returns counts for the report. */
export function audit(database, seen, billed) {
  const rows = database.logs();
  const byName = new Map();
  for (const row of rows) {
    assert.ok(!byName.has(row.session_id), `${row.session_id} is in the ledger twice`);
    byName.set(row.session_id, row);
  }
  const counts = { calls: 0, finished: 0, bound: 0, left: 0, refused: 0 };
  for (const each of seen) {
    const row = byName.get(each.name);
    const bill = billed.get(each.name);
    byName.delete(each.name);
    counts.calls++;
    if (each.finished && each.status === 200) {
      counts.finished++;
      assert.ok(bill && row, `${each.kind} ${each.name} was answered and is in the ledger`);
      checkFinished(each, row);
    } else if (bill) {
      assert.equal(bill.times, 1, `${each.name} went out once`);
      assert.ok(row, `${each.kind} ${each.name} reached the provider and is in the ledger`);
      checkUnfinished(each, row, bill);
      counts.left += each.left ? 1 : 0;
      counts.bound += measureOf(row) === 'bound' ? 1 : 0;
    } else {
      counts.refused++;
    }
  }
  assert.equal(byName.size, 0, `nobody knows of ${[...byName.keys()].slice(0, 3)}`);
  const total = rows.reduce((sum, row) => sum + row.nanos, 0n);
  for (const table of ['LiteLLM_VerificationToken', 'LiteLLM_DailyUserSpend'])
    assert.equal(database.sum(table), total, `${table} adds up to the ledger`);
  return { ...counts, rows: rows.length };
}
