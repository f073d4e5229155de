// A Postgres database that LiteLLM made and filled: it is served, changed, and nothing in it is lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import nacl from 'tweetnacl';
import { completion, eventually, sendJson, startProxy, startUpstream } from './support.mjs';

const server = process.env.LITELLM_TEST_POSTGRES;
const name = `litellm_made_${process.pid}_${Date.now()}`;
const url = server?.replace(/\/[^/]*$/, `/${name}`);
const psql = (sql, target = url) =>
  execFileSync('psql', [target, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set', 'ON_ERROR_STOP=1', '--file', '-'], { input: sql }).toString().trim();
const rows = (sql) => JSON.parse(psql(`SELECT coalesce(json_agg(r), '[]') FROM (${sql}) r`));
const text = (value) => `'${String(value).replaceAll("'", "''")}'`;
const sha256 = (value) => createHash('sha256').update(value).digest();
const hash = (key) => sha256(key).toString('hex');
/** LiteLLM's older clients wrote JSON twice: a JSON text that holds JSON. */
const twice = (value) => text(JSON.stringify(JSON.stringify(value)));

const salt = 'sk-salt-of-this-database';
/** secretbox under the SHA-256 of the salt key, nonce first, base64url: made by another library than the proxy's. */
const seal = (value) => {
  const nonce = randomBytes(nacl.secretbox.nonceLength);
  const box = nacl.secretbox(Buffer.from(value), nonce, sha256(salt));
  return Buffer.concat([nonce, box]).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
};

const keys = { old: 'sk-old-key-0123456789', team: 'sk-team-key-012345678', grace: 'sk-grace-key-01234567', user: 'sk-user-key-012345678', expired: 'sk-expired-key-012345' };

const fill = (upstream) => `
INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, created_by, updated_by, allowed_models) VALUES ('b-1', 25, 'admin', 'admin', '{future}');
INSERT INTO "LiteLLM_UserTable" (user_id, user_email, user_role, teams, metadata, spend, password) VALUES
  ('default_user_id', NULL, 'proxy_admin', '{}', '{}', 0, NULL),
  ('u-1', 'Ada@Example.org', 'internal_user', NULL, ${twice({ floor: 3 })}, 1.25, '${hash('an old password')}');
INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, admins, members, members_with_roles, metadata, models, spend, budget_limits) VALUES
  ('t-none', 'nobody', '{}', '{}', '{}', '{}', NULL, 0, NULL),
  ('t-1', 'core', '{}', '{}', ${twice([{ role: 'admin', user_id: 'u-1', user_email: null }])}, ${twice({ tags: ['infra'] })}, '{mock,stored}', 2.5, '[{"of": "the future"}]');
INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, models, aliases, config, permissions, metadata, spend, user_id, team_id, budget_id, expires, agent_id, project_id, last_active, budget_limits, of_the_future) VALUES
  ('${hash(keys.old)}', 'sk-...6789', 'old', NULL, ${twice({})}, ${twice({})}, ${twice({})}, ${twice({ tags: ['ci'], kept: { deep: [1, 2] } })}, 0.5, NULL, NULL, 'b-1', NULL, 'agent-1', 'project-1', '2026-01-01', '[{"max_budget": 1}]', 'of the old key'),
  ('${hash(keys.team)}', 'sk-...5678', 'team', '{all-team-models}', '{"gpt": "mock"}', '{}', '{}', '{}', 0, NULL, 't-1', NULL, NULL, NULL, 'project-2', NULL, NULL, 'of the team key'),
  ('${hash(keys.user)}', 'sk-...5678', 'user', '{}', '{}', '{}', '{}', '{}', 0, 'u-1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'of the user key'),
  ('${hash(keys.expired)}', 'sk-...2345', 'expired', '{}', '{}', '{}', '{}', '{}', 0, NULL, NULL, NULL, '2026-01-01', NULL, NULL, NULL, NULL, 'of the expired key');
INSERT INTO "LiteLLM_DeprecatedVerificationToken" (id, token, active_token_id, revoke_at) VALUES ('d-1', '${hash(keys.grace)}', '${hash(keys.user)}', now() + interval '1 day');
INSERT INTO "LiteLLM_ProxyModelTable" (model_id, model_name, litellm_params, model_info, created_by, updated_by) VALUES
  ('m-1', 'stored', ${text(JSON.stringify({ model: seal('openai/gpt-4o-mini'), api_key: seal('sk-of-the-provider'), api_base: seal(upstream), input_cost_per_token: 0.001, output_cost_per_token: 0.002 }))}, '{"id": "m-1", "db_model": true, "mode": "chat"}', 'admin', 'admin');
INSERT INTO "LiteLLM_EndUserTable" (user_id, alias, spend, blocked) VALUES ('c-blocked', 'Blocked', 0, true);
INSERT INTO "LiteLLM_DailyUserSpend" (id, user_id, date, api_key, model, model_group, custom_llm_provider, prompt_tokens, completion_tokens, spend, api_requests, successful_requests, updated_at)
  VALUES ('day-1', 'u-1', '2026-01-01', '${hash(keys.user)}', 'gpt-4', 'gpt-4', 'openai', 10, 20, 0.75, 1, 1, now());
INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime", "endTime", model, request_duration_ms)
  VALUES ('r-1', 'acompletion', '${hash(keys.user)}', 0.75, 30, 10, 20, '2026-01-01 10:00:00', '2026-01-01 10:00:01', 'gpt-4', 1000);
`;

const config = `
general_settings: {store_model_in_db: true}
model_list:
  - model_name: mock
    litellm_params: {model: openai/mock, mock_response: "This is a mock", input_cost_per_token: 0.00001, output_cost_per_token: 0.00002}
`;

describe('a database that LiteLLM made', { skip: server ? false : 'LITELLM_TEST_POSTGRES is not set; run the tests through scripts/with-postgres' }, () => {
  let proxy;
  let upstream;
  let shape;
  const environment = { DATABASE_URL: url, LITELLM_SALT_KEY: salt };
  /** Everything that describes LiteLLM's part of the database. */
  const describeDatabase = () => ({
    columns: rows(`SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`),
    indexes: rows(`SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2`),
    constraints: rows(`SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1`),
    views: rows(`SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1`),
  });
  const tablesOfLiteLlm = () => [...new Set(shape.columns.map((column) => column.table_name))];
  const chat = (key, model = 'mock', more = {}) =>
    proxy.call('/chat/completions', { key, body: { model, messages: [{ role: 'user', content: 'hi' }], ...more } });

  before(async () => {
    upstream = await startUpstream((request, response) => sendJson(response, completion('gpt-4o-mini')));
    psql(`CREATE DATABASE ${name}`, server);
    psql(readFileSync(new URL('litellm_1_81.sql', import.meta.url), 'utf8'));
    psql(fill(upstream.url));
    shape = describeDatabase();
    proxy = await startProxy(config, { environment });
  });
  after(async () => {
    assert.equal((await proxy.stop()).code, 0, proxy.log());
    proxy.remove();
    await upstream.stop();
    psql(`DROP DATABASE ${name} WITH (FORCE)`, server);
  });

  test('none of its tables is altered', () => {
    const now = describeDatabase();
    const known = new Set(tablesOfLiteLlm());
    assert.deepEqual(now.columns.filter((column) => known.has(column.table_name)), shape.columns);
    assert.deepEqual(now.views, shape.views);
    const named = (list, key) => new Map(list.map((each) => [each[key], each]));
    assert.deepEqual(now.indexes.filter((index) => known.has(index.tablename)), shape.indexes, 'no index more, and none less');
    for (const constraint of shape.constraints) assert.deepEqual(named(now.constraints, 'conname').get(constraint.conname), constraint);
    assert.deepEqual(rows(`SELECT count(*) FROM information_schema.tables WHERE table_schema = 'litellm_cpp' AND table_name = 'journal_checkpoint'`), [{ count: 1 }]);
  });

  test('its keys work, the retired one included', async () => {
    assert.equal((await chat(keys.old)).status, 200);
    assert.equal((await chat(keys.team, 'gpt')).status, 200, "the key's alias");
    assert.equal((await chat(keys.user)).status, 200);
    assert.equal((await chat(keys.grace)).status, 200, 'within its grace period');
    assert.equal((await chat(keys.expired)).status, 401);
    assert.equal((await chat(keys.user, 'mock', { user: 'c-blocked' })).status, 403);
  });

  test('a stored model is opened with the salt key and called', async () => {
    const answer = await chat(keys.team, 'stored');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(upstream.received.at(-1).headers.authorization, 'Bearer sk-of-the-provider');
    assert.equal(upstream.received.at(-1).body.model, 'gpt-4o-mini');
    const { json } = await proxy.call('/model/info');
    const shown = json.data.find((row) => row.model_info.id === 'm-1');
    assert.equal(shown.litellm_params.model, 'openai/gpt-4o-mini');
    assert.ok(!JSON.stringify(json).includes('sk-of-the-provider'));
  });

  test('JSON that was written twice is read', async () => {
    const { json } = await proxy.call(`/key/info?key=${keys.old}`);
    assert.deepEqual(json.info.metadata, { tags: ['ci'], kept: { deep: [1, 2] } });
    assert.deepEqual(json.info.models, []);
    const team = (await proxy.call('/team/info?team_id=t-1')).json.team_info;
    assert.deepEqual(team.members_with_roles, [{ role: 'admin', user_id: 'u-1', user_email: null }]);
    assert.deepEqual(team.metadata, { tags: ['infra'] });
    assert.deepEqual((await proxy.call('/team/info?team_id=t-none')).json.team_info.members_with_roles, []);
    const user = (await proxy.call('/user/info?user_id=u-1')).json.user_info;
    assert.deepEqual(user.metadata, { floor: 3 });
    assert.ok(!('password' in user));
  });

  test('its figures go on from where they were', async () => {
    const spend = async () => (await proxy.call(`/key/info?key=${keys.user}`)).json.info.spend;
    await eventually(async () => (await spend()) > 0);
    const [before_] = rows(`SELECT spend FROM "LiteLLM_UserTable" WHERE user_id = 'u-1'`);
    assert.ok(before_.spend > 1.25, 'the spend of before and the calls of now');
    const report = await proxy.call('/user/daily/activity?start_date=2026-01-01&end_date=2026-01-01&user_id=u-1');
    assert.equal(report.json.metadata.total_spend, 0.75);
    const logs = await proxy.call('/spend/logs?request_id=r-1');
    assert.equal(logs.json[0].spend, 0.75);
  });

  test('changes leave alone what they do not name', async () => {
    const foreign = () => rows(`SELECT key_alias, agent_id, project_id, last_active, budget_limits, of_the_future FROM "LiteLLM_VerificationToken" WHERE key_alias IN ('old', 'team', 'user', 'expired') ORDER BY 1`);
    const foreignOfTeams = () => rows(`SELECT team_id, budget_limits, default_team_member_models, of_the_future FROM "LiteLLM_TeamTable" ORDER BY 1`);
    const [columns, teams] = [foreign(), foreignOfTeams()];
    const call = async (path, body) => {
      const answer = await proxy.call(path, { body });
      assert.equal(answer.status, 200, `${path}: ${answer.text}`);
      return answer.json;
    };
    await call('/key/update', { key: keys.old, tpm_limit: 100 });
    await call('/key/block', { key: keys.team });
    await call('/key/unblock', { key: keys.team });
    const rotated = await call('/key/regenerate', { key: keys.old, grace_period: '1h' });
    assert.equal((await chat(rotated.key)).status, 200);
    assert.equal((await chat(keys.old)).status, 200, 'within its grace period');
    await call('/team/update', { team_id: 't-1', max_budget: 50 });
    await call('/team/member_add', { team_id: 't-1', member: { role: 'user', user_id: 'u-2' } });
    await call('/user/update', { user_id: 'u-1', max_budget: 9 });
    await call('/budget/update', { budget_id: 'b-1', max_budget: 26 });
    await call('/model/update', { model_info: { id: 'm-1' }, litellm_params: { rpm: 10 } });
    assert.deepEqual(foreign(), columns);
    assert.deepEqual(foreignOfTeams(), teams);
    assert.deepEqual(rows(`SELECT of_the_future, password FROM "LiteLLM_UserTable" WHERE user_id = 'u-1'`), [{ of_the_future: 'kept', password: hash('an old password') }]);
    assert.deepEqual(rows(`SELECT allowed_models, max_budget FROM "LiteLLM_BudgetTable" WHERE budget_id = 'b-1'`), [{ allowed_models: ['future'], max_budget: 26 }]);
    const [model] = rows(`SELECT litellm_params, blocked FROM "LiteLLM_ProxyModelTable"`);
    assert.equal(model.blocked, false);
    const box = Buffer.from(model.litellm_params.api_key.replaceAll('-', '+').replaceAll('_', '/'), 'base64');
    const opened = nacl.secretbox.open(box.subarray(24), box.subarray(0, 24), sha256(salt));
    assert.equal(Buffer.from(opened).toString(), 'sk-of-the-provider', 'LiteLLM can read it');
    assert.deepEqual(rows(`SELECT request_duration_ms FROM "LiteLLM_SpendLogs" WHERE request_id = 'r-1'`), [{ request_duration_ms: 1000 }]);
    const metadata = rows(`SELECT metadata FROM "LiteLLM_VerificationToken" WHERE key_alias = 'old'`)[0].metadata;
    assert.deepEqual(typeof metadata === 'string' ? JSON.parse(metadata) : metadata, { tags: ['ci'], kept: { deep: [1, 2] } });
  });

  test('a second start finds everything in order', async () => {
    assert.equal((await proxy.stop()).code, 0, proxy.log());
    proxy.remove();
    proxy = await startProxy(config, { environment });
    assert.equal((await chat(keys.user)).status, 200);
    const known = new Set(tablesOfLiteLlm());
    assert.deepEqual(describeDatabase().columns.filter((column) => known.has(column.table_name)), shape.columns);
  });
});
