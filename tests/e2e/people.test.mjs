// Users, teams, customers, organizations and stored models over HTTP, and what they cost.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { completion, eventually, masterKey, sendJson, startProxy, startUpstream } from './support.mjs';

const providerSecret = 'sk-provider-secret-of-a-stored-model';
const costOfACall = 0.000033;

const config = (base) => `
model_list:
  - model_name: gpt-3.5-turbo
    litellm_params: {model: openai/gpt-3.5-turbo, api_base: "${base}/v1", api_key: upstream-secret, num_retries: 0, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002}
  - model_name: gpt-4
    litellm_params: {model: openai/gpt-4, api_base: "${base}/v1", api_key: upstream-secret, num_retries: 0, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002}
litellm_settings:
  default_internal_user_params:
    available_teams: [open-team]
general_settings:
  store_model_in_db: true
  user_api_key_cache_ttl: 60
  proxy_batch_write_at: 0.1
`;

let upstream;
let proxy;
before(async () => {
  upstream = await startUpstream((request, response, body) => sendJson(response, completion(body.model)));
  proxy = await startProxy(config(upstream.url));
});
after(async () => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  for (const secret of [masterKey, 'upstream-secret', providerSecret]) assert.ok(!proxy.log().includes(secret), 'a secret is in the log');
  proxy.remove();
  await upstream.stop();
});

/** A call that must succeed, without any password in its answer. */
async function ask(path, body, { key = masterKey, method } = {}) {
  const answer = await proxy.call(path, { key, body, method: method ?? (body === undefined ? 'GET' : 'POST') });
  assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  assert.ok(!answer.text.includes('"password"'), path);
  return answer.json;
}
async function refused(status, path, body, { key = masterKey, method } = {}) {
  const answer = await proxy.call(path, { key, body, method: method ?? (body === undefined ? 'GET' : 'POST') });
  assert.equal(answer.status, status, `${path}: ${answer.text}`);
  assert.equal(answer.json.error.code, String(status), answer.text);
  return answer.json.error;
}
const chat = (key, model = 'gpt-4', more = {}) =>
  proxy.call('/v1/chat/completions', { key, body: { model, messages: [{ role: 'user', content: 'hi' }], ...more } });
async function served(key, model, more) {
  const answer = await chat(key, model, more);
  assert.equal(answer.status, 200, answer.text);
}
const close = (a, b) => Math.abs(a - b) < 1e-9;

describe("the product's own examples", () => {
  test('a user, a key of his, and his spend', async () => {
    const user = await ask('/user/new', { user_email: 'krrish@berri.ai' });
    assert.ok(user.user_id && user.key.startsWith('sk-'));
    assert.ok('expires' in user && 'max_budget' in user);
    const { key } = await ask('/key/generate', { models: ['gpt-3.5-turbo', 'gpt-4'], user_id: user.user_id });
    await served(key, 'gpt-4');
    const info = await eventually(async () => {
      const seen = await ask(`/user/info?user_id=${user.user_id}`);
      return seen.spend > 0 && seen;
    });
    assert.ok(close(info.spend, costOfACall));
    assert.ok(close(info.user_info.spend, costOfACall));
    assert.equal(info.keys.length, 2);
  });
  test('a team, a key of it, and its spend', async () => {
    const team = await ask('/team/new', { team_alias: 'my-awesome-team' });
    assert.ok(team.team_id && 'expires' in team && 'max_budget' in team);
    const { key } = await ask('/key/generate', { models: ['gpt-3.5-turbo', 'gpt-4'], team_id: team.team_id });
    await served(key, 'gpt-3.5-turbo');
    const info = await eventually(async () => {
      const seen = await ask(`/team/info?team_id=${team.team_id}`);
      return seen.team_info.spend > 0 && seen;
    });
    assert.ok(close(info.spend, costOfACall));
  });
  test('a body that is no JSON is told so', async () => {
    const answer = await proxy.call('/user/new', { body: '{user_email: "krrish@berri.ai"}' });
    assert.equal(answer.status, 400);
    assert.match(answer.json.error.message, /JSON/);
  });
});

describe('teams', () => {
  test('change, block and unblock at once', async () => {
    const { team_id } = await ask('/team/new', { team_alias: 'infra', max_budget: 10, metadata: { owner: 'anna' } });
    const { key } = await ask('/key/generate', { team_id });
    await served(key);
    const changed = await ask('/team/update', { team_id, tpm_limit: 1000, tags: ['x'] });
    assert.equal(changed.data.max_budget, 10);
    assert.deepEqual(changed.data.metadata, { owner: 'anna', tags: ['x'] });
    assert.equal((await ask('/team/block', { team_id })).blocked, true);
    assert.equal((await chat(key)).status, 401);
    assert.equal((await ask('/team/unblock', { team_id })).blocked, false);
    await served(key);
    await ask('/team/update', { team_id, models: ['gpt-3.5-turbo'] });
    assert.equal((await chat(key, 'gpt-4')).status, 403);
    await ask('/team/model/add', { team_id, models: ['gpt-4'] });
    await served(key, 'gpt-4');
    await refused(400, '/team/model/delete', { team_id, models: ['gpt-4', 'gpt-3.5-turbo'] });
    await refused(404, '/team/update', { team_id: 'nobody' });
    await refused(422, '/team/update', {});
  });
  test('members come, change and go with their keys', async () => {
    const { team_id } = await ask('/team/new', { team_alias: 'people' });
    const added = await ask('/team/member_add', { team_id, member: [{ user_id: 'boss', role: 'admin' }, { user_email: 'new@b.c' }], max_budget_in_team: 5 });
    assert.equal(added.updated_users.length, 2);
    assert.equal(added.updated_team_memberships[0].litellm_budget_table.max_budget, 5);
    const again = await refused(400, '/team/member_add', { team_id, member: { user_id: 'boss' } });
    assert.equal(again.type, 'team_member_already_in_team');
    const boss = (await ask('/key/generate', { user_id: 'boss' })).key;
    const changed = await ask('/team/member_update', { team_id, user_email: 'new@b.c', rpm_limit: 7 }, { key: boss });
    assert.deepEqual([changed.max_budget_in_team, changed.rpm_limit], [5, 7]);
    const member = changed.user_id;
    const { key } = await ask('/key/generate', { user_id: member, team_id });
    await served(key);
    await refused(403, '/team/member_delete', { team_id, user_id: 'boss' }, { key });
    const left = await ask('/team/member_delete', { team_id, user_id: member }, { key: boss });
    assert.ok(!left.members_with_roles.some((each) => each.user_id === member));
    assert.equal((await chat(key)).status, 401);
    const rights = await ask(`/team/permissions_list?team_id=${team_id}`, undefined, { key: boss });
    assert.ok(rights.all_available_permissions.includes('/key/generate'));
    await ask('/team/permissions_update', { team_id, team_member_permissions: ['/key/generate'] }, { key: boss });
    const bulk = await ask('/team/bulk_member_add', { team_id, members: [{ user_id: 'b1' }, { user_id: 'b2' }] });
    assert.equal(bulk.successful_additions, 2);
  });
  test("a member's budget stops him and not the others", async () => {
    const { team_id } = await ask('/team/new', { team_alias: 'thrifty' });
    await ask('/team/member_add', { team_id, member: { user_id: 'thrifty-1' }, max_budget_in_team: 0 });
    await ask('/team/member_add', { team_id, member: { user_id: 'thrifty-2' }, max_budget_in_team: 5 });
    const poor = (await ask('/key/generate', { team_id, user_id: 'thrifty-1' })).key;
    const rich = (await ask('/key/generate', { team_id, user_id: 'thrifty-2' })).key;
    assert.equal((await chat(poor)).json.error.type, 'budget_exceeded');
    await served(rich);
  });
  test('lists are paged on the server, and others see their own', async () => {
    for (const name of ['l-1', 'l-2', 'l-3']) await ask('/team/new', { team_id: name, team_alias: `listed ${name}`, members_with_roles: name === 'l-2' ? [{ user_id: 'reader', role: 'user' }] : [] });
    const page = await ask('/v2/team/list?team_alias=LISTED&page=2&page_size=2&sort_by=team_id');
    assert.deepEqual([page.total, page.total_pages, page.teams.map((team) => team.team_id)], [3, 2, ['l-3']]);
    assert.equal((await ask('/v2/team/list?team_alias=%25')).total, 0, 'wildcards are texts');
    const key = (await ask('/key/generate', { user_id: 'reader' })).key;
    await refused(401, '/team/list', undefined, { key });
    assert.deepEqual((await ask('/team/list?user_id=reader', undefined, { key })).map((team) => team.team_id), ['l-2']);
    await ask('/team/delete', { team_ids: ['l-1', 'l-2', 'l-3'] });
    assert.equal((await ask('/v2/team/list?status=deleted&team_alias=listed')).total, 3);
    await refused(404, '/team/delete', { team_ids: ['l-1'] });
  });
});

describe('users', () => {
  test('change, also many at once', async () => {
    await ask('/user/new', { user_id: 'u-1', user_email: 'u1@b.c', auto_create_key: false });
    const { data } = await ask('/user/update', { user_id: 'u-1', max_budget: 3, user_role: 'internal_user_viewer' });
    assert.deepEqual([data.max_budget, data.user_role, data.user_email], [3, 'internal_user_viewer', 'u1@b.c']);
    assert.equal((await ask('/user/update', { user_email: 'U1@b.c', max_budget: null })).data.max_budget, null);
    await refused(404, '/user/update', { user_id: 'nobody', max_budget: 1 });
    await refused(409, '/user/new', { user_email: 'u1@B.C' });
    const bulk = await ask('/user/bulk_update', { users: [{ user_id: 'u-1', max_budget: 4 }, { user_id: 'nobody', max_budget: 4 }] });
    assert.deepEqual([bulk.total_requested, bulk.successful_updates, bulk.failed_updates], [2, 1, 1]);
  });
  test('change their own address and nothing more', async () => {
    const { key } = await ask('/user/new', { user_id: 'u-2', user_email: 'u2@b.c', max_budget: 1 });
    assert.equal((await ask('/user/update', { user_id: 'u-2', user_alias: 'Me' }, { key })).data.user_alias, 'Me');
    for (const change of [{ max_budget: 100 }, { user_role: 'proxy_admin' }, { models: [] }, { spend: 0 }, { metadata: {} }, { tags: ['x'] }])
      await refused(403, '/user/update', { user_id: 'u-2', ...change }, { key });
    await refused(403, '/user/update', { user_id: 'u-1', user_alias: 'x' }, { key });
    for (const [path, body] of [['/user/new', {}], ['/team/new', {}], ['/model/new', { model_name: 'x', litellm_params: { model: 'openai/x' } }]]) {
      const { status } = await proxy.call(path, { key, body });
      assert.equal(status, 403, path);
    }
    for (const path of ['/customer/list', '/budget/list', '/global/spend', '/global/spend/teams']) assert.ok([401, 403].includes((await proxy.call(path, { key })).status), path);
  });
  test('are listed page by page and deleted with their keys', async () => {
    for (let i = 1; i <= 3; i++) await ask('/user/new', { user_id: `page-${i}`, user_email: `page${i}@list.org`, user_role: 'internal_user' });
    const page = await ask('/user/list?user_email=LIST.org&page=1&page_size=2&sort_by=user_id&sort_order=desc');
    assert.deepEqual([page.total, page.total_pages, page.users.map((user) => user.user_id), page.users[0].key_count], [3, 2, ['page-3', 'page-2'], 1]);
    assert.equal((await ask('/user/list?user_ids=page-1,page-2')).total, 2);
    assert.equal((await ask('/user/filter/ui?user_id=page-')).length, 3);
    const { key } = await ask('/key/generate', { user_id: 'page-1' });
    await served(key);
    assert.equal(await ask('/user/delete', { user_ids: ['page-1', 'page-2'] }), 2);
    assert.equal((await chat(key)).status, 401);
    await refused(404, '/user/info?user_id=page-1');
    await refused(404, '/user/delete', { user_ids: ['page-3', 'page-1'] });
    await ask('/user/info?user_id=page-3');
  });
  test('are invited', async () => {
    await ask('/user/new', { user_id: 'guest', user_email: 'guest@b.c', auto_create_key: false });
    const invitation = await ask('/invitation/new', { user_id: 'guest' });
    assert.equal(new Date(invitation.expires_at) - new Date(invitation.created_at), 7 * 24 * 3600 * 1000);
    assert.equal((await ask(`/invitation/info?invitation_id=${invitation.id}`)).is_accepted, false);
    assert.equal((await ask('/invitation/update', { invitation_id: invitation.id, is_accepted: true })).is_accepted, true);
    await refused(400, '/invitation/new', { user_id: 'nobody' });
    await ask('/invitation/delete', { invitation_id: invitation.id });
    await refused(400, `/invitation/info?invitation_id=${invitation.id}`);
    await ask('/invitation/new', { user_id: 'guest' });
    assert.equal(await ask('/user/delete', { user_ids: ['guest'] }), 1);
  });
});

describe('models of the database', () => {
  const params = () => ({ model: 'openai/stored', api_base: `${upstream.url}/v1`, api_key: providerSecret, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002 });
  test('can be called at once, change, and go', async () => {
    const made = await ask('/model/new', { model_name: 'stored', litellm_params: params(), model_info: { id: 'stored-1' } });
    assert.equal(made.model_id, 'stored-1');
    assert.ok(!JSON.stringify(made).includes(providerSecret));
    const key = await proxy.newKey();
    await served(key, 'stored');
    assert.equal(upstream.received.at(-1).headers.authorization, `Bearer ${providerSecret}`);
    for (const path of ['/model/info', '/v1/model/info']) {
      const info = await proxy.call(path);
      assert.ok(!info.text.includes(providerSecret), path);
      const row = info.json.data.find((each) => each.model_info.id === 'stored-1');
      assert.equal(row.model_info.db_model, true);
    }
    const page = await ask('/v2/model/info?size=1&search=STOR');
    assert.deepEqual([page.total_count, page.data[0].model_info.id], [1, 'stored-1']);
    assert.equal((await ask('/model_group/info?model_group=stored')).data[0].providers[0], 'openai');
    await ask('/model/stored-1/update', { litellm_params: { model: 'openai/other', api_key: null } }, { method: 'PATCH' });
    await served(key, 'stored');
    assert.equal(upstream.received.at(-1).body.model, 'other');
    assert.equal(upstream.received.at(-1).headers.authorization, `Bearer ${providerSecret}`);
    await refused(404, '/model/nothing/update', { litellm_params: {} }, { method: 'PATCH' });
    await refused(409, '/model/new', { model_name: 'stored', litellm_params: params(), model_info: { id: 'stored-1' } });
    await refused(400, '/model/new', { model_name: 'x', litellm_params: { model: 'no-such-provider-at-all/x', custom_llm_provider: 'nothing' } });
    await refused(422, '/model/new', { model_name: 'x', litellm_params: {} });
    await ask('/model/delete', { id: 'stored-1' });
    assert.ok((await chat(key, 'stored')).status >= 400);
  });
  test('survive a restart, and their secrets are nowhere in the files', async () => {
    const own = await startProxy(config(upstream.url));
    const answer = await own.call('/model/new', { body: { model_name: 'kept', litellm_params: params() } });
    assert.equal(answer.status, 200, answer.text);
    await own.stop();
    for (const file of readdirSync(join(own.directory, 'data'), { recursive: true })) {
      let bytes;
      try {
        bytes = readFileSync(join(own.directory, 'data', String(file)));
      } catch {
        continue;
      }
      assert.ok(!bytes.includes(providerSecret), `the secret is in ${file}`);
    }
    const again = await startProxy(config(upstream.url), { directory: own.directory });
    const called = await again.call('/v1/chat/completions', { body: { model: 'kept', messages: [] } });
    assert.equal(called.status, 200, called.text);
    await again.stop();
    again.remove();
  });
  test('of a team are its own', async () => {
    const { team_id } = await ask('/team/new', { team_alias: 'owners', members_with_roles: [{ user_id: 'owner', role: 'admin' }] });
    await ask('/model/new', { model_name: 'private', litellm_params: params(), model_info: { team_id } });
    const inside = (await ask('/key/generate', { team_id })).key;
    const outside = await proxy.newKey();
    await served(inside, 'private');
    assert.ok((await chat(outside, 'private')).status >= 400);
    const internal = (await ask('/model/info')).data.find((row) => row.model_info.team_id === team_id);
    assert.ok((await chat(outside, internal.model_name)).status >= 400);
    const names = (await ask('/v1/models', undefined, { key: outside })).data.map((model) => model.id);
    assert.ok(!names.includes('private') && !names.includes(internal.model_name));
    const owner = (await ask('/key/generate', { user_id: 'owner' })).key;
    await refused(403, '/model/new', { model_name: 'steal', litellm_params: { model: 'openai/x', api_key: 'os.environ/OPENAI_API_KEY' }, model_info: { team_id } }, { key: owner });
    await refused(403, '/model/new', { model_name: 'steal', litellm_params: { model: 'openai/x', api_base: 'http://evil' }, model_info: { team_id } }, { key: owner });
    await refused(403, `/model/${internal.model_info.id}/update`, { litellm_params: { api_base: 'http://evil' } }, { key: owner, method: 'PATCH' });
    await ask('/model/delete', { id: internal.model_info.id }, { key: owner });
  });
});

describe('customers', () => {
  test('have budgets that hold, and can be blocked', async () => {
    await ask('/customer/new', { user_id: 'poor', max_budget: 0.003, alias: 'Poor' });
    const key = await proxy.newKey();
    await served(key, 'gpt-4', { user: 'poor', max_tokens: 1 });
    await eventually(async () => (await chat(key, 'gpt-4', { user: 'poor', max_tokens: 1 })).json?.error?.type === 'budget_exceeded');
    await served(key, 'gpt-4', { user: 'somebody else' });
    const spent = await eventually(async () => {
      const seen = await ask('/end_user/info?end_user_id=poor');
      return seen.spend > 0 && seen;
    });
    assert.equal(spent.litellm_budget_table.max_budget, 0.003);
    await ask('/customer/update', { user_id: 'poor', max_budget: 10 });
    await served(key, 'gpt-4', { user: 'poor' });
    await ask('/customer/block', { user_ids: ['poor'] });
    for (const more of [{ user: 'poor' }, { metadata: { user_id: 'poor' } }, { litellm_metadata: { user: 'poor' } }]) assert.equal((await chat(key, 'gpt-4', more)).status, 403, JSON.stringify(more));
    assert.equal((await ask('/customer/unblock', { user_ids: ['poor'] })).blocked_users[0].blocked, false);
    await served(key, 'gpt-4', { user: 'poor' });
    await refused(400, '/customer/new', { user_id: 'poor' });
    await refused(422, '/customer/new', { user_id: 'both', max_budget: 1, budget_id: 'b' });
    await refused(404, '/customer/info?end_user_id=nobody');
    // What a customer's calls cost may make him a row again.
    await eventually(async () => (await proxy.call('/metrics')).text.includes('litellm_ledger_backlog 0'));
    assert.equal((await ask('/end_user/delete', { user_ids: ['poor'] })).deleted_customers, 1);
    await refused(404, '/end_user/delete', { user_ids: ['poor'] });
  });
  test('share budgets', async () => {
    await ask('/budget/new', { budget_id: 'shared', max_budget: 1, budget_duration: '30d' });
    await refused(400, '/budget/new', { budget_id: 'shared' });
    await ask('/customer/new', { user_id: 'sharer', budget_id: 'shared' });
    await ask('/budget/update', { budget_id: 'shared', max_budget: 0 });
    const key = await proxy.newKey();
    assert.equal((await chat(key, 'gpt-4', { user: 'sharer' })).json.error.type, 'budget_exceeded');
    assert.equal((await ask('/budget/info', { budgets: ['shared'] }))[0].max_budget, 0);
    assert.ok((await ask('/budget/list')).length >= 1);
    assert.equal((await ask('/budget/settings?budget_id=shared')).length, 7);
    await ask('/budget/delete', { id: 'shared' });
    await served(key, 'gpt-4', { user: 'other sharer' });
  });
});

describe('organizations', () => {
  test('have admins who make teams and users within their limits', async () => {
    const { organization_id } = await ask('/organization/new', { organization_alias: 'acme', models: ['gpt-4'], max_budget: 10 });
    await ask('/organization/member_add', { organization_id, member: { user_id: 'chief', role: 'org_admin' } });
    const key = (await ask('/key/generate', { user_id: 'chief' })).key;
    const team = await ask('/team/new', { organization_id, team_alias: 'in acme', models: ['gpt-4'] }, { key });
    await refused(400, '/team/update', { team_id: team.team_id, max_budget: 11 }, { key });
    await refused(403, '/team/new', { team_alias: 'elsewhere' }, { key });
    const user = await ask('/user/new', { organization_id, user_email: 'worker@acme.org', auto_create_key: false }, { key });
    assert.equal(user.max_budget, 10);
    await refused(403, '/user/new', { organization_id, user_role: 'proxy_admin' }, { key });
    const { users } = await ask('/user/list', undefined, { key });
    assert.deepEqual(users.map((each) => each.user_id).sort(), ['chief', user.user_id].sort());
    const teamKey = (await ask('/key/generate', { team_id: team.team_id })).key;
    await served(teamKey, 'gpt-4');
    const info = await ask(`/organization/info?organization_id=${organization_id}`, undefined, { key });
    assert.deepEqual([info.members.length, info.teams.length, info.litellm_budget_table.max_budget], [2, 1, 10]);
    const changed = await ask('/organization/member_update', { organization_id, user_id: user.user_id, max_budget_in_organization: 2 }, { key, method: 'PATCH' });
    assert.equal(changed.litellm_budget_table.max_budget, 2);
    await ask('/organization/update', { organization_id, models: ['gpt-3.5-turbo'] }, { method: 'PATCH' });
    assert.equal((await chat(teamKey, 'gpt-4')).json.error.type, 'org_model_access_denied');
    await ask('/organization/member_delete', { organization_id, user_id: user.user_id }, { key, method: 'DELETE' });
    await refused(401, '/organization/new', { organization_alias: 'x' }, { key });
    assert.equal((await ask('/organization/list', undefined, { key })).length, 1);
    await ask('/organization/delete', { organization_ids: [organization_id] }, { method: 'DELETE' });
    assert.equal((await chat(teamKey, 'gpt-3.5-turbo')).status, 401);
    await refused(404, `/organization/info?organization_id=${organization_id}`);
  });
});

describe('spend', () => {
  test('is the same in every report, today included', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const range = `start_date=${today}&end_date=${today}`;
    const { team_id } = await ask('/team/new', { team_alias: 'spenders' });
    const { key, user_id } = await ask('/user/new', { user_id: 'spender', team_id });
    const hash = (await ask(`/key/info?key=${key}`)).info.token;
    const both = (await ask('/key/generate', { user_id, team_id })).key;
    await served(both, 'gpt-4', { user: 'their customer', metadata: { tags: ['blue'] } });
    await served(key, 'gpt-4');
    const mine = await eventually(async () => {
      const seen = await ask(`/user/daily/activity?${range}&user_id=${user_id}`);
      return seen.metadata.total_api_requests === 2 && seen;
    });
    assert.ok(close(mine.metadata.total_spend, 2 * costOfACall));
    assert.equal(mine.results[0].date, today);
    assert.ok(close(mine.results[0].breakdown.models['gpt-4']?.metrics.spend ?? mine.results[0].metrics.spend, 2 * costOfACall));
    assert.ok(close(mine.results[0].breakdown.api_keys[hash].metrics.spend, costOfACall));
    assert.equal((await ask(`/user/daily/activity/aggregated?${range}&user_id=${user_id}`)).metadata.total_api_requests, 2);
    const team = await ask(`/team/daily/activity?${range}&team_ids=${team_id}`);
    assert.equal(team.results[0].breakdown.entities[team_id].metrics.api_requests, 2, "the user's first key is the team's, too");
    assert.ok(close((await ask(`/tag/daily/activity?${range}&tags=blue`)).metadata.total_spend, costOfACall));
    assert.ok(close((await ask(`/customer/daily/activity?${range}&end_user_ids=their%20customer`)).metadata.total_spend, costOfACall));

    const total = (await ask('/global/spend')).spend;
    const sum = (rows, field) => rows.reduce((all, row) => all + row[field], 0);
    assert.ok(close(total, sum(await ask('/global/spend/logs'), 'spend')));
    assert.ok(close(total, sum(await ask('/global/spend/keys'), 'total_spend')));
    assert.ok(close(total, sum(await ask('/global/spend/models?limit=1000'), 'total_spend')));
    assert.ok(close(total, sum(await ask(`/global/spend/provider?${range}`), 'spend')));
    const rows = await ask(`/spend/logs?${range}&summarize=false`);
    assert.ok(close(total, sum(rows, 'spend')), 'the rows of today, today included');
    assert.equal((await ask(`/global/activity?${range}`)).sum_api_requests, rows.length);
    assert.ok((await ask('/global/spend/teams')).teams.includes('spenders'));
    assert.ok((await ask(`/global/spend/tags?${range}`)).spend_per_tag.some((tag) => tag.name === 'blue'));
    assert.ok((await ask('/global/spend/all_tag_names')).tag_names.includes('blue'));
    assert.ok((await ask('/global/spend/end_users', {})).some((row) => row.end_user === 'their customer'));
    const report = await ask(`/global/spend/report?${range}&group_by=team`);
    assert.ok(report[0].teams.some((row) => row.team_name === 'spenders'));
    assert.ok((await ask(`/global/activity/model?${range}`)).length >= 1);
    await refused(400, '/global/activity');
    await refused(400, '/global/spend/tags');

    assert.ok(close((await ask('/global/spend/logs', undefined, { key }))[0].spend, 2 * costOfACall), 'others see their own');
    assert.equal((await ask('/spend/users', undefined, { key }))[0].user_id, user_id);
    assert.equal((await ask(`/spend/logs/v2?${range}&page_size=1`, undefined, { key })).total, 2);
    assert.equal((await ask(`/spend/logs/v2?${range}&team_id=${team_id}&min_spend=0.00001&status_filter=success`)).total, 2);
    await refused(403, `/spend/logs/v2?${range}&user_id=somebody`, undefined, { key });
    await refused(403, `/user/daily/activity?${range}&user_id=somebody`, undefined, { key });
    await refused(400, '/user/daily/activity');
  });

  test('is set back for all keys and teams, by the master key alone', async () => {
    const { team_id } = await ask('/team/new', { team_alias: 'reset' });
    const { key } = await ask('/key/generate', { team_id });
    const admin = (await ask('/user/new', { user_role: 'proxy_admin' })).key;
    await served(key);
    const spent = async () => (await ask(`/key/info?key=${key}`)).info.spend;
    await eventually(async () => (await spent()) > 0);
    await refused(403, '/global/spend/reset', {}, { key: admin });
    await refused(401, '/global/spend/reset', {}, { key });
    assert.equal((await ask('/global/spend/reset', {})).status, 'success');
    assert.equal(await spent(), 0);
    assert.equal((await ask(`/team/info?team_id=${team_id}`)).team_info.spend, 0);
    await served(key);
    await eventually(async () => close(await spent(), costOfACall), 'what comes later counts from 0');
  });
});
