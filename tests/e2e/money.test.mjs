// Limits, budgets and prices as callers see them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually, sendJson, startProxy, startUpstream } from './support.mjs';
import { count, countMessages, isInstalled } from './tiktoken.mjs';

const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
const cost = 20 * 0.00001 + 10 * 0.00003; // 0.0005
const held = []; // answers that wait until they are let go
const upstream = await startUpstream((request, response, body) => {
  const send = () => sendJson(response, {
    id: `chatcmpl-${Math.random()}`, object: 'chat.completion', created: 1, model: body.model,
    ...(body.service_tier ? { service_tier: body.service_tier } : {}),
    choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }], usage,
  });
  if (body.messages?.[0]?.content === 'wait') held.push(send);
  else if (request.url.endsWith('/embeddings')) sendJson(response, { object: 'list', model: 'e', data: [{ object: 'embedding', index: 0, embedding: [1] }], usage: { prompt_tokens: 30, total_tokens: 30 } });
  else if (body.stream) sendEvents(response, body);
  else send();
});
/** As OpenAI does it: usage comes to those who ask. */
function sendEvents(response, body) {
  const id = `chatcmpl-${Math.random()}`;
  const chunk = (more) => `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1, model: body.model, ...more })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'ok' }, finish_reason: null }] }));
  response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
  if (body.stream_options?.include_usage) response.write(chunk({ choices: [], usage }));
  response.end('data: [DONE]\n\n');
}

const row = (name, more = '', model = 'openai/gpt-4o') => `
  - model_name: ${name}
    litellm_params: {model: ${model}, api_base: "${upstream.url}/v1", api_key: k, input_cost_per_token: 0.00001, output_cost_per_token: 0.00003${more}}`;
const config = (settings = '') => `
model_list:${row('m')}${row('other')}${row('tiers', ', input_cost_per_token_priority: 0.0001, output_cost_per_token_priority: 0.0003')}
general_settings: {proxy_batch_write_at: 0.05}
${settings || 'litellm_settings: {num_retries: 0}'}
`;

const chat = (proxy, key, { model = 'm', content = 'hi', ...more } = {}) => proxy.call('/v1/chat/completions', { key, body: { model, messages: [{ role: 'user', content }], ...more } });
const statuses = async (calls) => (await Promise.all(calls)).map((each) => each.status);

let proxy;
before(async () => {
  proxy = await startProxy(config());
});
after(async () => {
  assert.equal((await proxy.stop()).code, 0, proxy.log());
  proxy.remove();
  await upstream.stop();
});

describe('limits', () => {
  test('tokens are shared by calls beside each other', async () => {
    const key = await proxy.newKey({ tpm_limit: 100 });
    const first = chat(proxy, key, { content: 'wait' });
    await eventually(() => held.length === 1);
    const beside = await chat(proxy, key);
    assert.equal(beside.status, 429);
    assert.match(beside.json.error.message, /Limit type: tokens\. Current limit: 100/);
    assert.equal(beside.headers.get('retry-after'), '1');
    held.pop()();
    const answered = await first;
    assert.equal(answered.headers.get('x-ratelimit-api_key-limit-tokens'), '100');
    assert.equal(answered.headers.get('x-ratelimit-api_key-remaining-tokens'), '70');
    const later = [];
    for (let i = 0; i < 4; i++) later.push((await chat(proxy, key)).status);
    assert.deepEqual(later, [200, 200, 200, 429]);
    const refused = await chat(proxy, key);
    assert.ok(Number(refused.headers.get('retry-after')) > 1);
  });
  test('embeddings count, too', async () => {
    const key = await proxy.newKey({ tpm_limit: 50 });
    const embed = () => proxy.call('/v1/embeddings', { key, body: { model: 'm', input: 'x' } });
    assert.deepEqual([(await embed()).status, (await embed()).status, (await embed()).status], [200, 200, 429]);
  });
  test('parallel calls are counted as they are', async () => {
    const key = await proxy.newKey({ max_parallel_requests: 2 });
    const open = [chat(proxy, key, { content: 'wait' }), chat(proxy, key, { content: 'wait' })];
    await eventually(() => held.length === 2);
    assert.deepEqual(await statuses([chat(proxy, key), chat(proxy, key)]), [429, 429]);
    while (held.length) held.pop()();
    assert.deepEqual(await statuses(open), [200, 200]);
    assert.equal((await chat(proxy, key)).status, 200);
  });
  test('of one model of a key, and of a team for all its keys', async () => {
    const key = await proxy.newKey({ metadata: { model_rpm_limit: { m: 1 } } });
    assert.deepEqual([(await chat(proxy, key)).status, (await chat(proxy, key, { model: 'other' })).status], [200, 200]);
    const refused = await chat(proxy, key);
    assert.equal(refused.status, 429);
    assert.match(refused.json.error.message, /Rate limit exceeded for model_per_key: /);

    const { json: team } = await proxy.call('/team/new', { body: { team_alias: 'limited', metadata: { model_tpm_limit: { m: 60 } } } });
    const keys = [await proxy.newKey({ team_id: team.team_id }), await proxy.newKey({ team_id: team.team_id })];
    const answered = await chat(proxy, keys[0]);
    assert.equal(answered.headers.get('x-ratelimit-model_per_team-remaining-tokens'), '30');
    assert.equal((await chat(proxy, keys[1])).status, 200);
    assert.match((await chat(proxy, keys[1])).json.error.message, /model_per_(team|key): /);
    assert.equal((await chat(proxy, keys[1], { model: 'other' })).status, 200);
  });
  test('refused requests consume nothing', async () => {
    const { json: team } = await proxy.call('/team/new', { body: { team_alias: 'narrow', rpm_limit: 1 } });
    const key = await proxy.newKey({ team_id: team.team_id, rpm_limit: 50 });
    const first = await chat(proxy, key);
    assert.equal(first.headers.get('x-ratelimit-api_key-remaining-requests'), '49');
    assert.deepEqual(new Set(await statuses(Array.from({ length: 20 }, () => chat(proxy, key)))), new Set([429]));
    await proxy.call('/team/update', { body: { team_id: team.team_id, rpm_limit: 1000 } });
    const next = await eventually(async () => {
      const answered = await chat(proxy, key);
      return answered.status === 200 && answered;
    });
    assert.equal(next.headers.get('x-ratelimit-api_key-remaining-requests'), '48');
  });
});

describe('budgets', () => {
  test('of one model of a key survive a restart', async () => {
    let own = await startProxy(config());
    const key = await own.newKey({ model_max_budget: { m: { budget_limit: 0.004, time_period: '30d' } } });
    assert.equal((await chat(own, key, { max_tokens: 10 })).status, 200);
    const { directory } = own;
    await own.stop('SIGKILL');
    own = await startProxy(config(), { directory });
    let last;
    for (let i = 0; i < 10 && last?.status !== 429; i++) last = await chat(own, key, { max_tokens: 10 });
    assert.equal(last.status, 429);
    assert.match(last.json.error.message, /exceeded budget for model=m/);
    assert.equal((await chat(own, key, { model: 'other', max_tokens: 10 })).status, 200);
    const spent = Number(/Current cost: ([0-9.]+)/.exec(last.json.error.message)[1]);
    const rows = (await eventually(async () => {
      const { json } = await own.call('/spend/logs?limit=100');
      return json.length * cost >= spent && json;
    })).filter((each) => each.model_group === 'm');
    assert.ok(Math.abs(rows.reduce((sum, each) => sum + each.spend, 0) - spent) < 1e-9, 'the call before the restart is in it');
    await own.stop();
    own.remove();
  });
  test('of a provider, of tags and of the whole proxy refuse', async () => {
    const cases = [
      ['router_settings: {num_retries: 0, provider_budget_config: {openai: {budget_limit: 0.004, time_period: 1d}}}', /crossed budget for provider: openai/],
      ['litellm_settings: {num_retries: 0, tag_budget_config: {jobs: {max_budget: 0.004, budget_duration: 1d}}}', /Tag=jobs/],
      ['litellm_settings: {num_retries: 0, max_budget: 0.004, budget_duration: 1d}', /Budget has been exceeded! Current cost/],
    ];
    for (const [settings, message] of cases) {
      const own = await startProxy(config(settings));
      let last;
      for (let i = 0; i < 12 && last?.status !== 429; i++) last = await chat(own, undefined, { max_tokens: 10, tags: ['jobs'] });
      assert.equal(last.status, 429, last.text);
      assert.match(last.json.error.message, message);
      await own.stop();
      own.remove();
    }
  });
  test('of one deployment leave the others alone', async () => {
    const first = row('two', ', max_budget: 0.002, budget_duration: 1d, weight: 1000');
    const own = await startProxy(`model_list:${first}${row('two', ', weight: 1')}\n${config().slice(config().indexOf('general_settings'))}`);
    const seen = new Map();
    for (let i = 0; i < 12; i++) {
      const answered = await chat(own, undefined, { model: 'two', max_tokens: 10 });
      assert.equal(answered.status, 200, answered.text);
      const id = answered.headers.get('x-litellm-model-id');
      seen.set(id, (seen.get(id) ?? 0) + 1);
    }
    assert.equal(seen.size, 2, 'when one has used its budget up, the other one answers');
    await own.stop();
    own.remove();
  });
  test('of one provider leave the others alone: provider-budget-routing', async () => {
    const settings = 'router_settings: {routing_strategy: provider-budget-routing, num_retries: 0, provider_budget_config: {openai: {budget_limit: 0.002, time_period: 1d}, groq: {budget_limit: 100, time_period: 1d}}}';
    const rows = row('two', ', weight: 1000') + row('two', ', weight: 1', 'groq/llama');
    const own = await startProxy(`model_list:${rows}\ngeneral_settings: {proxy_batch_write_at: 0.05}\n${settings}\n`);
    const seen = [];
    for (let i = 0; i < 12; i++) {
      const answered = await chat(own, undefined, { model: 'two', max_tokens: 10 });
      assert.equal(answered.status, 200, answered.text);
      seen.push(answered.headers.get('x-litellm-model-id'));
    }
    assert.equal(new Set(seen.slice(-4)).size, 1);
    assert.notEqual(seen[0], seen.at(-1), 'openai served until its budget was used up, groq from then on');
    await own.stop();
    own.remove();
  });
  test('of providers are reported', async () => {
    const own = await startProxy(config('router_settings: {provider_budget_config: {openai: {budget_limit: 5, time_period: 1d}}}'));
    await chat(own);
    const { json } = await own.call('/provider/budgets');
    assert.deepEqual([json.providers.openai.budget_limit, json.providers.openai.time_period, json.providers.openai.spend], [5, '1d', cost]);
    assert.ok(Date.parse(json.providers.openai.budget_reset_at) > Date.now());
    await own.stop();
    own.remove();
  });
  test('soft ones are told and stop nobody', async () => {
    const { json: team } = await proxy.call('/team/new', { body: { team_alias: 'soft', soft_budget: 0.0004, max_budget: 10 } });
    const key = await proxy.newKey({ team_id: team.team_id });
    assert.deepEqual([(await chat(proxy, key)).status, (await chat(proxy, key)).status], [200, 200]);
    await eventually(() => proxy.log().includes('has reached its soft budget'));
  });
  test('what was spent stands in the headers', async () => {
    const key = await proxy.newKey({ max_budget: 10 });
    for (let i = 1; i <= 3; i++) {
      const { headers } = await chat(proxy, key);
      assert.equal(headers.get('x-litellm-response-cost'), '0.0005');
      assert.equal(Math.round(Number(headers.get('x-litellm-key-spend')) * 1e9), i * 500_000);
    }
  });
});

describe('prices', () => {
  test('of streams are those of the provider\'s own count, whatever the deployment adds to the request', async () => {
    const rows = row('plain') + row('warm', ', temperature: 0.5') + row('extra', ', extra_body: {top_k: 3}') + row('groq', '', 'groq/llama');
    const own = await startProxy(`model_list:${rows}\ngeneral_settings: {proxy_batch_write_at: 0.05}\nlitellm_settings: {num_retries: 0}\n`);
    after(() => own.stop('SIGKILL'));
    for (const model of ['plain', 'warm', 'extra', 'groq']) {
      const answered = await chat(own, undefined, { model, stream: true });
      assert.equal(answered.status, 200, answered.text);
      assert.ok(!answered.text.includes('"prompt_tokens"'), `${model}: the client did not ask`);
      const log = await eventually(async () => (await own.call('/spend/logs?limit=100')).json.find((each) => each.model_group === model));
      assert.deepEqual([log.prompt_tokens, log.completion_tokens, Math.round(log.spend * 1e9)], [20, 10, Math.round(cost * 1e9)], model);
    }
    await own.stop();
    own.remove();
  });
  test('follow the tier of service', async () => {
    assert.equal((await chat(proxy, undefined, { model: 'tiers' })).headers.get('x-litellm-response-cost'), '0.0005');
    assert.equal((await chat(proxy, undefined, { model: 'tiers', service_tier: 'priority' })).headers.get('x-litellm-response-cost'), '0.005');
  });
  test('have discounts and margins', async () => {
    const own = await startProxy(config('litellm_settings: {cost_discount_config: {openai: 0.1}, cost_margin_config: {global: {percentage: 0.5, fixed_amount: 0.001}}}'));
    const { headers } = await chat(own);
    assert.equal(headers.get('x-litellm-response-cost'), '0.001675'); // 0.0005 * 0.9 * 1.5 + 0.001
    assert.equal(headers.get('x-litellm-response-cost-original'), '0.0005');
    assert.equal(headers.get('x-litellm-response-cost-discount-amount'), '0.00005');
    assert.equal(headers.get('x-litellm-response-cost-margin-amount'), '0.001225');
    await own.stop();
    own.remove();
  });
  test('are told without a call', async () => {
    const completion_response = { model: 'm', usage };
    assert.deepEqual((await proxy.call('/spend/calculate', { body: { completion_response } })).json, { cost });
    const messages = [{ role: 'user', content: 'hello there' }];
    const counted = await proxy.call('/spend/calculate', { body: { model: 'm', messages } });
    assert.ok(Math.abs(counted.json.cost - countMessages(messages) * 0.00001) < 1e-12);
    assert.equal((await proxy.call('/spend/calculate', { body: { model: 'm' } })).status, 400);
    const estimate = await proxy.call('/cost/estimate', { body: { model: 'm', input_tokens: 20, output_tokens: 10, num_requests_per_day: 10 } });
    assert.ok(Math.abs(estimate.json.cost_per_request - cost) < 1e-12);
    assert.ok(Math.abs(estimate.json.daily_cost - 10 * cost) < 1e-12);
    assert.equal((await proxy.call('/cost/estimate', { body: { model: 'm', input_tokens: -1 } })).status, 400);
  });
});

describe('/utils/token_counter', () => {
  const ask = (body) => proxy.call('/utils/token_counter', { body });
  test('agrees with the original', { skip: isInstalled ? false : 'js-tiktoken is not installed' }, async () => {
    const pieces = ["I'm", " DON'T", 'naïve', ' 日本語', '\n\n', '\t', '   ', '12345', '//', ' {"a": [1, 2]}', '😀', 'camelCaseHTTP', ' مرحبا', "'ve", 'e\u0301', '\u3000'];
    let seed = 7;
    const next = (limit) => (seed = (seed * 1103515245 + 12345) % 2147483648) % limit;
    for (let i = 0; i < 60; i++) {
      const text = Array.from({ length: 1 + next(30) }, () => pieces[next(pieces.length)]).join('');
      const { json } = await ask({ model: 'm', prompt: text });
      assert.deepEqual([json.total_tokens, json.tokenizer_type], [count(text), 'o200k_base'], JSON.stringify(text));
    }
  });
  test('counts messages', async () => {
    const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'What is the capital of France?' }];
    const { json } = await ask({ model: 'm', messages });
    assert.equal(json.total_tokens, countMessages(messages));
    assert.equal(json.request_model, 'm');
  });
  test('refuses what it cannot count', async () => {
    assert.equal((await ask({ model: 'm' })).status, 400);
    assert.ok((await ask({ model: 'nobody', prompt: 'x' })).status >= 400);
  });
});
