// Background health checks take deployments out, and back.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { completion, eventually, sendJson, startProxy, startUpstream } from './support.mjs';

/** A provider whose `status` may be changed; its probes are the requests of five tokens. */
async function startProvider() {
  const provider = await startUpstream((request, response, body) => (provider.status === 200 ? sendJson(response, completion(body.model)) : sendJson(response, { error: { message: 'not now' } }, provider.status)));
  provider.status = 200;
  provider.probes = () => provider.received.filter((each) => each.body.max_tokens === 5).length;
  provider.calls = () => provider.received.length - provider.probes();
  return provider;
}

const first = await startProvider();
const second = await startProvider();
const config = (more = '') => `
model_list:
  - model_name: m
    litellm_params: {model: openai/a, api_base: "${first.url}/v1", api_key: k, weight: 1000}
  - model_name: m
    litellm_params: {model: openai/b, api_base: "${second.url}/v1", api_key: k, weight: 1}
  - model_name: picture
    litellm_params: {model: openai/pictures, api_base: "${first.url}/v1", api_key: k}
    model_info: {mode: image_generation}
router_settings: {num_retries: 0, disable_cooldowns: true}
general_settings: {background_health_checks: true, health_check_interval: 0.3${more}}
`;
const chat = (proxy) => proxy.call('/chat/completions', { body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] } });
/** A whole round of checks later: its probes of both are done when the next one asks again. */
async function afterARound() {
  const [ofFirst, ofSecond] = [first.probes(), second.probes()];
  await eventually(() => first.probes() >= ofFirst + 4 && second.probes() >= ofSecond + 2);
}

after(async () => {
  await first.stop();
  await second.stop();
});

describe('background health checks', () => {
  test('take a deployment out and back', async (t) => {
    const proxy = await startProxy(config());
    t.after(async () => (await proxy.stop(), proxy.remove()));
    assert.equal((await chat(proxy)).status, 200);
    first.status = 500;
    await afterARound();
    const before = first.calls();
    for (let i = 0; i < 20; i++) assert.equal((await chat(proxy)).status, 200, 'nobody is sent to the broken one');
    assert.equal(first.calls(), before);
    second.status = 500;
    await afterARound();
    const all = await chat(proxy);
    assert.equal(all.status, 500);
    assert.equal(first.calls(), before + 1, 'when all are broken they are asked all the same');
    first.status = second.status = 200;
    await eventually(async () => {
      const count = first.calls();
      assert.equal((await chat(proxy)).status, 200);
      return first.calls() > count;
    });
  });

  test('a busy provider is not a broken one', async (t) => {
    first.status = 429;
    const proxy = await startProxy(config());
    t.after(async () => (first.status = 200, await proxy.stop(), proxy.remove()));
    await afterARound();
    const count = first.calls();
    await chat(proxy);
    assert.equal(first.calls(), count + 1);
  });

  test('only tell, where the settings say so', async (t) => {
    first.status = 500;
    const proxy = await startProxy(config(', enable_health_check_routing: false'));
    t.after(async () => (first.status = 200, await proxy.stop(), proxy.remove()));
    await afterARound();
    assert.equal((await chat(proxy)).status, 500);
  });
});
