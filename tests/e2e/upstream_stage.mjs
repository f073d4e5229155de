// What the tests of upstream requests and answers stand on: a provider of OpenAI's kind that keeps what it gets, one that plays the other
// vendors' parts, and the proxy before both.
import assert from 'node:assert/strict';
import http from 'node:http';
import { LLMock } from '@copilotkit/aimock';
import { openaiSchemas } from './openai_schemas.mjs';
import { completion, sendJson, startProxy } from './support.mjs';

/** OpenAI's own description of its API: the types of its SDK, and its OpenAPI document where LITELLM_OPENAI_OPENAPI names one. */
export const schemas = openaiSchemas();
const received = [];

export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
export const vector = [0.25, -0.5, 1];

/** What each path answers; Google's, Cohere's and Ollama's embeddings as well, of which aimock knows older forms only. */
function answer(request, response, body) {
  received.push({ path: request.url, body });
  const json = (value) => sendJson(response, value);
  if (request.url.endsWith(':batchEmbedContents')) return json({ embeddings: body.requests.map(() => ({ values: vector })) });
  if (request.url === '/v2/embed')
    return json({ id: 'e', embeddings: { float: body.texts.map(() => vector) }, meta: { billed_units: { input_tokens: 2 } } });
  if (request.url === '/api/embed')
    return json({ model: body.model, embeddings: [body.input].flat().map(() => vector), prompt_eval_count: 2 });
  if (request.url === '/v1/embeddings')
    return json({
      object: 'list',
      model: body.model,
      data: [{ object: 'embedding', index: 0, embedding: vector }],
      usage: { prompt_tokens: 1, total_tokens: 1 },
    });
  if (request.url === '/v1/moderations') return json({ id: 'modr-1', model: body.model, results: [] });
  if (request.url === '/v1/images/generations') return json({ created: 1, data: [{ b64_json: 'aGk=' }] });
  if (request.url === '/v1/responses')
    return json({
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: body.model,
      output: [],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    });
  if (request.url === '/v1/completions')
    return json({
      id: 'cmpl-1',
      object: 'text_completion',
      created: 1,
      model: body.model,
      choices: [{ index: 0, text: 'x', logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  if (!body.stream) return json(completion(body.model));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (choices, more = {}) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: body.model, choices, ...more })}\n\n`,
    );
  chunk([{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }]);
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  if (body.stream_options?.include_usage) chunk([], { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
  return response.end('data: [DONE]\n\n');
}

export async function startStage() {
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => (text += bytes)).on('end', () => answer(request, response, JSON.parse(text)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${server.address().port}`;
  const provider = new LLMock({ port: 0, chunkSize: 5 });
  const calls = [
    { name: 'get_weather', arguments: '{"city":"Paris"}' },
    { name: 'get_time', arguments: '{"zone":"CET"}' },
  ];
  provider.onMessage('hello', { content: 'Hi there, how are you?' });
  provider.onMessage('one tool', { toolCalls: [calls[0]] });
  provider.onMessage('two tools', { toolCalls: calls });
  provider.onMessage('text and tool', { content: 'I look.', toolCalls: [calls[0]] });
  provider.onMessage('think', { content: 'Sunny.', reasoning: 'Let me see.' });
  provider.onMessage('cut', { content: 'Hi', finishReason: 'length' });
  provider.onMessage('broken', { error: { message: 'no such thing', type: 'not_found' }, status: 404 });
  await provider.start();
  const row = (name, model, base) => `  - model_name: ${name}
    litellm_params: {model: ${model}, api_base: "${base}", api_key: upstream-secret, num_retries: 0}
`;
  const proxy = await startProxy(`
model_list:
${row('gpt', 'openai/gpt-4o', `${own}/v1`)}${row('o3', 'openai/o3', `${own}/v1`)}${row('gpt5', 'openai/gpt-5', `${own}/v1`)}
${row('instruct', 'openai/gpt-3.5-turbo-instruct', `${own}/v1`)}${row('like', 'openai_like/gpt-4o', `${own}/v1`)}
${row('embedder', 'openai/text-embedding-3-small', `${own}/v1`)}${row('judge', 'openai/omni-moderation-latest', `${own}/v1`)}
${row('painter', 'openai/gpt-image-1', `${own}/v1`)}
${row('claude', 'anthropic/claude-sonnet-4-5', provider.url)}${row('gemini', 'gemini/gemini-2.5-flash', provider.url)}
${row('ollama', 'ollama_chat/llama3', provider.url)}${row('cohere', 'cohere/command-a-03-2025', provider.url)}
${row('gemini-embedder', 'gemini/gemini-embedding-001', own)}${row('cohere-embedder', 'cohere/embed-v4.0', own)}
${row('ollama-embedder', 'ollama/nomic-embed-text', own)}
litellm_settings: {drop_params: true}
router_settings: {disable_cooldowns: true}
`);
  return {
    proxy,
    received,
    async stop() {
      await provider.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      const { code } = await proxy.stop();
      assert.equal(code, 0, proxy.log());
      proxy.remove();
    },
  };
}

export const say = (content) => [{ role: 'user', content }];
export const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
export const openaiTool = {
  type: 'function',
  function: { name: 'get_weather', description: 'Weather of a city', parameters: city, strict: true },
};
