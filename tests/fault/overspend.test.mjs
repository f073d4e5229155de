// Many callers at once against one budget: what the ledger says they spent is never more than the budget, for each scope that can have
// one. FAULT_CALLERS=1,16,64,256 makes the campaign long.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually, startProxy } from '../e2e/support.mjs';
import { inputNanos, maxTokens, outputNanos, startBillingUpstream } from './billing_upstream.mjs';
import { postgres, sqlite } from './databases.mjs';
import { callOnce, startLoad } from './load.mjs';

const callers = (process.env.FAULT_CALLERS ?? '32').split(',').map(Number);
const budgetNanos = 8n * BigInt(maxTokens) * outputNanos; // a few calls under way fit, hundreds do not
const budget = Number(budgetNanos) / 1e9;
// Its bytes as tokens, and the longest answer.
const mostOfACall = 300n * inputNanos + BigInt(maxTokens) * outputNanos;

const config = (url) => `
model_list:
  - model_name: billed
    litellm_params: {model: openai/billed, api_base: "${url}/v1", api_key: k, input_cost_per_token: 0.00001, output_cost_per_token: 0.00003}
general_settings: {proxy_batch_write_at: 0.05}
litellm_settings: {num_retries: 0}
`;
const extra = {
  proxy: `litellm_settings: {num_retries: 0, max_budget: ${budget}, budget_duration: 30d}`,
  provider: `router_settings: {provider_budget_config: {openai: {budget_limit: ${budget}, time_period: 1d}}}`,
  tag: `litellm_settings: {num_retries: 0, tag_budget_config: {shared: {max_budget: ${budget}, budget_duration: 1d}}}`,
};
const configFor = (scope, url) => {
  const base = config(url);
  if (!extra[scope]) return base;
  return extra[scope].startsWith('litellm_settings') ? base.replace(/litellm_settings:.*\n/, `${extra[scope]}\n`) : base + `${extra[scope]}\n`;
};

/** Keys of several callers who share one budget of that scope. */
const scopes = {
  key: async (proxy) => [await proxy.newKey({ max_budget: budget })],
  user: async (proxy) => {
    const { json } = await proxy.call('/user/new', { body: { user_id: 'u', max_budget: budget, auto_create_key: false } });
    assert.equal(json.user_id, 'u');
    return Promise.all([1, 2, 3].map(() => proxy.newKey({ user_id: 'u' })));
  },
  team: async (proxy) => {
    const { json } = await proxy.call('/team/new', { body: { team_alias: 't', max_budget: budget } });
    return Promise.all([1, 2, 3].map(() => proxy.newKey({ team_id: json.team_id })));
  },
  'team member': async (proxy) => {
    await proxy.call('/user/new', { body: { user_id: 'm', auto_create_key: false } });
    const { json } = await proxy.call('/team/new', { body: { team_alias: 't' } });
    const added = await proxy.call('/team/member_add', { body: { team_id: json.team_id, member: { role: 'user', user_id: 'm' }, max_budget_in_team: budget } });
    assert.equal(added.status, 200, added.text);
    return Promise.all([1, 2].map(() => proxy.newKey({ team_id: json.team_id, user_id: 'm' })));
  },
  organization: async (proxy) => {
    const { json } = await proxy.call('/organization/new', { body: { organization_alias: 'o', max_budget: budget } });
    const team = await proxy.call('/team/new', { body: { team_alias: 't', organization_id: json.organization_id } });
    assert.equal(team.status, 200, team.text);
    return Promise.all([1, 2].map(() => proxy.newKey({ team_id: team.json.team_id })));
  },
  'end user': async (proxy) => {
    const made = await proxy.call('/customer/new', { body: { user_id: 'customer', max_budget: budget } });
    assert.equal(made.status, 200, made.text);
    return Promise.all([1, 2].map(() => proxy.newKey()));
  },
  'model of a key': async (proxy) => [await proxy.newKey({ model_max_budget: { billed: { budget_limit: budget, time_period: '1d' } } })],
  proxy: async (proxy) => [await proxy.newKey(), await proxy.newKey()],
  provider: async (proxy) => [await proxy.newKey(), await proxy.newKey()],
  tag: async (proxy) => [await proxy.newKey({ metadata: { tags: ['shared'] } }), await proxy.newKey({ metadata: { tags: ['shared', 'other'] } })],
};

/** Whom the calls are for. */
const userOf = { 'end user': 'customer' };

/** Where a budget is spent: by one process on SQLite, or by two that share a Postgres. */
const places = [
  {
    name: 'one process',
    async start(text) {
      const proxy = await startProxy(text);
      return { proxies: [proxy], database: sqlite(proxy.directory) };
    },
  },
  {
    name: 'two processes',
    server: undefined,
    async start(text) {
      this.server ??= await postgres();
      if (!this.server) return undefined;
      this.server.fresh();
      const environment = this.server.environment;
      const first = await startProxy(text, { environment });
      return { proxies: [first, await startProxy(text, { environment })], database: this.server };
    },
    stop() {
      return this.server?.remove();
    },
  },
];

/** What is written down and what processes have leased of the key's budget, in one look. */
const committed = `SELECT (SELECT spend FROM "LiteLLM_VerificationToken" LIMIT 1) * 1e9
  + (SELECT coalesce(sum(amount_nano), 0) FROM litellm_cpp.budget_leases WHERE kind = 'api_key') AS nanos`;

for (const place of places) {
  describe(`a budget spent by ${place.name}`, () => {
    let upstream;
    before(async () => {
      upstream = await startBillingUpstream();
    });
    after(async () => {
      await upstream.stop();
      await place.stop?.();
    });

    for (const scope of Object.keys(scopes)) {
      for (const count of callers) {
        test(`of a ${scope} holds against ${count} at once`, async (context) => {
          const started = await place.start(configFor(scope, upstream.url));
          if (!started) return context.skip('no Postgres is installed');
          const { proxies, database } = started;
          try {
            const keys = await scopes[scope](proxies[0]);
            const loads = proxies.map((proxy) => startLoad(proxy.port, keys, Math.ceil(count / proxies.length), userOf[scope]));
            // Until the budget is used so far that most are refused.
            await eventually(() => {
              if (scope === 'key' && proxies.length > 1) {
                const [{ nanos }] = database.query(committed);
                assert.ok(BigInt(Math.round(Number(nanos))) <= budgetNanos, `${nanos} of ${budgetNanos} are spent and leased`);
              }
              return loads.every((load) => load.seen.filter((each) => each.status === 429).length > (3 * count) / loads.length);
            }, 60000);
            const seen = (await Promise.all(loads.map((load) => load.stop()))).flat();
            assert.ok(seen.some((each) => each.status === 200), 'some calls fit');
            // Nothing is left over that one more call would fit into, whichever process it comes to.
            const last = [];
            for (let tries = 0; tries < 200 && last.at(-1)?.status !== 429; tries++) last.push(await callOnce(proxies[tries % proxies.length].port, keys[0], userOf[scope]));
            assert.equal(last.at(-1).status, 429);
            for (const proxy of proxies) assert.equal((await proxy.stop()).code, 0, proxy.log());
            const rows = database.logs();
            const spent = rows.reduce((sum, row) => sum + row.nanos, 0n);
            assert.ok(spent <= budgetNanos, `${spent} of ${budgetNanos}`);
            assert.ok(spent + mostOfACall > budgetNanos, `only ${spent} of ${budgetNanos}`);
            // Those whom nobody charged never reached the provider. A call that the provider's budget refused has a row without a cost.
            const charged = new Set(rows.filter((row) => row.nanos > 0n).map((row) => row.session_id));
            for (const each of seen) assert.ok(charged.has(each.name) === upstream.billed.has(each.name) || each.left, each.name);
          } finally {
            for (const proxy of proxies) {
              await proxy.stop('SIGKILL');
              proxy.remove();
            }
          }
        });
      }
    }
  });
}
