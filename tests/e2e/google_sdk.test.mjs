// What Google's own SDK makes of the proxy: it parses strictly, keeps conversations, and knows its errors by class.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApiError, FunctionCallingConfigMode, GoogleGenAI, Type } from '@google/genai';
import { all, city, png, say, startStage, sunny, thoughts } from './sdk_stage.mjs';

let stage;
let proxy;
let key;
let seen;
let lastSeen;

before(async () => {
  stage = await startStage();
  ({ proxy, key, seen, lastSeen } = stage);
});
after(() => stage.stop());

describe('@google/genai', () => {
  const google = (apiKey = key, path = '', apiVersion = 'v1beta') =>
    new GoogleGenAI({ apiKey, apiVersion, httpOptions: { baseUrl: proxy.url + path, retryOptions: { attempts: 1 } } });
  const functionDeclarations = [
    {
      name: 'get_weather',
      description: 'Weather of a city',
      parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] },
    },
  ];

  for (const model of ['gemini', 'gpt', 'claude']) {
    test(`generates with ${model}, whole and streamed`, async () => {
      const wanted = {
        model,
        contents: 'hello',
        config: { systemInstruction: 'Be kind', temperature: 0.5, topP: 0.9, maxOutputTokens: 64, stopSequences: ['END'] },
      };
      const whole = await google().models.generateContent(wanted);
      assert.equal(whole.text, 'Hi there, how are you?');
      assert.equal(whole.candidates[0].finishReason, 'STOP');
      assert.equal(whole.usageMetadata.totalTokenCount, 18);
      const parts = await all(await google().models.generateContentStream(wanted));
      assert.equal(parts.map((part) => part.text ?? '').join(''), 'Hi there, how are you?');
      assert.ok(parts.length > 2, 'it came in pieces');
      assert.equal(parts.at(-1).candidates[0].finishReason, 'STOP');
      assert.equal(parts.at(-1).usageMetadata.promptTokenCount, 11);
      assert.equal(parts.at(-1).usageMetadata.candidatesTokenCount, 7);
      lastSeen();
    });
    test(`calls functions with ${model}, and takes their results`, async () => {
      const config = { tools: [{ functionDeclarations }], toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } };
      const asked = { role: 'user', parts: [{ text: 'weather' }] };
      const whole = await google().models.generateContent({ model, contents: [asked], config });
      const streamed = await all(await google().models.generateContentStream({ model, contents: [asked], config }));
      for (const calls of [whole.functionCalls, streamed.flatMap((part) => part.functionCalls ?? [])]) {
        assert.equal(calls.length, 1);
        assert.equal(calls[0].name, 'get_weather');
        assert.deepEqual(calls[0].args, { city: 'Paris' });
      }
      const result = { role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: { sky: 'clear' } } }] };
      const answered = await google().models.generateContent({
        model,
        contents: [asked, whole.candidates[0].content, result],
        config: { tools: [{ functionDeclarations }] },
      });
      assert.equal(answered.text, sunny);
    });
    test(`keeps a chat with ${model}`, async () => {
      const chat = google().chats.create({ model });
      assert.equal((await chat.sendMessage({ message: 'hello' })).text, 'Hi there, how are you?');
      assert.equal(
        (await all(await chat.sendMessageStream({ message: 'what is my name' }))).map((part) => part.text ?? '').join(''),
        'Your name is Ada.',
      );
      assert.deepEqual(
        lastSeen().body.messages.map((message) => message.role),
        ['user', 'assistant', 'user'],
      );
    });
    test(`tells thoughts of ${model} from its answer`, async () => {
      const answered = await google().models.generateContent({
        model,
        contents: 'think',
        config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } },
      });
      assert.equal(answered.text, sunny);
      const thought = answered.candidates[0].content.parts
        .filter((part) => part.thought)
        .map((part) => part.text)
        .join('');
      assert.equal(thought, thoughts);
    });
    test(`shapes the answer of ${model} by a schema`, async () => {
      const responseSchema = {
        type: Type.OBJECT,
        properties: { city: { type: Type.STRING }, degrees: { type: Type.INTEGER } },
        required: ['city', 'degrees'],
      };
      const answered = await google().models.generateContent({
        model,
        contents: 'as JSON',
        config: { responseMimeType: 'application/json', responseSchema },
      });
      assert.deepEqual(JSON.parse(answered.text), { city: 'Paris', degrees: 21 });
    });
    test(`counts tokens of ${model}`, async () => {
      // Ours when the provider cannot be asked; more text is never less.
      const few = await google().models.countTokens({ model, contents: 'hello' });
      const many = await google().models.countTokens({ model, contents: 'hello '.repeat(200) });
      assert.ok(few.totalTokens > 0);
      assert.ok(many.totalTokens > few.totalTokens);
    });
    test(`an error of ${model} is an ApiError with its status`, async () => {
      for (const [word, status] of [
        ['gone', 404],
        ['busy', 429],
        ['oops', 500],
      ]) {
        const refused = (error) =>
          error instanceof ApiError && error.status === status && error.message.includes(`the provider says ${word}`);
        await assert.rejects(google().models.generateContent({ model, contents: word }), refused);
        await assert.rejects(google().models.generateContentStream({ model, contents: word }), refused);
      }
    });
  }
  test('what Google says in its own way reaches others in theirs', async () => {
    const responseSchema = { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] };
    const inlineData = { mimeType: 'image/png', data: png };
    await google().models.generateContent({
      model: 'gpt',
      contents: [{ role: 'user', parts: [{ text: 'hello' }, { inlineData }] }],
      config: {
        responseMimeType: 'application/json',
        responseSchema,
        seed: 7,
        maxOutputTokens: 9,
        tools: [{ functionDeclarations }],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.NONE } },
      },
    });
    const { body } = lastSeen();
    assert.deepEqual(body.messages[0].content, [
      { type: 'text', text: 'hello' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
    ]);
    assert.equal(body.response_format.type, 'json_schema');
    assert.deepEqual(body.response_format.json_schema.schema, {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
    });
    assert.equal(body.tools[0].function.parameters.properties.city.type, 'string');
    assert.equal(body.tool_choice, 'none');
    assert.equal(body.seed, 7);
    assert.equal(body.max_tokens ?? body.max_completion_tokens, 9);
  });
  test('one function that must be called stays the one', async () => {
    const config = {
      tools: [{ functionDeclarations: [...functionDeclarations, { name: 'get_time' }] }],
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['get_weather'] } },
    };
    await google().models.generateContent({ model: 'gpt', contents: 'weather', config });
    const { tool_choice: choice, tools } = lastSeen().body;
    // OpenAI has two ways to say it: the choice names the function, or the others are not offered.
    assert.ok(choice?.function?.name === 'get_weather' || (choice === 'required' && tools.length === 1), JSON.stringify({ choice, tools }));
  });
  test('calls and their results keep each other', async () => {
    const called = (name, args) => ({ functionCall: { name, args } });
    const told = (name, response) => ({ functionResponse: { name, response } });
    await google().models.generateContent({
      model: 'gpt',
      contents: [
        { role: 'user', parts: [{ text: 'weather' }] },
        { role: 'model', parts: [called('get_weather', { city: 'Paris' }), called('get_weather', { city: 'Rome' })] },
        { role: 'user', parts: [told('get_weather', { sky: 'clear' }), told('get_weather', { sky: 'rain' })] },
      ],
    });
    const { messages } = lastSeen().body;
    assert.deepEqual(
      messages.map((message) => message.role),
      ['user', 'assistant', 'tool', 'tool'],
    );
    const ids = messages[1].tool_calls.map((call) => call.id);
    assert.equal(new Set(ids).size, 2);
    assert.deepEqual(
      messages.slice(2).map((message) => [message.tool_call_id, message.content]),
      [
        [ids[0], '{"sky":"clear"}'],
        [ids[1], '{"sky":"rain"}'],
      ],
    );
  });
  test('without a right key or model there is no answer', async () => {
    const status = (wanted) => (error) => error instanceof ApiError && error.status === wanted;
    await assert.rejects(google('sk-nobody').models.generateContent({ model: 'gpt', contents: 'hello' }), status(401));
    await assert.rejects(
      google().models.generateContent({ model: 'not-mine', contents: 'hello' }),
      (error) => error instanceof ApiError && error.status >= 400 && error.status < 500,
    );
  });
  test("the key may stand in the address, as in Google's own examples", async () => {
    const body = { contents: [{ parts: [{ text: 'hello' }] }] };
    const answered = await proxy.call(`/v1beta/models/gpt:generateContent?key=${key}`, { key: null, body });
    assert.equal(answered.status, 200, answered.text);
    assert.equal((await proxy.call('/v1beta/models/gpt:generateContent?key=sk-nobody', { key: null, body })).status, 401);
    // Addresses are written into logs: other routes do not take it.
    assert.equal(
      (await proxy.call(`/v1/chat/completions?key=${key}`, { key: null, body: { model: 'gpt', messages: say('hello') } })).status,
      401,
    );
  });
  test('the address that the SDK takes when nobody says', async () => {
    const plain = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: proxy.url, retryOptions: { attempts: 1 } } });
    assert.equal((await plain.models.generateContent({ model: 'gpt', contents: 'hello' })).text, 'Hi there, how are you?');
    assert.ok((await all(await plain.models.generateContentStream({ model: 'gpt', contents: 'hello' }))).length > 2);
  });
  test('embeds through the pass-through', async () => {
    const narrow = await proxy.newKey();
    const embedded = await google(narrow, '/gemini').models.embedContent({ model: 'gemini-embedding-001', contents: 'one' });
    assert.deepEqual(embedded.embeddings[0].values, [0.25, -0.5, 1]);
    assert.equal(seen.embeddingHeaders['x-goog-api-key'], 'upstream-secret');
    assert.ok(!JSON.stringify(seen.embeddingHeaders).includes(narrow), 'the virtual key left the proxy');
  });
});
