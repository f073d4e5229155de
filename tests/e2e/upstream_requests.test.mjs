// What providers of OpenAI's kind get from the proxy when a client speaks OpenAI's API, by OpenAI's own description of it: the types of its
// SDK, and its OpenAPI document where LITELLM_OPENAI_OPENAPI names one.
import assert from 'node:assert/strict';
import { testRequests } from './upstream_cases.mjs';
import { city, openaiTool, png, say } from './upstream_stage.mjs';

const openaiCall = (id) => ({ id, type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } });

testRequests({
  '/v1/chat/completions': {
    path: '/v1/chat/completions',
    schema: 'ChatRequest',
    model: 'gpt',
    cases: {
      text: { messages: say('hi') },
      'all roles': {
        messages: [
          { role: 'developer', content: 'a' },
          { role: 'system', content: 'b', name: 'c' },
          ...say('hi'),
          { role: 'assistant', content: 'd', refusal: null },
          ...say('e'),
        ],
      },
      tools: { messages: say('hi'), tools: [openaiTool], tool_choice: 'required', parallel_tool_calls: false },
      'one tool': { messages: say('hi'), tools: [openaiTool], tool_choice: { type: 'function', function: { name: 'get_weather' } } },
      'parallel calls and their results': {
        messages: [
          ...say('hi'),
          { role: 'assistant', content: null, tool_calls: [openaiCall('a'), openaiCall('b')] },
          { role: 'tool', tool_call_id: 'a', content: 'x' },
          { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'y' }] },
        ],
        tools: [openaiTool],
      },
      'a picture, a recording, a file': {
        messages: say([
          { type: 'text', text: 'hi' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'low' } },
          { type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } },
          { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERg==', filename: 'a.pdf' } },
        ]),
      },
      'a schema': { messages: say('hi'), response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: city } } },
      'a JSON object': { messages: say('hi'), response_format: { type: 'json_object' } },
      'a stream': { messages: say('hi'), stream: true, sent: (body) => assert.equal(body.stream_options.include_usage, true) },
      'a stream with its usage': { messages: say('hi'), stream: true, stream_options: { include_usage: true } },
      'n, stop, logprobs': {
        messages: say('hi'),
        n: 2,
        stop: ['a', 'b'],
        logprobs: true,
        top_logprobs: 3,
        logit_bias: { 50256: -100 },
        seed: 1,
        user: 'me',
      },
      sampling: {
        messages: say('hi'),
        temperature: 0.1,
        top_p: 0.9,
        presence_penalty: 0.5,
        frequency_penalty: -0.5,
        max_completion_tokens: 5,
      },
      'an effort': {
        model: 'o3',
        messages: say('hi'),
        reasoning_effort: 'high',
        max_tokens: 5,
        sent: (body) => assert.deepEqual([body.max_completion_tokens, body.max_tokens], [5, undefined]),
      },
      'an effort in words of the Responses API': {
        model: 'gpt5',
        messages: say('hi'),
        reasoning_effort: { effort: 'low', summary: 'auto' },
        verbosity: 'low',
        sent: (body) => assert.equal(body.reasoning_effort, 'low'),
      },
      "what is the proxy's alone": {
        messages: say('hi'),
        num_retries: 0,
        timeout: 30,
        fallbacks: [],
        tags: ['a'],
        cache: { 'no-cache': true },
        drop_params: true,
        litellm_session_id: 's',
        litellm_trace_id: 't',
        sent: (body) => assert.deepEqual(Object.keys(body).sort(), ['messages', 'model']),
      },
    },
  },
  '/v1/completions': {
    path: '/v1/completions',
    schema: 'CompletionRequest',
    model: 'instruct',
    cases: {
      text: { prompt: 'Once', max_tokens: 5 },
      'many prompts': { prompt: ['a', 'b'], n: 2, best_of: 3, echo: true, logprobs: 2, suffix: 'end', stop: '\n' },
      tokens: { prompt: [1, 2, 3], seed: 1, user: 'me', logit_bias: { 1: 1 } },
      'a stream': { prompt: 'Once', stream: true },
      'for a chat model': {
        model: 'gpt',
        prompt: 'Once',
        max_tokens: 5,
        stop: ['a'],
        logprobs: 2,
        echo: true,
        path: '/v1/chat/completions',
        schema: 'ChatRequest',
      },
    },
  },
  '/v1/embeddings': {
    path: '/v1/embeddings',
    schema: 'EmbeddingRequest',
    model: 'embedder',
    cases: {
      text: { input: 'hi' },
      'many texts': { input: ['a', 'b'], dimensions: 3, user: 'me' },
      tokens: { input: [1, 2] },
      'lists of tokens': { input: [[1, 2], [3]] },
      base64: { input: 'hi', encoding_format: 'base64' },
    },
  },
  '/v1/moderations': {
    path: '/v1/moderations',
    schema: 'ModerationRequest',
    model: 'judge',
    cases: {
      text: { input: 'hi' },
      'texts and a picture': {
        input: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        ],
      },
    },
  },
  '/v1/images/generations': {
    path: '/v1/images/generations',
    schema: 'ImageRequest',
    model: 'painter',
    cases: {
      text: { prompt: 'a cat' },
      everything: {
        prompt: 'a cat',
        n: 2,
        size: '1024x1024',
        quality: 'low',
        background: 'transparent',
        output_format: 'webp',
        user: 'me',
      },
    },
  },
  '/v1/responses': {
    path: '/v1/responses',
    schema: 'ResponsesRequest',
    model: 'gpt',
    cases: {
      text: { input: 'hi', instructions: 'Be kind', metadata: { a: 'b' }, store: false, user: 'me', max_output_tokens: 16 },
      tools: {
        input: say('hi'),
        tools: [{ type: 'function', name: 'get_weather', parameters: city, strict: true }],
        tool_choice: 'required',
        parallel_tool_calls: false,
      },
      "what is OpenAI's alone": {
        input: 'hi',
        previous_response_id: 'resp_0',
        tools: [{ type: 'web_search' }],
        include: ['message.output_text.logprobs'],
        truncation: 'auto',
        background: true,
      },
      'a schema and an effort': {
        input: 'hi',
        text: { format: { type: 'json_schema', name: 'a', schema: city, strict: true }, verbosity: 'low' },
        reasoning: { effort: 'low', summary: 'auto' },
      },
      "what is the proxy's alone": {
        input: 'hi',
        num_retries: 0,
        tags: ['a'],
        fallbacks: [],
        cache: { 'no-cache': true },
        sent: (body) => assert.deepEqual(Object.keys(body).sort(), ['input', 'model']),
      },
    },
  },
});
