// What providers of OpenAI's kind get from the proxy when a client speaks another API than theirs, by OpenAI's own description of its API:
// the types of its SDK, and its OpenAPI document where LITELLM_OPENAI_OPENAPI names one.
import assert from 'node:assert/strict';
import { testRequests } from './upstream_cases.mjs';
import { city, png, say, schemas } from './upstream_stage.mjs';

const claudeTool = { name: 'get_weather', description: 'Weather of a city', input_schema: city, cache_control: { type: 'ephemeral' } };
const googleTool = {
  functionDeclarations: [
    {
      name: 'get_weather',
      description: 'Weather',
      parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
    },
  ],
};
const turn = (...parts) => ({ role: 'user', parts });

testRequests({
  '/v1/messages': {
    path: '/v1/chat/completions',
    schema: 'ChatRequest',
    model: 'gpt',
    body: { max_tokens: 10 },
    cases: {
      text: { messages: say('hi'), system: 'Be kind', metadata: { user_id: 'me' }, temperature: 0.5, top_p: 0.9, top_k: 5 },
      'blocks with marks for a cache': {
        system: [
          { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
          { type: 'text', text: 'b' },
        ],
        messages: say([{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } }]),
        stop_sequences: ['END'],
        service_tier: 'auto',
      },
      pictures: {
        messages: say([
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        ]),
      },
      'a document': {
        messages: say([
          { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } },
        ]),
      },
      tools: {
        messages: say('hi'),
        tools: [claudeTool, { name: 'now', input_schema: { type: 'object' } }],
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
        sent: (body) => assert.equal(body.parallel_tool_calls, false),
      },
      'any tool': { messages: say('hi'), tools: [claudeTool], tool_choice: { type: 'any' } },
      'one tool': { messages: say('hi'), tools: [{ type: 'custom', ...claudeTool }], tool_choice: { type: 'tool', name: 'get_weather' } },
      'no tool': { messages: say('hi'), tools: [claudeTool], tool_choice: { type: 'none' } },
      'parallel calls and their results': {
        messages: [
          ...say('hi'),
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'I look.' },
              { type: 'tool_use', id: 'a', name: 'get_weather', input: {} },
              { type: 'tool_use', id: 'b', name: 'get_weather', input: { city: 'Rome' } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'a', content: 'x', cache_control: { type: 'ephemeral' } },
              { type: 'tool_result', tool_use_id: 'b', is_error: true },
              { type: 'text', text: 'and?' },
            ],
          },
        ],
        tools: [claudeTool],
        sent: (body) =>
          assert.deepEqual(
            body.messages.map((message) => message.role),
            ['user', 'assistant', 'tool', 'tool', 'user'],
          ),
      },
      'a picture as a result': {
        messages: [
          ...say('hi'),
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'get_weather', input: {} }] },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'a',
                content: [
                  { type: 'text', text: 'see' },
                  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
                ],
              },
            ],
          },
        ],
        tools: [claudeTool],
      },
      'thoughts, new and old': {
        model: 'o3',
        max_tokens: 9000,
        thinking: { type: 'enabled', budget_tokens: 8000 },
        messages: [
          ...say('hi'),
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'hm', signature: 's' },
              { type: 'redacted_thinking', data: 'x' },
              { type: 'text', text: 'a' },
            ],
          },
          ...say('b'),
        ],
        sent: (body) => assert.equal(body.reasoning_effort, 'medium'),
      },
      'only thoughts': {
        model: 'o3',
        messages: [...say('hi'), { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 's' }] }, ...say('b')],
      },
      'a schema': {
        messages: say('hi'),
        output_config: { format: { type: 'json_schema', schema: city } },
        sent: (body) => assert.deepEqual(body.response_format.json_schema.schema, city),
      },
      'a search': {
        messages: say('hi'),
        tools: [{ type: 'web_search_20250305', name: 'web_search' }],
        sent: (body) => assert.equal(typeof body.web_search_options, 'object'),
      },
      'a stream': { messages: say('hi'), stream: true },
    },
  },
  '/v1/responses, as a chat': {
    target: '/v1/responses',
    path: '/v1/chat/completions',
    schema: 'ChatRequest',
    model: 'like',
    cases: {
      text: {
        input: 'hi',
        instructions: 'Be kind',
        metadata: { a: 'b' },
        store: false,
        user: 'me',
        max_output_tokens: 16,
        temperature: 0.5,
        top_p: 0.9,
        truncation: 'auto',
      },
      'all roles': {
        input: [
          { role: 'developer', content: 'a' },
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'b' }] },
          {
            type: 'message',
            id: 'm',
            status: 'completed',
            role: 'assistant',
            content: [{ type: 'output_text', text: 'c', annotations: [] }],
          },
        ],
      },
      pictures: {
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'auto' },
              { type: 'input_image', image_url: `data:image/png;base64,${png}` },
            ],
          },
        ],
      },
      'a file': {
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'a' },
              { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' },
            ],
          },
        ],
      },
      'calls and their results': {
        input: [
          ...say('hi'),
          { type: 'reasoning', id: 'r', summary: [] },
          { type: 'function_call', id: 'f', call_id: 'a', name: 'get_weather', arguments: '{}', status: 'completed' },
          { type: 'function_call', call_id: 'b', name: 'get_weather', arguments: '{}' },
          { type: 'function_call_output', call_id: 'a', output: 'x' },
          { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'y' }] },
        ],
        tools: [{ type: 'function', name: 'get_weather', description: null, parameters: city, strict: true }],
        sent: (body) =>
          assert.deepEqual(
            body.messages.map((message) => [message.role, message.tool_calls?.length]),
            [
              ['user', undefined],
              ['assistant', 2],
              ['tool', undefined],
              ['tool', undefined],
            ],
          ),
      },
      'a tool without parameters': {
        input: 'hi',
        tools: [{ type: 'function', name: 'now', parameters: null, strict: null }],
        tool_choice: 'auto',
      },
      'one tool': {
        input: 'hi',
        tools: [{ type: 'function', name: 'get_weather', parameters: city, strict: false }],
        tool_choice: { type: 'function', name: 'get_weather' },
        parallel_tool_calls: true,
      },
      'one of some tools': {
        input: 'hi',
        tools: [{ type: 'function', name: 'get_weather', parameters: city, strict: false }],
        tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'get_weather' }] },
      },
      'a schema': { input: 'hi', text: { format: { type: 'json_schema', name: 'a', schema: city, strict: true, description: 'b' } } },
      'a JSON object': { input: 'hi', text: { format: { type: 'json_object' } } },
      'an effort': {
        input: 'hi',
        reasoning: { effort: 'low', summary: 'auto' },
        sent: (body) => assert.equal(body.reasoning_effort, 'low'),
      },
      // OpenAI refuses top_logprobs without logprobs.
      logprobs: {
        input: 'hi',
        top_logprobs: 3,
        include: ['message.output_text.logprobs'],
        sent: (body) => assert.deepEqual([body.top_logprobs, body.logprobs], [3, true]),
      },
      'a stream': { input: 'hi', stream: true },
    },
  },
  generateContent: {
    target: (model, body) => `/v1beta/models/${model}:${body.stream ? 'streamGenerateContent' : 'generateContent'}`,
    path: '/v1/chat/completions',
    schema: 'ChatRequest',
    model: 'gpt',
    cases: {
      text: { contents: [turn({ text: 'hi' })], systemInstruction: { parts: [{ text: 'Be kind' }] } },
      'a conversation': {
        contents: [
          turn({ text: 'a' }),
          { role: 'model', parts: [{ text: 'hm', thought: true }, { text: 'b' }] },
          turn({ text: 'c' }, { text: 'd' }),
        ],
      },
      'a picture': { contents: [turn({ text: 'hi' }, { inlineData: { mimeType: 'image/png', data: png } })] },
      'a document': {
        contents: [turn({ text: 'hi' }, { inlineData: { mimeType: 'application/pdf', data: 'JVBERg==' } })],
        sent: (body) => assert.equal(body.messages[0].content[1].type, 'file', 'OpenAI takes no documents as pictures'),
      },
      'a recording': {
        contents: [turn({ text: 'hi' }, { inlineData: { mimeType: 'audio/wav', data: 'aGk=' } })],
        sent: (body) => assert.equal(body.messages[0].content[1].type, 'input_audio', 'OpenAI takes no recordings as pictures'),
      },
      functions: { contents: [turn({ text: 'hi' })], tools: [googleTool], toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
      'a function without parameters': {
        contents: [turn({ text: 'hi' })],
        tools: [{ functionDeclarations: [{ name: 'now' }] }],
        toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
      },
      'calls and their results': {
        contents: [
          turn({ text: 'hi' }),
          {
            role: 'model',
            parts: [
              { functionCall: { name: 'get_weather', args: { city: 'Paris' } } },
              { functionCall: { name: 'get_weather', args: {} } },
            ],
          },
          turn(
            { functionResponse: { name: 'get_weather', response: { sky: 'clear' } } },
            { functionResponse: { name: 'get_weather', response: {} } },
          ),
        ],
        tools: [googleTool],
      },
      "a schema in Google's words": {
        contents: [turn({ text: 'hi' })],
        // 64-bit numbers are texts in Google's JSON.
        generationConfig: {
          responseMimeType: 'application/json',
          responseSchema: {
            type: 'OBJECT',
            nullable: true,
            properties: { names: { type: 'ARRAY', minItems: '1', maxItems: '3', items: { type: 'STRING', maxLength: '9' } } },
            propertyOrdering: ['names'],
          },
        },
        sent: (body) => schemas.checkSchema(body.response_format.json_schema.schema),
      },
      'a JSON object': { contents: [turn({ text: 'hi' })], generationConfig: { responseMimeType: 'application/json' } },
      sampling: {
        contents: [turn({ text: 'hi' })],
        generationConfig: {
          temperature: 0.5,
          topP: 0.9,
          topK: 5,
          maxOutputTokens: 9,
          candidateCount: 2,
          stopSequences: ['a'],
          seed: 1,
          presencePenalty: 0.5,
          frequencyPenalty: 0.5,
        },
        sent: (body) =>
          assert.deepEqual([body.temperature, body.top_p, body.max_tokens, body.n, body.stop, body.seed], [0.5, 0.9, 9, 2, ['a'], 1]),
      },
      'a budget for thoughts': {
        model: 'o3',
        contents: [turn({ text: 'hi' })],
        generationConfig: { thinkingConfig: { thinkingBudget: 8000, includeThoughts: true } },
        sent: (body) => assert.equal(body.reasoning_effort, 'medium'),
      },
      'a stream': { contents: [turn({ text: 'hi' })], stream: true },
    },
  },
});
