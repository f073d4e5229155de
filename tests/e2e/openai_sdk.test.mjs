// What OpenAI's own SDK makes of the proxy: it parses strictly, keeps conversations, and knows its errors by class.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import { all, city, png, report, say, startStage, sunny, thoughts } from './sdk_stage.mjs';
import { eventually } from './support.mjs';

let stage;
let proxy;
let key;
let lastSeen;

before(async () => {
  stage = await startStage();
  ({ proxy, key, lastSeen } = stage);
});
after(() => stage.stop());

describe('openai', () => {
  const openai = (path = '/v1', apiKey = key) => new OpenAI({ apiKey, baseURL: proxy.url + path, maxRetries: 0 });
  const tools = [
    { type: 'function', function: { name: 'get_weather', parameters: city } },
    { type: 'function', function: { name: 'get_time', parameters: { type: 'object', properties: {} } } },
  ];

  for (const model of ['gpt', 'claude', 'gemini']) {
    // The helpers of the SDK put streams together again and throw when an event is missing or out of order.
    test(`puts a streamed chat of ${model} together`, async () => {
      const stream = openai().chat.completions.stream({ model, messages: say('hello'), stream_options: { include_usage: true } });
      const completion = await stream.finalChatCompletion();
      assert.equal(completion.choices[0].message.content, 'Hi there, how are you?');
      assert.equal(completion.choices[0].finish_reason, 'stop');
      assert.equal(completion.usage.total_tokens, completion.usage.prompt_tokens + completion.usage.completion_tokens);
    });
    test(`puts two streamed calls of ${model} together`, async () => {
      const completion = await openai()
        .chat.completions.stream({ model, messages: say('two things'), tools })
        .finalChatCompletion();
      const calls = completion.choices[0].message.tool_calls;
      assert.deepEqual(
        calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]),
        [
          ['get_weather', { city: 'Paris' }],
          ['get_time', { zone: 'CET' }],
        ],
      );
      assert.equal(new Set(calls.map((call) => call.id)).size, 2);
      assert.equal(completion.choices[0].finish_reason, 'tool_calls');
    });
    test(`runs tools for ${model} until it is content`, async () => {
      const asked = [];
      const get_weather = {
        type: 'function',
        function: { name: 'get_weather', parameters: city, parse: JSON.parse, function: (given) => (asked.push(given), 'clear') },
      };
      const runner = openai().chat.completions.runTools({ model, messages: say('weather'), tools: [get_weather] });
      assert.equal(await runner.finalContent(), sunny);
      assert.deepEqual(asked, [{ city: 'Paris' }]);
    });
    test(`parses what ${model} answers by a schema`, async () => {
      const response_format = { type: 'json_schema', json_schema: { name: 'report', strict: true, schema: report } };
      const completion = await openai().chat.completions.parse({ model, messages: say('as JSON'), response_format });
      assert.deepEqual(JSON.parse(completion.choices[0].message.content), { city: 'Paris', degrees: 21 });
      assert.equal(completion.choices[0].message.refusal ?? null, null);
    });
    test(`puts a streamed response of ${model} together`, async () => {
      const stream = openai().responses.stream({ model, input: 'hello' });
      let text = '';
      stream.on('response.output_text.delta', (event) => (text += event.delta));
      const response = await stream.finalResponse();
      assert.equal(text, 'Hi there, how are you?');
      assert.equal(response.output_text, text);
      assert.equal(response.status, 'completed');
    });
    test(`a response of ${model} with tools comes to its end`, async () => {
      const functions = [{ type: 'function', name: 'get_weather', parameters: city, strict: true }];
      const called = await openai().responses.stream({ model, input: 'weather', tools: functions }).finalResponse();
      const call = called.output.find((item) => item.type === 'function_call');
      assert.deepEqual(JSON.parse(call.arguments), { city: 'Paris' });
      const input = [...say('weather'), ...called.output, { type: 'function_call_output', call_id: call.call_id, output: 'clear' }];
      assert.equal((await openai().responses.create({ model, input, tools: functions })).output_text, sunny);
    });
    test(`a response of ${model} by a schema is parsed`, async () => {
      const text = { format: { type: 'json_schema', name: 'report', strict: true, schema: report } };
      const response = await openai().responses.parse({ model, input: 'as JSON', text });
      assert.deepEqual(JSON.parse(response.output_text), { city: 'Paris', degrees: 21 });
    });
    test(`thoughts of ${model} are an item of their own`, async () => {
      const response = await openai()
        .responses.stream({ model, input: 'think', reasoning: { effort: 'low' } })
        .finalResponse();
      assert.equal(response.output_text, sunny);
      const reasoning = response.output.find((item) => item.type === 'reasoning');
      assert.equal(reasoning.summary.map((part) => part.text).join(''), thoughts);
    });
    test(`errors of ${model} are the SDK's`, async () => {
      const expected = {
        busy: OpenAI.RateLimitError,
        oops: OpenAI.InternalServerError,
        gone: OpenAI.NotFoundError,
        forbidden: OpenAI.PermissionDeniedError,
      };
      for (const [word, kind] of Object.entries(expected)) {
        await assert.rejects(openai().responses.create({ model, input: word }), kind, word);
        await assert.rejects(openai().chat.completions.create({ model, messages: say(word), stream: true }), kind, `${word}, streamed`);
      }
    });
  }
  test('embeds many texts, and tokens', async () => {
    const floats = await openai().embeddings.create({ model: 'embedder', input: ['one', 'two', 'three'] });
    assert.deepEqual(
      floats.data.map((item) => item.index),
      [0, 1, 2],
    );
    for (const item of floats.data) assert.deepEqual([...item.embedding], [0.25, -0.5, 1]);
    const raw = await openai().embeddings.create({ model: 'embedder', input: 'one', encoding_format: 'base64', dimensions: 3 });
    assert.deepEqual([...new Float32Array(Uint8Array.from(Buffer.from(raw.data[0].embedding, 'base64')).buffer)], [0.25, -0.5, 1]);
  });
  test('moderates', async () => {
    const { results } = await openai().moderations.create({ model: 'judge', input: 'a cruel thing' });
    assert.equal(results[0].flagged, true);
    assert.equal(results[0].categories.violence, true);
  });
  test('paints', async () => {
    const made = await openai().images.generate({ model: 'painter', prompt: 'a cat', size: '1024x1024', n: 1 });
    assert.equal(made.data[0].b64_json, 'aGk=');
    assert.equal(lastSeen().body.model, 'gpt-image-1');
  });
  test('listens, with words and segments', async () => {
    const file = new File([Buffer.alloc(100_000, 7)], 'a.wav', { type: 'audio/wav' });
    const heard = await openai().audio.transcriptions.create({
      model: 'listener',
      file,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    });
    assert.equal(heard.text, 'spoken words');
    assert.equal(heard.words[0].word, 'spoken');
    assert.equal(lastSeen().body.model, 'whisper-1');
  });
  test('lists and finds models', async () => {
    const names = (await all(await openai().models.list())).map((model) => model.id);
    assert.ok(names.includes('gpt') && names.includes('claude'));
    assert.equal((await openai().models.retrieve('gpt')).id, 'gpt');
    await assert.rejects(openai().models.retrieve('nothing'), OpenAI.NotFoundError);
  });
  test('files and batches', async () => {
    const client = openai('/openai/v1');
    const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { model: 'gpt', messages: say('hello') } };
    const lines = Buffer.from(`${JSON.stringify(line)}\n`);
    const file = await client.files.create({ purpose: 'batch', file: new File([lines], 'in.jsonl') });
    assert.equal(file.bytes, lines.length);
    assert.deepEqual(Buffer.from(await (await client.files.content(file.id)).arrayBuffer()), lines);
    assert.ok((await all(await client.files.list())).some((one) => one.id === file.id));
    const batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
    assert.equal(batch.input_file_id, file.id);
    const done = await eventually(async () => {
      const now = await client.batches.retrieve(batch.id);
      return now.status === 'completed' && now;
    });
    const output = await (await client.files.content(done.output_file_id)).text();
    assert.match(output, /"custom_id":"a"/);
    assert.equal((await client.files.delete(file.id)).deleted, true);
    await assert.rejects(client.files.retrieve(file.id), OpenAI.NotFoundError);
    lastSeen();
  });
  test('edits of pictures and translations pass through', async () => {
    const client = openai('/openai/v1');
    const image = new File([Buffer.from(png, 'base64')], 'a.png', { type: 'image/png' });
    assert.equal((await client.images.edit({ model: 'gpt-image-1', image, prompt: 'a cat' })).data[0].b64_json, 'aGk=');
    const file = new File([Buffer.alloc(1000, 7)], 'a.wav', { type: 'audio/wav' });
    assert.equal((await client.audio.translations.create({ model: 'whisper-1', file })).text, 'translated words');
  });
});
