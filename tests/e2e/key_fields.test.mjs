// Fields of a key that change which models it calls, and headers that say whom a call is for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { completion, eventually, sendJson, startProxy, startUpstream } from './support.mjs';

let upstream;
let proxy;
const hello = (model) => ({ model, messages: [{ role: 'user', content: 'Hello' }] });
const row = (name, model) => ({ model_name: name, litellm_params: { model: `openai/${model}`, api_base: `${upstream.url}/v1`, api_key: 'os.environ/OWN_PROVIDER_KEY' } });

before(async () => {
  upstream = await startUpstream((request, response, body) => sendJson(response, completion(body.model)));
  proxy = await startProxy(
    `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, api_base: "${upstream.url}/v1", api_key: proxy-secret}
general_settings:
  user_header_mappings:
    - {header_name: X-Customer, litellm_user_role: customer}
    - {header_name: X-Person, litellm_user_role: internal_user}
`,
    { environment: { OWN_PROVIDER_KEY: 'own-secret' } },
  );
});
after(async () => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  proxy.remove();
  await upstream.stop();
});

test("a key's config brings models of its own", async () => {
  const key = await proxy.newKey({ config: { model_list: [row('mine', 'gpt-4o-mini')] } });
  const listed = await proxy.call('/v1/models', { key });
  assert.deepEqual(listed.json.data.map((each) => each.id), ['mine']);
  const answered = await proxy.call('/v1/chat/completions', { key, body: hello('mine') });
  assert.equal(answered.status, 200, answered.text);
  const received = upstream.received.at(-1);
  assert.equal(received.headers.authorization, 'Bearer own-secret');
  assert.equal(received.body.model, 'gpt-4o-mini');
  // They stand in the place of the proxy's, and are nobody else's.
  assert.equal((await proxy.call('/v1/chat/completions', { key, body: hello('gpt-4o') })).status, 400);
  assert.equal((await proxy.call('/v1/chat/completions', { body: hello('mine') })).status, 400);

  const changed = await proxy.call('/key/update', { body: { key, config: { model_list: [row('other', 'gpt-4o')] } } });
  assert.equal(changed.status, 200, changed.text);
  await eventually(async () => (await proxy.call('/v1/chat/completions', { key, body: hello('other') })).status === 200);
  await proxy.call('/key/update', { body: { key, config: null } });
  await eventually(async () => (await proxy.call('/v1/chat/completions', { key, body: hello('gpt-4o') })).status === 200);
  assert.equal(upstream.received.at(-1).headers.authorization, 'Bearer proxy-secret');
});

test('models of a key hold no secret and are made by administrators', async () => {
  const secret = row('mine', 'gpt-4o');
  secret.litellm_params.api_key = 'sk-written-out';
  for (const list of [[secret], [{ model_name: 'mine' }], ['mine'], 'mine']) {
    const refused = await proxy.call('/key/generate', { body: { config: { model_list: list } } });
    assert.equal(refused.status, 400, refused.text);
    assert.equal(refused.json.error.param, 'config');
    assert.ok(!refused.text.includes('sk-written-out'));
  }
  await proxy.call('/user/new', { body: { user_id: 'ordinary', auto_create_key: false } });
  const own = await proxy.newKey({ user_id: 'ordinary' });
  const made = await proxy.call('/key/generate', { key: own, body: { config: { model_list: [row('mine', 'gpt-4o')] } } });
  assert.notDeepEqual(made.json.config?.model_list?.length, 1, made.text);
});

test('headers name the end user, and the person where the key has no owner', async () => {
  const service = await proxy.newKey({ key_alias: 'service' });
  await proxy.call('/user/new', { body: { user_id: 'someone', auto_create_key: false } });
  const owned = await proxy.newKey({ user_id: 'someone' });
  const ids = [];
  for (const key of [service, owned]) {
    const answered = await proxy.call('/v1/chat/completions', { key, body: hello('gpt-4o'), headers: { 'x-person': 'ann', 'x-customer': 'acme' } });
    assert.equal(answered.status, 200, answered.text);
    ids.push(answered.json.id);
  }
  const rows = await eventually(async () => {
    const found = [];
    for (const id of ids) found.push((await proxy.call(`/spend/logs?request_id=${id}`)).json?.[0]);
    return found.every(Boolean) && found;
  });
  assert.deepEqual(rows.map((each) => [each.user, each.end_user]), [['ann', 'acme'], ['someone', 'acme']]);
});
