// Between two programs that other people wrote: the official SDK as the client, @copilotkit/aimock as the provider.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { LLMock } from '@copilotkit/aimock';
import OpenAI from 'openai';
import { eventually, masterKey, startProxy } from './support.mjs';

let provider;
let proxy;
let key;

before(async () => {
  provider = new LLMock({ port: 0 });
  provider.onMessage('hello', { content: 'Hi there, how are you?' });
  provider.onMessage('count', { content: 'Counted.', usage: { input_tokens: 11, output_tokens: 7, cache_read_input_tokens: 5 } });
  provider.onMessage('weather', { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Paris"}' }] });
  provider.onMessage('broken', { error: { message: 'no such model here', type: 'not_found' }, status: 404 });
  provider.onEmbedding('one', { embedding: [0.25, -0.5, 1] });
  await provider.start();
  proxy = await startProxy(`
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, api_base: "${provider.url}/v1", api_key: upstream-secret, num_retries: 0}
  - model_name: text-embedding-3-small
    litellm_params: {model: openai/text-embedding-3-small, api_base: "${provider.url}/v1", api_key: upstream-secret}
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet-4-5, api_base: "${provider.url}", api_key: upstream-secret, num_retries: 0}
  - model_name: gemini
    litellm_params: {model: gemini/gemini-2.5-flash, api_base: "${provider.url}", api_key: upstream-secret, num_retries: 0}
  - model_name: azure
    litellm_params: {model: azure/my-deployment, api_base: "${provider.url}", api_key: upstream-secret, num_retries: 0}
  - model_name: llama
    litellm_params: {model: ollama_chat/llama3, api_base: "${provider.url}"}
router_settings: {disable_cooldowns: true}
`);
  key = await proxy.newKey({ key_alias: 'independent' });
});
after(async () => {
  const { code } = await proxy.stop();
  assert.equal(code, 0, proxy.log());
  assert.ok(!proxy.log().includes('upstream-secret'), 'a provider key is in the log');
  proxy.remove();
  await provider.stop();
});

const client = () => new OpenAI({ apiKey: key, baseURL: `${proxy.url}/v1`, maxRetries: 0 });
const say = (content) => [{ role: 'user', content }];
const weather = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];

describe('OpenAI by aimock', () => {
  test('chats', async () => {
    const answer = await client().chat.completions.create({ model: 'gpt-4o', messages: say('hello') });
    assert.equal(answer.choices[0].message.content, 'Hi there, how are you?');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.model, 'gpt-4o');
    const seen = provider.getLastRequest();
    assert.equal(seen.body.model, 'gpt-4o');
    assert.ok(!JSON.stringify(seen.headers).includes(key), 'the virtual key left the proxy');
  });

  test('streams, usage included', async () => {
    const stream = await client().chat.completions.create({
      model: 'gpt-4o', messages: say('hello'), stream: true, stream_options: { include_usage: true },
    });
    let text = '';
    let usage;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, 'Hi there, how are you?');
    assert.ok(usage.total_tokens > 0);
  });

  test('calls tools, streamed and whole', async () => {
    const whole = await client().chat.completions.create({ model: 'gpt-4o', messages: say('weather'), tools: weather });
    assert.equal(whole.choices[0].finish_reason, 'tool_calls');
    assert.deepEqual(JSON.parse(whole.choices[0].message.tool_calls[0].function.arguments), { city: 'Paris' });
    const stream = await client().chat.completions.create({ model: 'gpt-4o', messages: say('weather'), tools: weather, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta?.tool_calls?.[0]?.function?.arguments ?? '';
    assert.deepEqual(JSON.parse(text), { city: 'Paris' });
  });

  test('embeds, in the SDK\'s base64 and as numbers', async () => {
    for (const encoding_format of ['float', 'base64', undefined]) {
      const answer = await client().embeddings.create({ model: 'text-embedding-3-small', input: 'one', encoding_format });
      const vector = answer.data[0].embedding;
      const numbers = typeof vector === 'string' ? [...new Float32Array(Uint8Array.from(Buffer.from(vector, 'base64')).buffer)] : vector;
      assert.deepEqual(numbers, [0.25, -0.5, 1]);
    }
  });

  test('an error keeps its class', async () => {
    await assert.rejects(client().chat.completions.create({ model: 'gpt-4o', messages: say('broken') }), OpenAI.NotFoundError);
  });

  test('every call is one row of the ledger, with what the provider reported', async () => {
    const rows = await eventually(async () => {
      const { json } = await proxy.call(`/spend/logs?api_key=${key}`, { key: masterKey });
      return Array.isArray(json) && json.length >= 8 ? json : undefined;
    });
    assert.equal(rows.length, 8);
    assert.equal(rows.filter((row) => row.status === 'failure').length, 1);
    assert.ok(rows.filter((row) => row.status === 'success' && row.call_type === 'acompletion').every((row) => row.completion_tokens > 0));
  });
});

describe('Ollama by aimock', () => {
  test('chats', async () => {
    const answer = await client().chat.completions.create({ model: 'llama', messages: say('hello') });
    assert.equal(answer.choices[0].message.content, 'Hi there, how are you?');
    assert.equal(answer.model, 'llama');
  });

  test('streams', async () => {
    const stream = await client().chat.completions.create({ model: 'llama', messages: say('hello'), stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
    assert.equal(text, 'Hi there, how are you?');
  });
});

for (const [vendor, model, path] of [
  ['Anthropic', 'claude', /^\/v1\/messages/],
  ['Gemini', 'gemini', /:generateContent/],
  ['Azure', 'azure', /\/openai\/deployments\/my-deployment\/chat\/completions/],
]) {
  describe(`${vendor} by aimock`, () => {
    test('chats', async () => {
      const answer = await client().chat.completions.create({ model, messages: say('hello'), temperature: 0.5 });
      assert.equal(answer.choices[0].message.content, 'Hi there, how are you?');
      assert.equal(answer.choices[0].finish_reason, 'stop');
      assert.match(provider.getLastRequest().path, path);
    });

    test('streams, usage included', async () => {
      const stream = await client().chat.completions.create({ model, messages: say('hello'), stream: true, stream_options: { include_usage: true } });
      let text = '';
      let usage;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta?.content ?? '';
        usage = chunk.usage ?? usage;
      }
      assert.equal(text, 'Hi there, how are you?');
      assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    });

    test('calls tools, streamed and whole', async () => {
      const whole = await client().chat.completions.create({ model, messages: say('weather'), tools: weather });
      assert.equal(whole.choices[0].finish_reason, 'tool_calls');
      assert.deepEqual(JSON.parse(whole.choices[0].message.tool_calls[0].function.arguments), { city: 'Paris' });
      const stream = await client().chat.completions.create({ model, messages: say('weather'), tools: weather, stream: true });
      let text = '';
      let reason;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta?.tool_calls?.[0]?.function?.arguments ?? '';
        reason = chunk.choices[0]?.finish_reason ?? reason;
      }
      assert.deepEqual(JSON.parse(text), { city: 'Paris' });
      assert.equal(reason, 'tool_calls');
    });

    test('an error keeps its class', async () => {
      await assert.rejects(client().chat.completions.create({ model, messages: say('broken') }), OpenAI.NotFoundError);
    });
  });
}

test('Anthropic reports and records what it costs', async () => {
  const { usage } = await client().chat.completions.create({ model: 'claude', messages: say('count') });
  assert.equal(usage.completion_tokens, 7);
  assert.equal(usage.prompt_tokens_details.cached_tokens, usage.prompt_tokens - 11);
  const row = await eventually(async () => {
    const { json } = await proxy.call(`/spend/logs?api_key=${key}`, { key: masterKey });
    return json.find((each) => each.custom_llm_provider === 'anthropic' && each.completion_tokens === 7);
  });
  assert.ok(row.spend > 0);
});
