// Clients that bring an api_key or an api_base of their own: refused unless the configuration says otherwise, and never with anything stored.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { completion, eventually, sendJson, startProxy, startUpstream } from './support.mjs';

const stored = { api_key: 'sk-stored-0123456789', header: 'stored-header-secret', organization: 'org-stored' };
const own = 'sk-of-the-client-0123456789';

const model = (name, url, more = '') => `
  - model_name: ${name}
    litellm_params:
      model: openai/real
      api_base: "${url}/v1"
      api_key: ${stored.api_key}
      organization: ${stored.organization}
      extra_headers: {x-secret: ${stored.header}}
      extra_body: {seed: 7}
      input_cost_per_token: 0.00001
      output_cost_per_token: 0.00001${more}`;
const config = (home, elsewhere) => `
model_list:${model('closed', home)}${model('key', home, '\n      configurable_clientside_auth_params: ["api_key"]')}${model(
  'pattern', home, `\n      configurable_clientside_auth_params: ["api_key", {"api_base": "${elsewhere.replaceAll('.', '\\\\.')}/"}]`)}${model(
  'anywhere', home, '\n      configurable_clientside_auth_params: ["api_key", "api_base"]')}
  - model_name: cloud
    litellm_params: {model: bedrock/x.y, aws_region_name: us-east-1, aws_access_key_id: a, aws_secret_access_key: b, configurable_clientside_auth_params: ["api_key", "api_base"]}
router_settings: {num_retries: 0, fallbacks: [{key: [closed]}, {pattern: [closed]}], allowed_fails: 0, cooldown_time: 60}
`;

describe('credentials of clients', () => {
  let home;
  let elsewhere;
  let proxy;
  let key;
  const answer = (request, response, body) => {
    if (request.headers.authorization?.includes('wrong')) return sendJson(response, { error: { message: 'Incorrect API key provided' } }, 401);
    if (!body.stream) return sendJson(response, completion('real'));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'real', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] };
    response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
  };
  before(async () => {
    home = await startUpstream(answer);
    elsewhere = await startUpstream(answer);
    proxy = await startProxy(config(home.url, elsewhere.url));
    key = await proxy.newKey();
  });
  after(async () => {
    assert.equal((await proxy.stop()).code, 0, proxy.log());
    for (const secret of [own, stored.api_key, stored.header]) assert.ok(!proxy.log().includes(secret), `${secret} is in the log`);
    proxy.remove();
    await home.stop();
    await elsewhere.stop();
  });
  const ask = async (name, more, path = '/v1/chat/completions') => {
    home.received.length = elsewhere.received.length = 0;
    const said = await proxy.call(path, { key, body: { model: name, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], ...more } });
    return { ...said, home: [...home.received], elsewhere: [...elsewhere.received] };
  };
  const reachesNobody = (said, status, message) => {
    assert.equal(said.status, status, said.text);
    assert.match(said.json.error.message, message);
    assert.deepEqual([said.home, said.elsewhere], [[], []]);
  };

  test('are refused where nobody allowed them', async () => {
    for (const more of [{ api_key: own }, { api_base: elsewhere.url }, { base_url: elsewhere.url }, { api_key: own, api_base: elsewhere.url }])
      reachesNobody(await ask('closed', more), 401, /is not allowed in request body/);
    reachesNobody(await ask('key', { api_base: elsewhere.url, api_key: own }), 401, /api_base is not allowed/);
    reachesNobody(await ask('pattern', { api_base: home.url, api_key: own }), 401, /api_base is not allowed/);
  });

  test('are told of each model', async () => {
    const { json } = await proxy.call('/model_group/info');
    const told = Object.fromEntries(json.data.map((each) => [each.model_group, each.configurable_clientside_auth_params]));
    assert.deepEqual([told.closed, told.key, told.anywhere], [null, ['api_key'], ['api_key', 'api_base']]);
  });

  test('a key of the client takes the place of the stored one', async () => {
    const said = await ask('key', { api_key: own });
    assert.equal(said.status, 200, said.text);
    const [{ headers, body }] = said.home;
    assert.equal(headers.authorization, `Bearer ${own}`);
    assert.equal(body.api_key, undefined);
    assert.ok(!JSON.stringify([headers, body]).includes(stored.api_key));
    assert.equal(headers['x-secret'], stored.header, 'the host is the same as ever');
    const streamed = await ask('key', { api_key: own, stream: true });
    assert.match(streamed.text, /Hi[^]*\[DONE\]/);
    assert.equal(streamed.home[0].headers.authorization, `Bearer ${own}`);
    const bridged = await ask('key', { api_key: own }, '/v1/messages');
    assert.equal(bridged.status, 200, bridged.text);
    assert.equal(bridged.home[0].headers.authorization, `Bearer ${own}`);
    assert.equal(bridged.home[0].body.api_key, undefined);
    assert.equal((await ask('key', {})).home[0].headers.authorization, `Bearer ${stored.api_key}`, 'the next call has the stored one again');
  });

  test('a wrong one is no fault of the deployment, and nobody else pays for it', async () => {
    for (let turn = 0; turn < 4; turn++) {
      const said = await ask('key', { api_key: 'sk-wrong-0123456789' });
      assert.equal(said.status, 401, said.text);
      assert.equal(said.home.length, 1, 'no other model is asked instead');
      assert.ok(!said.text.includes('sk-wrong-0123456789'));
    }
    assert.equal((await ask('key', {})).status, 200);
  });

  test('nothing that is stored goes to a host of the client', async () => {
    for (const stream of [false, true])
      for (const brought of [{ api_key: own }, {}]) {
        const said = await ask('pattern', { api_base: `${elsewhere.url}/v1`, stream, ...brought });
        assert.equal(said.status, 200, said.text);
        assert.equal(said.home.length, 0);
        const [{ headers, body, path }] = said.elsewhere;
        assert.equal(path, '/v1/chat/completions');
        // OpenAI's clients send something even where there is no key.
        assert.equal(headers.authorization, brought.api_key ? `Bearer ${own}` : 'Bearer fake-api-key');
        const sent = JSON.stringify([headers, body]);
        for (const secret of [...Object.values(stored), key]) assert.ok(!sent.includes(secret), `${secret} went to a host of the client`);
        assert.equal(body.seed, undefined, 'extra_body may hold anything');
        assert.equal(body.api_base, undefined);
      }
  });

  test('an address that nobody named may not lead inside', async () => {
    const { port } = new URL(elsewhere.url);
    for (const api_base of [elsewhere.url, `http://localhost:${port}`, `http://[::ffff:127.0.0.1]:${port}`, `http://2130706433:${port}`, `http://0:${port}`]) {
      const said = await ask('anywhere', { api_base, api_key: own });
      assert.ok(said.status >= 400, said.text);
      assert.deepEqual([said.home, said.elsewhere], [[], []], api_base);
    }
    for (const api_base of ['file:///etc/passwd', 'gopher://x', 'ftp://x', `http://a@127.0.0.1:${port}`, '//x', 'http://x y', 'x'])
      reachesNobody(await ask('anywhere', { api_base, api_key: own }), 401, /api_base is not allowed/);
    reachesNobody(await ask('anywhere', { api_base: 7, api_key: own }), 400, /not one line of text/);
    reachesNobody(await ask('anywhere', { api_key: 'a\r\nx-evil: 1' }), 400, /not one line of text/);
    reachesNobody(await ask('cloud', { api_key: own }), 401, /api_key is not allowed/);
  });

  test('the operator may allow them for all models, but nothing else', async () => {
    const open = await startProxy(`${config(home.url, elsewhere.url)}\ngeneral_settings: {allow_client_side_credentials: true}\n`);
    try {
      const call = (more) => open.call('/v1/chat/completions', { body: { model: 'closed', messages: [{ role: 'user', content: 'hi' }], ...more } });
      home.received.length = 0;
      assert.equal((await call({ api_key: own })).status, 200);
      assert.equal(home.received[0].headers.authorization, `Bearer ${own}`);
      home.received.length = 0;
      for (const more of [{ user_config: {} }, { extra_headers: { a: 'b' } }, { organization: 'o' }, { custom_llm_provider: 'x' }, { litellm_credential_name: 'x' },
        { fallbacks: [{ model: 'closed', api_key: own }] }])
        assert.equal((await call(more)).status, 401, JSON.stringify(more));
      assert.equal((await call({ api_base: `${home.url}/v1` })).status >= 500, true, 'a private address still wants a pattern');
      assert.deepEqual(home.received, []);
      await eventually(async () => (await open.call('/metrics')).text.includes('litellm_ledger_backlog 0'));
    } finally {
      assert.equal((await open.stop()).code, 0, open.log());
      open.remove();
    }
  });
});
