// What clients ask both gateways in portkey.test.mjs.

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const say = (content) => [{ role: 'user', content }];
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
export const time = {
  type: 'function',
  function: { name: 'get_time', description: 'Time of day', parameters: { type: 'object', properties: {} } },
};
const call = (id, city) => ({ id, type: 'function', function: { name: 'get_weather', arguments: `{"city":"${city}"}` } });
export const report = {
  type: 'object',
  properties: { city: { type: 'string' }, degrees: { type: 'integer' } },
  required: ['city', 'degrees'],
  additionalProperties: false,
};
const limit = { max_tokens: 64 };

/** Chats as clients of OpenAI's API send them. */
export const chats = {
  text: { ...limit, messages: say('hi') },
  conversation: {
    ...limit,
    messages: [{ role: 'system', content: 'Be kind' }, ...say('a'), { role: 'assistant', content: 'b' }, ...say('c')],
  },
  parts: {
    ...limit,
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Be kind' }] },
      ...say([
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ]),
    ],
  },
  sampling: { ...limit, messages: say('hi'), temperature: 0.5, top_p: 0.9, stop: ['END'] },
  'stop as a text': { ...limit, messages: say('hi'), stop: 'END' },
  tools: { ...limit, messages: say('hi'), tools: [weather, time] },
  'tools, automatic': { ...limit, messages: say('hi'), tools: [weather], tool_choice: 'auto' },
  'a tool is required': { ...limit, messages: say('hi'), tools: [weather, time], tool_choice: 'required' },
  'one tool is required': {
    ...limit,
    messages: say('hi'),
    tools: [weather, time],
    tool_choice: { type: 'function', function: { name: 'get_weather' } },
  },
  'no tool': { ...limit, messages: say('hi'), tools: [weather], tool_choice: 'none' },
  'result of a tool': {
    ...limit,
    messages: [
      ...say('hi'),
      { role: 'assistant', content: 'I look.', tool_calls: [call('call_1', 'Paris')] },
      { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
    ],
    tools: [weather],
  },
  'results of two tools': {
    ...limit,
    tools: [weather],
    messages: [
      ...say('hi'),
      { role: 'assistant', content: null, tool_calls: [call('call_1', 'Paris'), call('call_2', 'Rome')] },
      { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      { role: 'tool', tool_call_id: 'call_2', content: 'rain' },
    ],
  },
  'a picture': {
    ...limit,
    messages: say([
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
    ]),
  },
  'a JSON object': { ...limit, messages: say('as JSON'), response_format: { type: 'json_object' } },
  'a JSON schema': {
    ...limit,
    messages: say('hi'),
    response_format: { type: 'json_schema', json_schema: { name: 'report', strict: true, schema: report } },
  },
  stream: { ...limit, messages: say('hi'), stream: true },
  'stream with usage': { ...limit, messages: say('hi'), stream: true, stream_options: { include_usage: true } },
};

export const embeddings = { 'one text': { input: 'hi' }, 'many texts': { input: ['a', 'b'] } };
export const embedders = {
  openai: { model: 'text-embedding-3-small', row: 'openai/text-embedding-3-small' },
  cohere: { model: 'embed-v4.0', row: 'cohere/embed-v4.0' },
  gemini: { model: 'gemini-embedding-001', row: 'gemini/gemini-embedding-001' },
};
