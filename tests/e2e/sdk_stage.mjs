// What the tests of the vendors' SDKs stand on: a provider that plays their parts, and the proxy before it.
import assert from 'node:assert/strict';
import { LLMock } from '@copilotkit/aimock';
import { startProxy } from './support.mjs';

export const thoughts = 'Let me see what the sky does.';
export const sunny = 'It is sunny in Paris.';
const both = [
  { name: 'get_weather', arguments: '{"city":"Paris"}' },
  { name: 'get_time', arguments: '{"zone":"CET"}' },
];

/** `key` may call all models of the configuration. `seen` keeps the headers of embeddings that went to Google's own path. */
export async function startStage() {
  const seen = {};
  const provider = new LLMock({ port: 0, chunkSize: 5 });
  provider.on({ userMessage: 'weather', hasToolResult: true }, { content: sunny });
  provider.on({ userMessage: 'weather', hasToolResult: false }, { toolCalls: [both[0]] });
  provider.on({ userMessage: 'two things', hasToolResult: false }, { toolCalls: both });
  provider.onMessage('think', { content: sunny, reasoning: thoughts, reasoningSignature: 'c2lnbmVk' });
  provider.onMessage('as JSON', { content: '{"city":"Paris","degrees":21}' });
  // Each vendor counts under names of its own.
  const usage = {
    prompt_tokens: 11,
    completion_tokens: 7,
    input_tokens: 11,
    output_tokens: 7,
    promptTokenCount: 11,
    candidatesTokenCount: 7,
  };
  provider.onMessage('hello', { content: 'Hi there, how are you?', usage });
  provider.onMessage('my name', { content: 'Your name is Ada.' });
  for (const [word, status] of [
    ['busy', 429],
    ['oops', 500],
    ['overloaded', 529],
    ['gone', 404],
    ['forbidden', 403],
  ])
    provider.onMessage(word, { error: { message: `the provider says ${word}`, type: 'some_error' }, status });
  // The only path of Google's that this provider does not know.
  provider.mount('/v1beta/models/gemini-embedding-001:batchEmbedContents', {
    async handleRequest(request, response) {
      seen.embeddingHeaders = request.headers;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"embeddings":[{"values":[0.25,-0.5,1]}]}');
      return true;
    },
  });
  provider.onEmbedding(/./, { embedding: [0.25, -0.5, 1] });
  provider.onImage('cat', { image: { b64Json: 'aGk=' } });
  provider.onTranscription({
    transcription: { text: 'spoken words', language: 'english', duration: 1.5, words: [{ word: 'spoken', start: 0, end: 1 }] },
  });
  provider.onTranslation({ transcription: { text: 'translated words' } });
  provider.onModerate('cruel', { flagged: true, categories: { violence: true }, category_scores: { violence: 0.9 } });
  await provider.start();
  const row = (name, model, base) => `  - model_name: ${name}
    litellm_params: {model: ${model}, api_base: "${base}", api_key: upstream-secret, num_retries: 0}
`;
  const proxy = await startProxy(
    `
model_list:
${row('gpt', 'openai/gpt-4o', `${provider.url}/v1`)}${row('o3', 'openai/o3', `${provider.url}/v1`)}
${row('embedder', 'openai/text-embedding-3-small', `${provider.url}/v1`)}
${row('claude', 'anthropic/claude-sonnet-4-5', provider.url)}${row('gemini', 'gemini/gemini-2.5-flash', provider.url)}
${row('painter', 'openai/gpt-image-1', `${provider.url}/v1`)}${row('listener', 'openai/whisper-1', `${provider.url}/v1`)}
${row('judge', 'openai/omni-moderation-latest', `${provider.url}/v1`)}
router_settings: {disable_cooldowns: true}
general_settings:
  pass_through_endpoints:
    - {path: /ollama, target: "${provider.url}", include_subpath: true}
`,
    {
      environment: {
        OPENAI_API_KEY: 'upstream-secret',
        OPENAI_API_BASE: `${provider.url}/v1`,
        GEMINI_API_KEY: 'upstream-secret',
        GEMINI_API_BASE: provider.url,
      },
    },
  );
  const key = await proxy.newKey({ models: ['gpt', 'o3', 'embedder', 'claude', 'gemini', 'painter', 'listener', 'judge'] });
  return {
    provider,
    proxy,
    key,
    seen,
    /** The last request that reached the provider, which must not know who called. */
    lastSeen() {
      const last = provider.getLastRequest();
      assert.ok(!JSON.stringify(last.headers).includes(key), 'the virtual key left the proxy');
      return last;
    },
    async stop() {
      await provider.stop();
      const { code } = await proxy.stop();
      assert.equal(code, 0, proxy.log());
      assert.ok(!proxy.log().includes('upstream-secret'), 'a provider key is in the log');
      proxy.remove();
    },
  };
}

export const say = (content) => [{ role: 'user', content }];
export const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
export const report = {
  type: 'object',
  properties: { city: { type: 'string' }, degrees: { type: 'integer' } },
  required: ['city', 'degrees'],
  additionalProperties: false,
};
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export async function all(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}
