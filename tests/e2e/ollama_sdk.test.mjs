// What Ollama's own SDK makes of an Ollama behind the proxy.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Ollama } from 'ollama';
import { all, city, say, startStage } from './sdk_stage.mjs';

let stage;
let provider;
let proxy;

before(async () => {
  stage = await startStage();
  ({ provider, proxy } = stage);
});
after(() => stage.stop());

describe('ollama', () => {
  // There is no Ollama surface: its SDK reaches an Ollama behind the proxy through an endpoint of the operator's.
  let own;
  const ollama = (bearer = own) => new Ollama({ host: `${proxy.url}/ollama`, headers: { authorization: `Bearer ${bearer}` } });
  before(async () => {
    own = await proxy.newKey();
  });
  test('chats and streams', async () => {
    const whole = await ollama().chat({ model: 'llama3', messages: say('hello') });
    assert.equal(whole.message.content, 'Hi there, how are you?');
    assert.equal(whole.done, true);
    const pieces = await all(await ollama().chat({ model: 'llama3', messages: say('hello'), stream: true }));
    assert.equal(pieces.map((piece) => piece.message.content).join(''), 'Hi there, how are you?');
    assert.ok(pieces.length > 2, 'it came in pieces');
    assert.equal(pieces.at(-1).done, true);
    assert.ok(!JSON.stringify(provider.getLastRequest().headers).includes(own), 'the virtual key left the proxy');
  });
  test('calls tools', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: city } }];
    const [call] = (await ollama().chat({ model: 'llama3', messages: say('weather'), tools })).message.tool_calls;
    assert.deepEqual(call.function.arguments, { city: 'Paris' });
  });
  test('completes, embeds and lists', async () => {
    assert.equal((await ollama().generate({ model: 'llama3', prompt: 'hello' })).response, 'Hi there, how are you?');
    assert.deepEqual((await ollama().embeddings({ model: 'llama3', prompt: 'one' })).embedding, [0.25, -0.5, 1]);
    assert.ok(Array.isArray((await ollama().list()).models));
  });
  test("errors are the SDK's", async () => {
    const status = (wanted) => (error) => error.name === 'ResponseError' && error.status_code === wanted;
    await assert.rejects(ollama('sk-nobody').chat({ model: 'llama3', messages: say('hello') }), status(401));
    await assert.rejects(ollama().chat({ model: 'llama3', messages: say('gone') }), status(404));
  });
});
