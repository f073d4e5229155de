// Where the proxy and the other gateway of portkey.test.mjs do not send the same, and why.
import { isDeepStrictEqual } from 'node:util';
import { chats, report, time } from './portkey_requests.mjs';

const none = undefined;
/** A text stands for one block of text. */
const asBlock = (theirs, ours) => isDeepStrictEqual(ours, [{ type: 'text', text: theirs }]);
const asList = (theirs, ours) => isDeepStrictEqual(ours, [theirs]);

/** Where both are not the same, and who is right by the provider's documentation. `cases` limits a reason to some requests;
 * `holds` looks at both values. */
export const reasons = {
  openai: [
    {
      at: /^\/body\/stream_options$/,
      cases: ['stream'],
      theirs: none,
      ours: { include_usage: true },
      why: 'we ask for usage that the client did not want, to know the cost, and take it out of the answer',
    },
  ],
  azure: [
    { at: /^\/body\/stream_options$/, cases: ['stream'], theirs: none, ours: { include_usage: true }, why: 'as with OpenAI' },
    {
      at: /^\/body\/model$/,
      theirs: 'gpt-4o',
      ours: 'dep',
      why: 'Azure goes by the deployment in the path and does not look at this member',
    },
  ],
  anthropic: [
    { at: /^\/headers\/anthropic-beta$/, theirs: 'messages-2023-12-15', ours: none, why: 'the Messages API has not been a beta for years' },
    { at: /^\/body\/system$/, theirs: [], ours: none, why: 'no instructions; both are taken' },
    { at: /^\/body\/messages\/\d\/content(\/0\/content)?$/, holds: asBlock, why: 'a text is short for one block of text; both are taken' },
    {
      at: /^\/body\/stop_sequences$/,
      cases: ['stop as a text'],
      theirs: 'END',
      ours: ['END'],
      why: 'ours: it is a list, a text is refused',
    },
    { at: /^\/body\/tools\/\d\/input_schema\/\$defs$/, theirs: {}, ours: none, why: "ours: the client's schema goes as it is" },
    { at: /^\/body\/tools\/1\/input_schema\/required$/, theirs: [], ours: none, why: "ours: the client's schema goes as it is" },
    {
      at: /^\/body\/messages\/2\/content\/1$/,
      cases: ['results of two tools'],
      theirs: none,
      ours: { type: 'tool_result', tool_use_id: 'call_2', content: [{ type: 'text', text: 'rain' }] },
      why: 'ours: the results of all calls of a turn belong into the one message that follows it',
    },
    {
      at: /^\/body\/messages\/3$/,
      cases: ['results of two tools'],
      theirs: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_2', content: 'rain' }] },
      ours: none,
      why: 'the same',
    },
    {
      at: /^\/body\/tools$/,
      cases: ['a JSON object'],
      theirs: none,
      ours: [{ name: 'json_tool_call', input_schema: { type: 'object', properties: {}, additionalProperties: true } }],
      why: 'ours, as LiteLLM: there is no JSON mode, so the answer is asked for as the input of a tool; the other forgets the wish',
    },
    {
      at: /^\/body\/tool_choice$/,
      cases: ['a JSON object'],
      theirs: none,
      ours: { type: 'tool', name: 'json_tool_call' },
      why: 'the same',
    },
    {
      at: /^\/body\/output_config$/,
      cases: ['a JSON schema'],
      theirs: none,
      ours: { format: { type: 'json_schema', schema: report } },
      why: 'ours: the model takes schemas; the other forgets the wish',
    },
  ],
  gemini: [
    {
      at: /^\/query\/key$/,
      theirs: 'upstream-secret',
      ours: none,
      why: 'ours: addresses are written into logs, so the key goes in a header',
    },
    { at: /^\/headers\/x-goog-api-key$/, theirs: none, ours: 'upstream-secret', why: 'the same' },
    {
      at: /^\/query\/alt$/,
      cases: ['stream', 'stream with usage'],
      theirs: none,
      ours: 'sse',
      why: 'events instead of one long JSON list; Google offers both',
    },
    { at: /^\/body\/model$/, holds: (theirs, ours) => theirs.startsWith('gemini-') && ours === none, why: 'the model stands in the path' },
    { at: /^\/body\/systemInstruction\/role$/, theirs: 'system', ours: none, why: 'instructions have no role' },
    { at: /^\/body\/generationConfig\/stopSequences$/, cases: ['stop as a text'], holds: asList, why: 'ours: it is a list' },
    {
      at: /^\/body\/tools\/0\/functionDeclarations\/1\/parameters$/,
      theirs: { type: 'object', properties: {} },
      ours: none,
      why: 'ours: Google refuses objects without properties; a function without parameters has none',
    },
    {
      at: /^\/body\/tool_config$/,
      holds: (theirs, ours) => ours === none && theirs.function_calling_config.mode,
      why: 'Google takes both spellings; the documented one is ours',
    },
    {
      at: /^\/body\/toolConfig$/,
      cases: ['tools, automatic'],
      theirs: none,
      ours: { functionCallingConfig: { mode: 'AUTO' } },
      why: 'the same',
    },
    {
      at: /^\/body\/toolConfig$/,
      cases: ['a tool is required'],
      theirs: none,
      ours: { functionCallingConfig: { mode: 'ANY' } },
      why: 'the same',
    },
    {
      at: /^\/body\/toolConfig$/,
      cases: ['one tool is required'],
      theirs: none,
      ours: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['get_weather'] } },
      why: 'the same',
    },
    { at: /^\/body\/toolConfig$/, cases: ['no tool'], theirs: none, ours: { functionCallingConfig: { mode: 'NONE' } }, why: 'the same' },
    {
      at: /^\/body\/contents\/1\/parts\/0\/text$/,
      cases: ['result of a tool'],
      theirs: none,
      ours: 'I look.',
      why: 'ours: the other forgets what the assistant said beside its call',
    },
    {
      at: /^\/body\/contents\/1\/parts\/0\/functionCall$/,
      cases: ['result of a tool'],
      theirs: { name: 'get_weather', args: { city: 'Paris' } },
      ours: none,
      why: 'the same',
    },
    {
      at: /^\/body\/contents\/1\/parts\/1$/,
      cases: ['result of a tool'],
      theirs: none,
      ours: { functionCall: { name: 'get_weather', args: { city: 'Paris' } } },
      why: 'the same',
    },
    { at: /^\/body\/contents\/2\/role$/, theirs: 'function', ours: 'user', why: 'ours: user and model are the roles that are documented' },
    {
      at: /^\/body\/contents\/2\/parts\/\d\/functionResponse\/name$/,
      theirs: 'gateway-tool-filler-name',
      ours: 'get_weather',
      why: 'ours: the name must be that of the call',
    },
    {
      at: /^\/body\/contents\/2\/parts\/\d\/functionResponse\/response\/output$/,
      holds: (theirs, ours) => ['sunny', 'rain'].includes(theirs) && ours === none,
      why: "Google takes any object; theirs is the name that it suggests, ours is LiteLLM's",
    },
    {
      at: /^\/body\/contents\/2\/parts\/\d\/functionResponse\/response\/content$/,
      holds: (theirs, ours) => theirs === none && ['sunny', 'rain'].includes(ours),
      why: 'the same',
    },
    {
      at: /^\/body\/generationConfig\/responseSchema$/,
      cases: ['a JSON schema'],
      holds: (theirs, ours) => theirs.type === 'object' && ours === none,
      why: 'ours: Google takes a whole JSON schema here, and only some of it there',
    },
    { at: /^\/body\/generationConfig\/responseJsonSchema$/, cases: ['a JSON schema'], theirs: none, ours: report, why: 'the same' },
    {
      at: /^\/path$/,
      cases: ['one text', 'many texts'],
      holds: (theirs, ours) => theirs.endsWith(':embedContent') && ours === theirs.replace(':embedContent', ':batchEmbedContents'),
      why: 'ours: an embedding for each text; theirs makes one of all of them',
    },
    {
      at: /^\/body\/content$/,
      cases: ['one text', 'many texts'],
      holds: (theirs, ours) => theirs.parts.length > 0 && ours === none,
      why: 'the same',
    },
    {
      at: /^\/body\/requests$/,
      cases: ['one text', 'many texts'],
      why: 'the same',
      holds: (theirs, ours) =>
        theirs === none && ours.every((one) => one.model === 'models/gemini-embedding-001' && one.content.parts.length === 1),
    },
  ],
  cohere: [
    { at: /^\/body\/stream$/, theirs: none, ours: false, why: "ours: Cohere's second API requires it" },
    { at: /^\/body\/tool_choice$/, cases: ['tools, automatic'], theirs: null, ours: none, why: 'ours: only REQUIRED and NONE are values' },
    {
      at: /^\/body\/tools\/1$/,
      cases: ['one tool is required'],
      theirs: time,
      ours: none,
      why: 'ours: no tool can be named, so the others are not offered; theirs may call any',
    },
    {
      at: /^\/body\/messages\/1\/tool_calls$/,
      theirs: none,
      holds: (theirs, ours) => theirs === none && ours.every((one) => one.function.name === 'get_weather'),
      why: 'ours: a result without its call is refused',
    },
    {
      at: /^\/body\/messages\/[23]\/tool_call_id$/,
      theirs: none,
      holds: (theirs, ours) => theirs === none && /^call_[12]$/.test(ours),
      why: 'the same',
    },
    {
      at: /^\/body\/messages\/1\/content$/,
      cases: ['results of two tools'],
      theirs: null,
      ours: none,
      why: 'a message of calls has no content',
    },
    {
      at: /^\/body\/strict_tools$/,
      cases: ['a JSON object', 'a JSON schema'],
      ours: none,
      why: 'ours: it is about tools, and there are none',
    },
    {
      at: /^\/body\/response_format\/type$/,
      cases: ['a JSON schema'],
      theirs: 'json_schema',
      ours: 'json_object',
      why: 'ours: Cohere has a schema as part of json_object',
    },
    {
      at: /^\/body\/response_format\/json_schema\/(name|strict|schema)$/,
      cases: ['a JSON schema'],
      ours: none,
      why: 'ours: the schema itself stands here',
    },
    {
      at: /^\/body\/response_format\/json_schema\/(type|properties|required|additionalProperties)$/,
      cases: ['a JSON schema'],
      holds: (theirs, ours, at) => theirs === none && isDeepStrictEqual(ours, report[at.split('/').at(-1)]),
      why: 'the same',
    },
    {
      at: /^\/body\/input_type$/,
      cases: ['one text', 'many texts'],
      theirs: none,
      ours: 'search_document',
      why: 'ours: newer models require it',
    },
    {
      at: /^\/body\/embedding_types$/,
      cases: ['one text', 'many texts'],
      theirs: none,
      ours: ['float'],
      why: "ours: Cohere's second API requires it",
    },
  ],
  mistral: [
    {
      at: /^\/body\/messages\/\d\/content$/,
      cases: ['parts'],
      holds: (theirs, ours) => theirs.map((part) => part.text).join('') === ours,
      why: 'texts are one text; both are taken',
    },
    {
      at: /^\/body\/messages\/1\/content$/,
      cases: ['results of two tools'],
      theirs: null,
      ours: none,
      why: 'a message of calls has no content; both are taken',
    },
    {
      at: /^\/body\/stop$/,
      theirs: none,
      holds: (theirs, ours) => theirs === none && [ours].flat()[0] === 'END',
      why: 'ours: Mistral knows stop; the other forgets it',
    },
    {
      at: /^\/body\/response_format$/,
      theirs: none,
      holds: (theirs, ours) =>
        theirs === none && ['a JSON object', 'a JSON schema'].some((title) => isDeepStrictEqual(ours, chats[title].response_format)),
      why: 'ours: Mistral knows response_format; the other forgets it',
    },
    {
      at: /^\/body\/tool_choice$/,
      cases: ['one tool is required'],
      theirs: chats['one tool is required'].tool_choice,
      ours: 'any',
      why: "theirs: Mistral has learnt to take a name; ours is LiteLLM's, for which any tool will do",
    },
  ],
  bedrock: [
    { at: /^\/body\/inferenceConfig\/stopSequences$/, cases: ['stop as a text'], holds: asList, why: 'ours: it is a list' },
    {
      at: /^\/body\/toolConfig$/,
      cases: ['a JSON object', 'a JSON schema'],
      why: 'ours, as LiteLLM: there is no JSON mode, so the answer is asked for as the input of a tool; the other forgets the wish',
      holds: (theirs, ours) =>
        theirs === none && ours.tools.length === 1 && isDeepStrictEqual(ours.toolChoice, { tool: { name: ours.tools[0].toolSpec.name } }),
    },
  ],
};
