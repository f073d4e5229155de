// What Anthropic's own SDK makes of the proxy: it parses strictly, keeps conversations, and knows its errors by class.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { city, png, report, say, startStage, sunny, thoughts } from './sdk_stage.mjs';

let stage;
let proxy;
let key;
let lastSeen;

before(async () => {
  stage = await startStage();
  ({ proxy, key, lastSeen } = stage);
});
after(() => stage.stop());

describe('@anthropic-ai/sdk', () => {
  const claude = (apiKey = key) => new Anthropic({ apiKey, baseURL: proxy.url, maxRetries: 0 });
  const tools = [
    { name: 'get_weather', description: 'Weather of a city', input_schema: city },
    { name: 'get_time', input_schema: { type: 'object', properties: { zone: { type: 'string' } } } },
  ];

  for (const model of ['gpt', 'claude']) {
    test(`thinks with ${model}, whole and streamed`, async () => {
      const wanted = {
        model: model === 'gpt' ? 'o3' : model,
        max_tokens: 4096,
        thinking: { type: 'enabled', budget_tokens: 2048 },
        messages: say('think'),
      };
      const stream = claude().messages.stream(wanted);
      let thought = '';
      stream.on('thinking', (piece) => (thought += piece));
      const streamed = await stream.finalMessage();
      assert.equal(thought, thoughts);
      if (model === 'gpt') assert.equal(lastSeen().body.reasoning_effort, 'low');
      for (const message of [await claude().messages.create(wanted), streamed]) {
        assert.deepEqual(
          message.content.map((block) => block.type),
          ['thinking', 'text'],
        );
        assert.equal(message.content[0].thinking, thoughts);
        assert.equal(message.content[1].text, sunny);
        if (model === 'claude') assert.equal(message.content[0].signature, 'c2lnbmVk');
      }
      // The SDK's users send what they got back as it is.
      const again = await claude().messages.create({
        ...wanted,
        messages: [...wanted.messages, { role: 'assistant', content: streamed.content }, ...say('hello')],
      });
      assert.equal(again.content.at(-1).text, 'Hi there, how are you?');
    });
    test(`streams two calls of ${model} apart`, async () => {
      const stream = claude().messages.stream({ model, max_tokens: 100, tools, messages: say('two things') });
      const started = [];
      stream.on('contentBlock', (block) => started.push(block.name));
      const message = await stream.finalMessage();
      assert.deepEqual(started, ['get_weather', 'get_time']);
      assert.deepEqual(
        message.content.map((block) => block.input),
        [{ city: 'Paris' }, { zone: 'CET' }],
      );
      assert.equal(new Set(message.content.map((block) => block.id)).size, 2);
      assert.equal(message.stop_reason, 'tool_use');
    });
    test(`a conversation with tools of ${model} comes to its end`, async () => {
      const asked = say('weather');
      const called = await claude().messages.create({ model, max_tokens: 100, tools, messages: asked });
      const used = called.content.find((block) => block.type === 'tool_use');
      const result = { type: 'tool_result', tool_use_id: used.id, content: [{ type: 'text', text: 'clear' }] };
      const message = await claude().messages.create({
        model,
        max_tokens: 100,
        tools,
        messages: [...asked, { role: 'assistant', content: called.content }, { role: 'user', content: [result] }],
      });
      assert.equal(message.content[0].text, sunny);
      assert.equal(message.stop_reason, 'end_turn');
    });
    test(`errors of ${model} are the SDK's`, async () => {
      const expected = {
        busy: Anthropic.RateLimitError,
        oops: Anthropic.InternalServerError,
        overloaded: Anthropic.InternalServerError,
        gone: Anthropic.NotFoundError,
        forbidden: Anthropic.PermissionDeniedError,
      };
      for (const [word, kind] of Object.entries(expected)) {
        const is = (error) => error instanceof kind && error.error.type === 'error' && error.message.includes(`the provider says ${word}`);
        await assert.rejects(claude().messages.create({ model, max_tokens: 1, messages: say(word) }), is, word);
        await assert.rejects(
          claude()
            .messages.stream({ model, max_tokens: 1, messages: say(word) })
            .finalMessage(),
          is,
          `${word}, streamed`,
        );
      }
      const narrow = await proxy.newKey({ models: ['painter'] });
      await assert.rejects(
        claude(narrow).messages.create({ model, max_tokens: 1, messages: say('hello') }),
        Anthropic.PermissionDeniedError,
      );
    });
    test(`shapes the answer of ${model} by a schema`, async () => {
      const output_config = { format: { type: 'json_schema', schema: report } };
      const message = await claude().messages.parse({ model, max_tokens: 100, messages: say('as JSON'), output_config });
      assert.deepEqual(JSON.parse(message.content[0].text), { city: 'Paris', degrees: 21 });
      if (model === 'gpt') assert.deepEqual(lastSeen().body.response_format.json_schema.schema, report);
    });
  }
  test('counts what stands beside the messages, too', async () => {
    const count = async (more) => (await claude().messages.countTokens({ model: 'gpt', messages: say('hello'), ...more })).input_tokens;
    const plain = await count({});
    assert.ok(plain > 0);
    assert.ok((await count({ system: 'Be kind and brief' })) > plain);
    assert.ok((await count({ tools })) > plain);
  });
  test('pictures and documents reach OpenAI as it takes them', async () => {
    await claude().messages.create({
      model: 'gpt',
      max_tokens: 10,
      messages: say([
        { type: 'text', text: 'hello' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' } },
      ]),
    });
    assert.deepEqual(lastSeen().body.messages[0].content, [
      { type: 'text', text: 'hello' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } },
    ]);
  });
});
