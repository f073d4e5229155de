// LiteLLM's page "Virtual Keys", block by block: each test has the name of its heading, and its blocks as they stand there.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import { completion, eventually, masterKey, sendJson, startProxy, startUpstream } from './support.mjs';

let upstream;
before(async () => {
  upstream = await startUpstream((request, response, body) => sendJson(response, completion(body.model)));
});
after(() => upstream.stop());

/** Words of a shell command: quotes, escaped line ends. */
function words(command) {
  const found = [];
  for (const match of command.replace(/\\\n/g, ' ').matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|(\S+)/g)) found.push(match[1] ?? match[2] ?? match[3]);
  return found;
}

/** Runs a curl block of the page against `proxy`, with its placeholders filled in. */
async function curl(proxy, command, fill = {}) {
  let text = command.replace(/\s+# 👈.*$/gm, '').replaceAll('<your-master-key>', masterKey).replaceAll('LITELLM_MASTER_KEY', masterKey);
  for (const [from, to] of Object.entries(fill)) text = text.replaceAll(from, to);
  const parts = words(text).slice(1);
  const request = { method: undefined, headers: {}, body: undefined };
  let url;
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === '-X') request.method = parts[++i];
    else if (parts[i] === '-H' || parts[i] === '--header') {
      const line = parts[++i];
      request.headers[line.slice(0, line.indexOf(':'))] = line.slice(line.indexOf(':') + 1).trim();
    } else if (parts[i] === '-d' || parts[i] === '--data-raw') request.body = parts[++i];
    else if (!['-L', '--location'].includes(parts[i])) url = parts[i];
  }
  const path = url.replace(/^https?:\/\/[^/]+/, '');
  const response = await fetch(proxy.url + path, { ...request, method: request.method ?? (request.body === undefined ? 'GET' : 'POST') });
  const answer = await response.text();
  let json;
  try {
    json = JSON.parse(answer);
  } catch {
    json = undefined;
  }
  return { status: response.status, text: answer, json };
}

async function withProxy(config, options, work) {
  const proxy = await startProxy(config, options);
  try {
    return await work(proxy);
  } finally {
    await proxy.stop();
    proxy.remove();
  }
}

const models = (...names) => `
model_list:
${names.map((name) => `  - model_name: ${name}
    litellm_params: {model: openai/${name}, api_base: "${upstream.url}/v1", api_key: k, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002}
`).join('')}`;

const chat = (proxy, key, model = 'gpt-4', body = {}) =>
  proxy.call('/v1/chat/completions', { key, body: { model, max_tokens: 10, messages: [{ role: 'user', content: 'hi' }], ...body } });

const hours = (count) => count * 3600 * 1000;
const isAbout = (text, milliseconds) => assert.ok(Math.abs(Date.parse(text) - Date.now() - milliseconds) < 120000, `${text} is not ${milliseconds} ms away`);

describe('Setup', () => {
  test('the master key makes keys', () => withProxy(`${models('gpt-4')}
general_settings:
  master_key: ${masterKey}
`, { environment: { LITELLM_MASTER_KEY: '' } }, async (proxy) => {
    const key = await proxy.newKey();
    assert.match(key, /^sk-[A-Za-z0-9_-]{22}$/);
    assert.equal((await chat(proxy, key)).status, 200);
    assert.equal((await chat(proxy, 'sk-unknown')).json.error.type, 'token_not_found_in_db');
  }));
});

test('Quick Start - Generate a Key', () => withProxy(`
model_list:
  - model_name: gpt-4
    litellm_params:
        model: ollama/llama2
  - model_name: gpt-3.5-turbo
    litellm_params:
        model: ollama/llama2

general_settings:
  master_key: ${masterKey}
`, {}, async (proxy) => {
  const answer = await curl(proxy, `curl 'http://0.0.0.0:4000/key/generate' \\
--header 'Authorization: Bearer <your-master-key>' \\
--header 'Content-Type: application/json' \\
--data-raw '{"models": ["gpt-3.5-turbo", "gpt-4"], "metadata": {"user": "ishaan@berri.ai"}}'`);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json.models, ['gpt-3.5-turbo', 'gpt-4']);
  assert.deepEqual(answer.json.metadata, { user: 'ishaan@berri.ai' });
  assert.equal((await chat(proxy, answer.json.key, 'another')).status, 403);
}));

describe('Spend Tracking', () => {
  let proxy;
  before(async () => {
    proxy = await startProxy(models('gpt-4', 'gpt-3.5-turbo'));
  });
  after(async () => {
    await proxy.stop();
    proxy.remove();
  });
  const cost = 9 * 0.000001 + 12 * 0.000002;

  test('Key Spend', async () => {
    const key = await proxy.newKey({ models: ['gpt-4'], aliases: { 'mistral-7b': 'gpt-3.5-turbo' } });
    assert.equal((await chat(proxy, key)).status, 200);
    const info = () => curl(proxy, `curl 'http://0.0.0.0:4000/key/info?key=<user-key>' \\
     -X GET \\
     -H 'Authorization: Bearer <your-master-key>'`, { '<user-key>': key });
    await eventually(async () => (await info()).json.info.spend > 0);
    const { json } = await info();
    assert.equal(json.key, key);
    assert.ok(Math.abs(json.info.spend - cost) < 1e-12, `${json.info.spend}`);
    assert.deepEqual(json.info.aliases, { 'mistral-7b': 'gpt-3.5-turbo' });
    assert.deepEqual(json.info.config, {});
    assert.notEqual(json.info.token, key, 'a key is shown once');
  });

  test('User Spend', async () => {
    const made = await curl(proxy, `curl --location 'http://localhost:4000/user/new' \\
--header 'Authorization: Bearer <your-master-key>' \\
--header 'Content-Type: application/json' \\
--data-raw '{"user_email": "krrish@berri.ai"}' `);
    assert.equal(made.status, 200, made.text);
    const user = made.json.user_id;
    const key = await curl(proxy, `curl 'http://0.0.0.0:4000/key/generate' \\
--header 'Authorization: Bearer <your-master-key>' \\
--header 'Content-Type: application/json' \\
--data-raw '{"models": ["gpt-3.5-turbo", "gpt-4"], "user_id": "my-unique-id"}'`, { 'my-unique-id': user });
    const info = () => curl(proxy, `curl 'http://0.0.0.0:4000/user/info?user_id=my-unique-id' \\
     -X GET \\
     -H 'Authorization: Bearer <your-master-key>'`, { 'my-unique-id': user });
    assert.equal((await info()).json.spend, 0);
    assert.equal((await chat(proxy, key.json.key)).status, 200);
    await eventually(async () => (await info()).json.spend > 0);
  });

  test('Team Spend', async () => {
    const made = await curl(proxy, `curl --location 'http://localhost:4000/team/new' \\
--header 'Authorization: Bearer <your-master-key>' \\
--header 'Content-Type: application/json' \\
--data-raw '{"team_alias": "my-awesome-team"}' `);
    assert.equal(made.status, 200, made.text);
    const team = made.json.team_id;
    const key = await curl(proxy, `curl 'http://0.0.0.0:4000/key/generate' \\
--header 'Authorization: Bearer <your-master-key>' \\
--header 'Content-Type: application/json' \\
--data-raw '{"models": ["gpt-3.5-turbo", "gpt-4"], "team_id": "my-unique-id"}'`, { 'my-unique-id': team });
    const info = () => curl(proxy, `curl 'http://0.0.0.0:4000/team/info?team_id=my-unique-id' \\
     -X GET \\
     -H 'Authorization: Bearer <your-master-key>'`, { 'my-unique-id': team });
    assert.equal((await info()).json.spend, 0);
    assert.equal((await chat(proxy, key.json.key)).status, 200);
    await eventually(async () => (await info()).json.spend > 0);
  });
});

test('Model Aliases', () => withProxy(models('my-free-tier', 'my-paid-tier'), {}, async (proxy) => {
  const made = await curl(proxy, `curl -X POST "https://0.0.0.0:4000/key/generate" \\
-H "Authorization: Bearer <your-master-key>" \\
-H "Content-Type: application/json" \\
-d '{
	"models": ["my-free-tier"], 
	"aliases": {"gpt-3.5-turbo": "my-free-tier"}, # 👈 KEY CHANGE
	"duration": "30min"
}'`);
  assert.equal(made.status, 200, made.text);
  isAbout(made.json.expires, hours(0.5));
  const answered = await chat(proxy, made.json.key, 'gpt-3.5-turbo');
  assert.equal(answered.status, 200, answered.text);
  assert.equal(upstream.received.at(-1).body.model, 'my-free-tier');
  assert.equal((await chat(proxy, made.json.key, 'my-paid-tier')).status, 403);
  // "How to upgrade / downgrade request? Change the alias mapping"
  const changed = await proxy.call('/key/update', { body: { key: made.json.key, models: ['my-paid-tier'], aliases: { 'gpt-3.5-turbo': 'my-paid-tier' } } });
  assert.equal(changed.status, 200, changed.text);
  assert.equal((await chat(proxy, made.json.key, 'gpt-3.5-turbo')).status, 200);
  assert.equal(upstream.received.at(-1).body.model, 'my-paid-tier');
}));

test('Pass LiteLLM Key in custom header', () => withProxy(`${models('fake-openai-endpoint')}
general_settings:
  litellm_key_header_name: "X-Litellm-Key"
`, {}, async (proxy) => {
  const answered = await curl(proxy, `curl http://localhost:4000/v1/chat/completions \\
  -H "Content-Type: application/json" \\
  -H "X-Litellm-Key: Bearer sk-1234" \\
  -H "Authorization: Bearer bad-key" \\
  -d '{
    "model": "fake-openai-endpoint",
    "messages": [
      {"role": "user", "content": "Hello, Claude gm!"}
    ]
  }'`, { 'sk-1234': masterKey });
  assert.equal(answered.status, 200, answered.text);
  assert.equal(answered.json.object, 'chat.completion');
  const client = new OpenAI({ apiKey: 'not-used', baseURL: `${proxy.url}/v1`, maxRetries: 0, defaultHeaders: { 'X-Litellm-Key': `Bearer ${masterKey}` } });
  assert.ok((await client.chat.completions.create({ model: 'fake-openai-endpoint', messages: [] })).id);
  assert.equal((await chat(proxy, masterKey, 'fake-openai-endpoint')).status, 401, 'only that header counts');
}));

test('Enable/Disable Virtual Keys', () => withProxy(models('gpt-4'), {}, async (proxy) => {
  const key = await proxy.newKey();
  const switched = (path, placeholder) => curl(proxy, `curl -L -X POST 'http://0.0.0.0:4000${path}' \\
-H 'Authorization: Bearer LITELLM_MASTER_KEY' \\
-H 'Content-Type: application/json' \\
-d '{"key": "${placeholder}"}'`, { [placeholder]: key });
  assert.equal((await switched('/key/block', 'KEY-TO-BLOCK')).json.blocked, true);
  assert.equal((await chat(proxy, key)).status, 401);
  assert.equal((await switched('/key/unblock', 'KEY-TO-UNBLOCK')).json.blocked, false);
  assert.equal((await chat(proxy, key)).status, 200);
}));

const customFunction = `async def custom_generate_key_fn(data: GenerateKeyRequest)-> dict:
        """
        Asynchronous function for generating a key based on the input data.

        Args:
            data (GenerateKeyRequest): The input data for key generation.

        Returns:
            dict: A dictionary containing the decision and an optional message.
            {
                "decision": False,
                "message": "This violates LiteLLM Proxy Rules. No team id provided.",
            }
        """
        
        # decide if a key should be generated or not
        print("using custom auth function!")
        data_json = data.json()  # type: ignore

        # Unpacking variables
        team_id = data_json.get("team_id")
        duration = data_json.get("duration")
        models = data_json.get("models")
        aliases = data_json.get("aliases")
        config = data_json.get("config")
        spend = data_json.get("spend")
        user_id = data_json.get("user_id")
        max_parallel_requests = data_json.get("max_parallel_requests")
        metadata = data_json.get("metadata")
        tpm_limit = data_json.get("tpm_limit")
        rpm_limit = data_json.get("rpm_limit")

        if team_id is not None and team_id == "litellm-core-infra@gmail.com":
            # only team_id="litellm-core-infra@gmail.com" can make keys
            return {
                "decision": True,
            }
        else:
            print("Failed custom auth")
            return {
                "decision": False,
                "message": "This violates LiteLLM Proxy Rules. No team id provided.",
            }
`;

test('Custom /key/generate', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'litellm-e2e-'));
  writeFileSync(join(directory, 'custom_auth.py'), customFunction);
  await withProxy(`
model_list: 
  - model_name: "openai-model"
    litellm_params: 
      model: "gpt-3.5-turbo"

litellm_settings:
  drop_params: True
  set_verbose: True

general_settings:
  custom_key_generate: custom_auth.custom_generate_key_fn
`, { directory }, async (proxy) => {
    const refused = await proxy.call('/key/generate', { body: { models: ['a'] } });
    assert.equal(refused.status, 403, refused.text);
    assert.match(refused.json.error.message, /This violates LiteLLM Proxy Rules. No team id provided./);
    const allowed = await proxy.call('/key/generate', { body: { team_id: 'litellm-core-infra@gmail.com' } });
    assert.equal(allowed.status, 200, allowed.text);
    assert.equal(allowed.json.team_id, 'litellm-core-infra@gmail.com');
    assert.match(proxy.log(), /using custom auth function!/);
  });
});

test('Custom /key/generate at a web address', async () => {
  const hook = await startUpstream((request, response, body) => {
    if (body.team_id === 'broken') return sendJson(response, {}, 500);
    return sendJson(response, body.team_id ? { decision: true } : { decision: false, message: 'no team' });
  });
  await withProxy(`general_settings: {custom_key_generate: "${hook.url.replace('https', 'http')}/decide"}\n`, {}, async (proxy) => {
    assert.equal((await proxy.call('/key/generate', { body: {} })).json.error.message, 'no team');
    assert.equal((await proxy.call('/key/generate', { body: { team_id: 't' } })).status, 200);
    assert.equal((await proxy.call('/key/generate', { body: { team_id: 'broken' } })).status, 500);
    assert.deepEqual(hook.received[0].body.models, []);
  });
  await hook.stop();
});

test('Upperbound /key/generate params', () => withProxy(`
litellm_settings:
  upperbound_key_generate_params:
    max_budget: 100 # Optional[float], optional): upperbound of $100, for all /key/generate requests
    budget_duration: "10d" # Optional[str], optional): upperbound of 10 days for budget_duration values
    duration: "30d" # Optional[str], optional): upperbound of 30 days for all /key/generate requests
    max_parallel_requests: 1000 # (Optional[int], optional): Max number of requests that can be made in parallel. Defaults to None.
    tpm_limit: 1000 #(Optional[int], optional): Tpm limit. Defaults to None.
    rpm_limit: 1000 #(Optional[int], optional): Rpm limit. Defaults to None.
`, {}, async (proxy) => {
  const above = (await proxy.call('/key/generate', { body: { max_budget: 200, budget_duration: '30d', duration: '-1', max_parallel_requests: 5000, tpm_limit: 5000, rpm_limit: 5000 } })).json;
  assert.equal(above.max_budget, 100);
  assert.equal(above.budget_duration, '10d');
  assert.deepEqual([above.max_parallel_requests, above.tpm_limit, above.rpm_limit], [1000, 1000, 1000]);
  isAbout(above.expires, hours(24 * 30));
  const below = (await proxy.call('/key/generate', { body: { max_budget: 50, duration: '1h' } })).json;
  assert.equal(below.max_budget, 50);
  isAbout(below.expires, hours(1));
  assert.equal(below.tpm_limit, 1000);
}));

test('Default /key/generate params', () => withProxy(`
litellm_settings:
  default_key_generate_params:
    max_budget: 1.5000
    models: ["azure-gpt-3.5"]
    duration:     # blank means \`null\`
    metadata: {"setting":"default"}
    team_id: "core-infra"
`, {}, async (proxy) => {
  const plain = (await proxy.call('/key/generate', { body: {} })).json;
  assert.equal(plain.max_budget, 1.5);
  assert.deepEqual(plain.models, ['azure-gpt-3.5']);
  assert.equal(plain.expires, null);
  assert.deepEqual(plain.metadata, { setting: 'default' });
  assert.equal(plain.team_id, 'core-infra');
  const own = (await proxy.call('/key/generate', { body: { max_budget: 3, models: ['m'], metadata: { a: 1 } } })).json;
  assert.equal(own.max_budget, 3);
  assert.deepEqual(own.models, ['m']);
  assert.deepEqual(own.metadata, { a: 1 });
}));

describe('Key Rotations', () => {
  test('Rotate an existing API Key, while optionally updating its parameters', () => withProxy(models('gpt-4', 'gpt-3.5-turbo', 'other'), {}, async (proxy) => {
    const old = await proxy.newKey({ key_alias: 'rotating' });
    assert.equal((await chat(proxy, old, 'other')).status, 200);
    const rotated = await curl(proxy, `curl 'http://localhost:4000/key/sk-1234/regenerate' \\
  -X POST \\
  -H 'Authorization: Bearer <your-master-key>' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "max_budget": 100,
    "metadata": {
      "team": "core-infra"
    },
    "models": [
      "gpt-4",
      "gpt-3.5-turbo"
    ]
  }'`, { 'sk-1234': old });
    assert.equal(rotated.status, 200, rotated.text);
    assert.equal(rotated.json.max_budget, 100);
    assert.deepEqual(rotated.json.metadata, { team: 'core-infra' });
    assert.deepEqual(rotated.json.models, ['gpt-4', 'gpt-3.5-turbo']);
    assert.equal(rotated.json.key_alias, 'rotating');
    assert.equal(rotated.json.token, null);
    assert.equal((await chat(proxy, old)).status, 401);
    assert.equal((await chat(proxy, rotated.json.key)).status, 200);
    assert.equal((await chat(proxy, rotated.json.key, 'other')).status, 403);
    // The call of the old key is on the new one's account.
    await eventually(async () => {
      const { json } = await proxy.call(`/key/info?key=${rotated.json.key}`);
      return Math.abs(json.info.spend - 2 * (9 * 0.000001 + 12 * 0.000002)) < 1e-12;
    });
  }));

  test('the old key works through its grace period and shares budget and limits', () => withProxy(models('gpt-4'), {}, async (proxy) => {
    const first = await proxy.newKey({ max_budget: 0.00238 });
    const rotate = async (key, grace) => (await proxy.call('/key/regenerate', { body: { key, grace_period: grace } })).json.key;
    const second = await rotate(first, '1h');
    const third = await rotate(second, '1h');
    for (const key of [first, second]) {
      const answer = await chat(proxy, key);
      assert.equal(answer.status, 200, answer.text);
    }
    const refused = await chat(proxy, third);
    assert.equal(refused.status, 429, refused.text);
    assert.equal(refused.json.error.type, 'budget_exceeded');
    const short = await proxy.newKey();
    await rotate(short, '1s');
    assert.equal((await chat(proxy, short)).status, 200);
    await eventually(async () => (await chat(proxy, short)).status === 401, 5000);
  }));
});

describe('Scheduled Key Rotations', () => {
  test('Create a key with auto rotation', () => withProxy('model_list: []\n', {
    environment: { LITELLM_KEY_ROTATION_ENABLED: 'true', LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS: '1', LITELLM_KEY_ROTATION_GRACE_PERIOD: '1h' },
  }, async (proxy) => {
    const made = await curl(proxy, `curl 'http://0.0.0.0:4000/key/generate' \\
  -H 'Authorization: Bearer <your-master-key>' \\
  -H 'Content-Type: application/json' \\
  -d '{
        "models": ["gpt-4o"],
        "auto_rotate": true,
        "rotation_interval": "30d"
      }'`);
    assert.equal(made.status, 200, made.text);
    const { info } = (await proxy.call(`/key/info?key=${made.json.key}`)).json;
    assert.equal(info.auto_rotate, true);
    assert.equal(info.rotation_interval, '30d');
    isAbout(info.key_rotation_at, hours(24 * 30));

    const key = await proxy.newKey({ key_alias: 'quick', auto_rotate: true, rotation_interval: '2s' });
    const row = async () => (await proxy.call('/key/list?key_alias=quick&return_full_object=true')).json.keys[0];
    await eventually(async () => (await row()).rotation_count >= 1);
    assert.ok((await row()).last_rotation_at);
    assert.equal((await proxy.call('/key/info', { key })).status, 200, 'the old key works for the grace period');
  }));

  test('Update existing key to enable rotation', () => withProxy('model_list: []\n', {}, async (proxy) => {
    const key = await proxy.newKey();
    const answer = await curl(proxy, `curl 'http://0.0.0.0:4000/key/update' \\
  -H 'Authorization: Bearer <your-master-key>' \\
  -H 'Content-Type: application/json' \\
  -d '{
        "key": "sk-existing-key",
        "auto_rotate": true,
        "rotation_interval": "90d"
      }'`, { 'sk-existing-key': key });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.auto_rotate, true);
    isAbout(answer.json.key_rotation_at, hours(24 * 90));
  }));
});

test('Temporary Budget Increase', () => withProxy(models('gpt-4'), {}, async (proxy) => {
  const key = await proxy.newKey({ max_budget: 0.000001 });
  assert.equal((await chat(proxy, key)).status, 429);
  const answer = await curl(proxy, `curl -L -X POST 'http://localhost:4000/key/update' \\
-H 'Authorization: Bearer sk-1234' \\
-H 'Content-Type: application/json' \\
-d '{"key": "sk-b3Z3Lqdb_detHXSUp4ol4Q", "temp_budget_increase": 100, "temp_budget_expiry": "10d"}'`, { 'sk-1234': masterKey, 'sk-b3Z3Lqdb_detHXSUp4ol4Q': key });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.max_budget, 0.000001);
  isAbout(answer.json.metadata.temp_budget_expiry, hours(240));
  assert.equal((await chat(proxy, key)).status, 200);
  const half = await proxy.call('/key/update', { body: { key, temp_budget_increase: 1 } });
  assert.equal(half.status, 422);
}));

test('Restricting Key Generation', () => withProxy(`
litellm_settings:
  key_generation_settings:
    team_key_generation:
      allowed_team_member_roles: ["admin"]
      required_params: ["tags"] # require team admins to set tags for cost-tracking when generating a team key
    personal_key_generation: # maps to 'Default Team' on UI 
      allowed_user_roles: ["proxy_admin"]
`, {}, async (proxy) => {
  const userKey = async (id) => {
    assert.equal((await proxy.call('/user/new', { body: { user_id: id, auto_create_key: false } })).status, 200);
    return proxy.newKey({ user_id: id });
  };
  const admin = await userKey('u-admin');
  const member = await userKey('u-member');
  const team = await proxy.call('/team/new', { body: { team_id: 't', members_with_roles: [{ user_id: 'u-admin', role: 'admin' }, { user_id: 'u-member', role: 'user' }] } });
  assert.equal(team.status, 200, team.text);
  const make = (key, body) => proxy.call('/key/generate', { key, body });
  const personal = await make(member, {});
  assert.equal(personal.status, 400, personal.text);
  assert.match(personal.json.error.message, /Personal key creation has been restricted by admin/);
  assert.match((await make(member, { team_id: 't', tags: ['a'] })).json.error.message, /Team member role user not in allowed_team_member_roles=\['admin'\]/);
  assert.match((await make(admin, { team_id: 't' })).json.error.message, /Required param tags not in data/);
  const made = await make(admin, { team_id: 't', tags: ['a'] });
  assert.equal(made.status, 200, made.text);
  assert.deepEqual(made.json.metadata.tags, ['a']);
  assert.equal((await make(masterKey, {})).status, 200);
}));

describe('Keys beyond the page', () => {
  let proxy;
  before(async () => {
    proxy = await startProxy(`${models('gpt-4', 'cheap')}
general_settings:
  proxy_budget_rescheduler_min_time: 1
`);
  });
  after(async () => {
    await proxy.stop();
    proxy.remove();
  });

  test('a budget starts again when its time is up', async () => {
    const key = await proxy.newKey({ max_budget: 0.00235, budget_duration: '2s' });
    await eventually(async () => (await chat(proxy, key)).status === 429);
    await eventually(async () => (await chat(proxy, key)).status === 200, 8000);
  });

  test('bulk updates tell which keys failed', async () => {
    const key = await proxy.newKey({ team_id: 'kept', tpm_limit: 5 });
    const { json } = await proxy.call('/key/bulk_update', { body: { keys: [{ key, max_budget: 7, tags: ['t'] }, { key: 'sk-nothing' }] } });
    assert.equal(json.total_requested, 2);
    assert.equal(json.successful_updates[0].key_info.max_budget, 7);
    assert.equal(json.successful_updates[0].key_info.team_id, 'kept', 'absent is unchanged');
    assert.equal(json.successful_updates[0].key_info.token, undefined);
    assert.equal(json.failed_updates[0].key, 'sk-nothing');
  });

  test('null clears, absent stays', async () => {
    const key = await proxy.newKey({ max_budget: 5, tpm_limit: 9, metadata: { a: 1 }, models: ['gpt-4'] });
    const { json } = await proxy.call('/key/update', { body: { key, max_budget: null, models: null } });
    assert.equal(json.max_budget, null);
    assert.equal(json.tpm_limit, 9);
    assert.deepEqual(json.models, []);
    assert.deepEqual(json.metadata, { a: 1 });
    assert.equal((await proxy.call('/key/update', { body: { key: 'sk-nothing' } })).status, 404);
    assert.equal((await proxy.call('/key/update', { body: {} })).status, 422);
  });

  test('spend is set back', async () => {
    const key = await proxy.newKey({ spend: 4, max_budget: 3 });
    assert.equal((await chat(proxy, key)).status, 429);
    const { json } = await proxy.call(`/key/${key}/reset_spend`, { body: { reset_to: 1 } });
    assert.equal(json.previous_spend, 4);
    assert.equal(json.spend, 1);
    assert.equal((await chat(proxy, key)).status, 200);
  });

  test('several keys are shown, listed and found by alias', async () => {
    const made = [];
    for (const name of ['list-a', 'list-b', 'list-c']) made.push(await proxy.newKey({ key_alias: name, user_id: 'lister' }));
    const infos = await proxy.call('/v2/key/info', { body: { keys: [made[0], 'sk-nothing'] } });
    assert.equal(infos.json.info.length, 1);
    const page = (await proxy.call('/key/list?user_id=lister&size=2&page=2&sort_by=key_alias&sort_order=asc&return_full_object=true')).json;
    assert.deepEqual(page.keys.map((key) => key.key_alias), ['list-c']);
    assert.deepEqual([page.total_count, page.total_pages, page.current_page], [3, 2, 2]);
    assert.deepEqual((await proxy.call('/key/aliases?search=LIST-&page=1&size=2')).json.aliases, ['list-a', 'list-b']);
    await proxy.call('/key/delete', { body: { keys: [made[0]] } });
    const deleted = (await proxy.call('/key/list?status=deleted&user_id=lister&return_full_object=true')).json;
    assert.equal(deleted.keys[0].key_alias, 'list-a');
    assert.ok(deleted.keys[0].deleted_at);
    assert.equal((await proxy.call('/key/list?status=other')).status, 400);
  });

  test('a service account belongs to its team', async () => {
    assert.equal((await proxy.call('/key/service-account/generate', { body: {} })).status, 400);
    await proxy.call('/team/new', { body: { team_id: 'service-team' } });
    const made = await proxy.call('/key/service-account/generate', { body: { team_id: 'service-team', user_id: 'somebody', metadata: { service_account_id: 'bot' } } });
    assert.equal(made.json.user_id, null);
    assert.equal((await chat(proxy, made.json.key)).status, 200);
  });

  test('a key says what it needs in every request', async () => {
    const key = await proxy.newKey({ enforced_params: ['user', 'metadata.generation_name'] });
    const refused = await chat(proxy, key, 'gpt-4', { user: 'u' });
    assert.equal(refused.status, 400);
    assert.equal(refused.json.error.param, 'metadata.generation_name');
    assert.equal((await chat(proxy, key, 'gpt-4', { user: 'u', metadata: { generation_name: 'g' } })).status, 200);
  });

  test('a key is healthy', async () => {
    const key = await proxy.newKey();
    assert.deepEqual((await proxy.call('/key/health', { key, body: {} })).json, { key: 'healthy', logging_callbacks: null });
  });
});
