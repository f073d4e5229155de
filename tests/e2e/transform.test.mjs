// /utils/transform_request: what a provider would be sent, without sending it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sendJson, startProxy, startUpstream } from './support.mjs';

let upstream;
let proxy;
const messages = [{ role: 'system', content: 'short' }, { role: 'user', content: 'hi' }];

before(async () => {
  upstream = await startUpstream((request, response) => sendJson(response, {}));
  proxy = await startProxy(`
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-4o, api_base: "${upstream.url}/v1", api_key: sk-provider-secret-1, temperature: 0.5, extra_headers: {x-team: "token sk-provider-secret-1"}}
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet-4-20250514, api_base: "${upstream.url}", api_key: sk-ant-provider-secret-2}
  - model_name: "google/*"
    litellm_params: {model: "gemini/*", api_base: "${upstream.url}", api_key: provider-secret-3}
  - model_name: lowered
    litellm_params: {model: openai/gpt-4o, api_base: "${upstream.url}/v1", api_key: k, temperature: 0.5, modify_params: true}
    model_info: {max_output_tokens: 16384}
  - model_name: lowered-plain
    litellm_params: {model: openai/gpt-4o, api_base: "${upstream.url}/v1", api_key: k, modify_params: true}
    model_info: {max_output_tokens: 16384}
  - model_name: bedrock
    litellm_params: {model: bedrock/anthropic.claude-3-haiku-20240307-v1:0, aws_access_key_id: AKIDprovider4, aws_secret_access_key: provider-secret-4, aws_region_name: us-east-1}
`);
});
after(async () => {
  assert.deepEqual(upstream.received, [], 'nobody was asked');
  assert.equal((await proxy.stop()).code, 0, proxy.log());
  proxy.remove();
  await upstream.stop();
});

async function transform(call_type, request_body, key) {
  const answer = await proxy.call('/utils/transform_request', { key, body: { call_type, request_body } });
  assert.ok(!/provider-secret-\d/.test(answer.text), answer.text);
  return answer;
}

describe('/utils/transform_request', () => {
  test('OpenAI: the name of the model, the defaults, no proxy parameters', async () => {
    const { status, json } = await transform('acompletion', { model: 'gpt', messages, metadata: { a: 1 }, stream: true, top_k_of_mine: 3 });
    assert.equal(status, 200);
    assert.equal(json.error, null);
    assert.equal(json.raw_request_api_base, `${upstream.url}/v1/chat/completions`);
    const { metadata, ...body } = json.raw_request_body;
    assert.equal(metadata, undefined);
    assert.deepEqual(body, { model: 'gpt-4o', messages, stream: true, top_k_of_mine: 3, temperature: 0.5, stream_options: { include_usage: true } });
    const names = Object.keys(json.raw_request_headers).map((each) => each.toLowerCase());
    assert.ok(names.includes('authorization') && names.includes('content-type') && names.includes('x-team'), names.join());
  });

  test('Anthropic, Google and Amazon in their own shapes', async () => {
    const claude = (await transform('completion', { model: 'claude', messages, max_tokens: 7 })).json;
    assert.equal(claude.raw_request_api_base, `${upstream.url}/v1/messages`);
    assert.deepEqual([claude.raw_request_body.max_tokens, claude.raw_request_body.messages.length], [7, 1]);
    assert.ok(claude.raw_request_body.system);
    const gemini = (await transform('completion', { model: 'google/gemini-2.5-flash', messages })).json;
    assert.match(gemini.raw_request_api_base, /models\/gemini-2.5-flash:generateContent/);
    assert.equal(gemini.raw_request_body.contents[0].parts[0].text, 'hi');
    const bedrock = (await transform('completion', { model: 'bedrock', messages })).json;
    assert.match(bedrock.raw_request_api_base, /bedrock-runtime.us-east-1.amazonaws.com\/model\/.*\/converse/);
    assert.equal(bedrock.raw_request_body.messages[0].content[0].text, 'hi');
    const native = (await transform('anthropic_messages', { model: 'gpt', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] })).json;
    assert.equal(native.raw_request_api_base, `${upstream.url}/v1/chat/completions`);
    const embedding = (await transform('aembedding', { model: 'gpt', input: 'hi' })).json;
    assert.equal(embedding.raw_request_api_base, `${upstream.url}/v1/embeddings`);
  });

  test('modify_params lowers a limit to what the model can give', async () => {
    for (const [model, more] of [['gpt', {}], ['lowered', {}], ['lowered-plain', {}]]) {
      const { raw_request_body: body } = (await transform('completion', { model, messages, max_tokens: 900_000, ...more })).json;
      assert.equal(body.max_tokens, model === 'gpt' ? 900_000 : 16_384, model);
      assert.equal((await transform('completion', { model, messages, max_tokens: 7 })).json.raw_request_body.max_tokens, 7);
    }
  });

  test('what cannot be sent is told, what may not be asked is refused', async () => {
    const unknown = await transform('completion', { model: 'nothing', messages });
    assert.equal(unknown.status, 200);
    assert.match(unknown.json.error, /Invalid model name/);
    assert.equal(unknown.json.raw_request_body, null);
    const key = await proxy.newKey({ models: ['claude'] });
    assert.equal((await transform('completion', { model: 'claude', messages }, key)).status, 200);
    assert.equal((await transform('completion', { model: 'gpt', messages }, key)).status, 403);
    assert.equal((await transform('completion', { model: 'gpt', messages, api_base: 'http://127.0.0.1:1' })).status, 401);
    assert.equal((await transform('atranscription', { model: 'gpt' })).status, 400);
    assert.equal((await proxy.call('/utils/transform_request', { body: { call_type: 'completion', request_body: 'text' } })).status, 400);
    assert.equal((await proxy.call('/utils/transform_request', { key: 'sk-nobody', body: {} })).status, 401);
  });
});
