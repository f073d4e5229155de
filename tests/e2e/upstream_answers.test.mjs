// What clients of OpenAI's API get of all the other vendors, by OpenAI's own description of that API: the types of its SDK, and its OpenAPI
// document where LITELLM_OPENAI_OPENAPI names one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { city, openaiTool, say, schemas, startStage, vector } from './upstream_stage.mjs';

let stage;
let proxy;

before(async () => {
  stage = await startStage();
  ({ proxy } = stage);
});
after(() => stage.stop());

const events = (text) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)));

for (const model of ['claude', 'gemini', 'ollama', 'cohere']) {
  describe(`answers of ${model}, by OpenAI's schemas`, () => {
    const tools = [openaiTool];
    for (const [prompt, more] of Object.entries({
      hello: {},
      'one tool': { tools },
      'two tools': { tools },
      'text and tool': { tools },
      think: {},
      cut: { max_tokens: 2 },
    })) {
      test(prompt, async () => {
        const messages = say(prompt);
        const whole = await proxy.call('/v1/chat/completions', { body: { model, messages, ...more } });
        assert.equal(whole.status, 200, whole.text);
        schemas.check('ChatAnswer', whole.json);
        const streamed = await proxy.call('/v1/chat/completions', {
          body: { model, messages, ...more, stream: true, stream_options: { include_usage: true } },
        });
        const chunks = events(streamed.text);
        assert.ok(chunks.length > 2, streamed.text);
        for (const chunk of chunks) schemas.check('ChatChunk', chunk);
        // What OpenAI's own streams promise beside their shape.
        assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
        assert.equal(chunks[0].choices[0].delta.role, 'assistant');
        assert.deepEqual(chunks.at(-1).choices, []);
        assert.ok(chunks.at(-1).usage);
        assert.equal(chunks.filter((chunk) => chunk.choices[0]?.finish_reason).length, 1);
        assert.match(streamed.text, /data: \[DONE\]\n\n$/);
        assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), whole.json.choices[0].message.content ?? '');
        assert.equal(chunks.find((chunk) => chunk.choices[0]?.finish_reason).choices[0].finish_reason, whole.json.choices[0].finish_reason);
        const pieces = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
        for (const [index, call] of (whole.json.choices[0].message.tool_calls ?? []).entries()) {
          const own = pieces.filter((piece) => piece.index === index);
          assert.equal(own[0].type, 'function');
          assert.ok(own[0].id);
          assert.equal(own.map((piece) => piece.function.name ?? '').join(''), call.function.name);
          assert.deepEqual(JSON.parse(own.map((piece) => piece.function.arguments ?? '').join('')), JSON.parse(call.function.arguments));
        }
      });
    }
    test('as a response', async () => {
      for (const [input, more] of [
        ['hello', {}],
        ['one tool', { tools: [{ type: 'function', name: 'get_weather', parameters: city, strict: true }] }],
        ['think', {}],
      ]) {
        const whole = await proxy.call('/v1/responses', { body: { model, input, ...more } });
        assert.equal(whole.status, 200, whole.text);
        schemas.check('ResponsesAnswer', whole.json);
        const streamed = events((await proxy.call('/v1/responses', { body: { model, input, ...more, stream: true } })).text);
        assert.equal(streamed.at(-1).type, 'response.completed');
        // Before the end OpenAI's own events, too, say null here.
        for (const event of streamed) if (event.response?.usage === null) delete event.response.usage;
        for (const event of streamed) schemas.check('ResponsesEvent', event);
        assert.deepEqual(
          streamed.map((event) => event.sequence_number),
          streamed.map((_, index) => index),
        );
      }
    });
    test('as a text', async () => {
      const whole = await proxy.call('/v1/completions', { body: { model, prompt: 'hello' } });
      assert.equal(whole.status, 200, whole.text);
      schemas.check('CompletionAnswer', whole.json);
      assert.equal(whole.json.choices[0].text, 'Hi there, how are you?');
      const pieces = events((await proxy.call('/v1/completions', { body: { model, prompt: 'hello', stream: true } })).text);
      for (const piece of pieces)
        schemas.check('CompletionAnswer', {
          ...piece,
          choices: piece.choices.map((choice) => ({ ...choice, finish_reason: choice.finish_reason ?? 'stop' })),
        });
      assert.equal(pieces.map((piece) => piece.choices[0]?.text ?? '').join(''), 'Hi there, how are you?');
    });
    test('as an error', async () => {
      const answered = await proxy.call('/v1/chat/completions', { body: { model, messages: say('broken') } });
      assert.equal(answered.status, 404);
      schemas.check('ErrorAnswer', answered.json);
    });
  });
}

describe("other answers, by OpenAI's schemas", () => {
  for (const model of ['embedder', 'gemini-embedder', 'cohere-embedder', 'ollama-embedder']) {
    test(`embeddings of ${model}`, async () => {
      const answered = await proxy.call('/v1/embeddings', { body: { model, input: model === 'embedder' ? 'a' : ['a', 'b'] } });
      assert.equal(answered.status, 200, answered.text);
      schemas.check('EmbeddingAnswer', answered.json);
      assert.deepEqual(answered.json.data.at(-1).embedding, vector);
      assert.equal(answered.json.data.at(-1).index, answered.json.data.length - 1);
    });
  }
  test('models', async () => {
    const list = await proxy.call('/v1/models');
    schemas.check('ModelsAnswer', list.json);
    assert.ok(list.json.data.length > 10);
    schemas.check('ModelAnswer', (await proxy.call('/v1/models/gpt')).json);
  });
  test('errors of our own', async () => {
    for (const [path, options, status] of [
      ['/v1/chat/completions', { key: 'sk-nobody', body: { model: 'gpt', messages: say('hi') } }, 401],
      ['/v1/chat/completions', { body: { model: 'none', messages: say('hi') } }, 400],
      ['/v1/responses', { body: { model: 'claude', input: 'x', background: true } }, 400],
      ['/v1/embeddings', { body: { model: 'claude', input: 'x' } }, 400],
    ]) {
      const answered = await proxy.call(path, options);
      assert.equal(answered.status, status, answered.text);
      schemas.check('ErrorAnswer', answered.json);
    }
  });
});
