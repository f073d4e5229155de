// What OpenAI says of its requests and answers, as validators. Always by the types of its SDK, and by its OpenAPI document where
// LITELLM_OPENAI_OPENAPI names a copy of it: the document is not ours to keep here.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

/** Names of the document for those of openai_types.ts. */
const documented = {
  ChatRequest: 'CreateChatCompletionRequest',
  ChatAnswer: 'CreateChatCompletionResponse',
  ChatChunk: 'CreateChatCompletionStreamResponse',
  CompletionRequest: 'CreateCompletionRequest',
  CompletionAnswer: 'CreateCompletionResponse',
  EmbeddingRequest: 'CreateEmbeddingRequest',
  EmbeddingAnswer: 'CreateEmbeddingResponse',
  ImageRequest: 'CreateImageRequest',
  ModerationRequest: 'CreateModerationRequest',
  ResponsesRequest: 'CreateResponse',
  ResponsesAnswer: 'Response',
  ResponsesEvent: 'ResponseStreamEvent',
  ModelAnswer: 'Model',
  ModelsAnswer: 'ListModelsResponse',
  ErrorAnswer: 'ErrorResponse',
};

/** Members that the schemas require of an answer, but that no client misses. */
const unsaid = new Set([
  'logprobs',
  'refusal', // null nearly always; LiteLLM, and most servers that are compatible with OpenAI, leave them out
  'output_text', // made by the SDK on the client's side
  'access_programs', // of OpenAI's own servers
]);

/** Answers may say more than OpenAI does (LiteLLM's clients read reasoning_content), and leave out what is null. */
function forAnswers(schema) {
  return JSON.parse(JSON.stringify(schema), (name, value) => {
    if (name === 'additionalProperties' && value === false) return undefined;
    return name === 'required' && Array.isArray(value) ? value.filter((member) => !unsaid.has(member)) : value;
  });
}

const options = { strict: false, validateFormats: false, allErrors: true };

function bySdk() {
  const path = fileURLToPath(new URL('openai_types.ts', import.meta.url));
  const { definitions } = createGenerator({ path, skipTypeCheck: true, expose: 'export', jsDoc: 'none' }).createSchema('*');
  const strict = new Ajv(options).addSchema({ $id: 'sdk', definitions });
  const open = new Ajv(options).addSchema({ $id: 'sdk', definitions: forAnswers(definitions) });
  return (name) => (name.endsWith('Request') ? strict : open).compile({ $ref: `sdk#/definitions/${name}` });
}

/** The document still has `nullable` of OpenAPI 3.0 here and there. */
function withoutNullable(name, value) {
  if (typeof value?.nullable !== 'boolean') return value;
  const { nullable, ...rest } = value;
  return nullable ? { anyOf: [rest, { type: 'null' }] } : rest;
}

function byDocument(file) {
  const { components } = JSON.parse(readFileSync(file, 'utf8'), withoutNullable);
  const strict = new Ajv2020(options).addSchema({ $id: 'api', components });
  const open = new Ajv2020(options).addSchema({ $id: 'api', components: forAnswers(components) });
  return (name) => (name.endsWith('Request') ? strict : open).compile({ $ref: `api#/components/schemas/${documented[name]}` });
}

/** Of a hundred complaints about the branches of a choice, those that lie deepest are about the branch that was meant. */
function deepest(errors) {
  const depth = (error) => error.instancePath.split('/').length;
  const telling = errors.filter((error) => !['const', 'anyOf', 'oneOf'].includes(error.keyword));
  const candidates = telling.length > 0 ? telling : errors;
  const most = Math.max(...candidates.map(depth));
  const lines = candidates
    .filter((error) => depth(error) >= most - 1)
    .map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  return [...new Set(lines)].slice(0, 12).join('\n');
}

export function openaiSchemas(file = process.env.LITELLM_OPENAI_OPENAPI) {
  const makers = { 'the SDK': bySdk(), ...(file ? { 'the OpenAPI document': byDocument(file) } : {}) };
  const validators = new Map();
  const metaSchema = new Ajv2020(options);
  return {
    sources: Object.keys(makers),
    /** Throws when `value` is not a `name` of openai_types.ts. */
    check(name, value) {
      for (const [source, make] of Object.entries(makers)) {
        const id = `${source}: ${name}`;
        if (!validators.has(id)) validators.set(id, make(name));
        const validate = validators.get(id);
        if (!validate(value)) throw new Error(`${id}\n${deepest(validate.errors)}\n${JSON.stringify(value).slice(0, 2000)}`);
      }
    },
    /** Throws when `schema` itself is no JSON schema, such as those of a tool's parameters. */
    checkSchema(schema) {
      if (!metaSchema.validateSchema(schema)) throw new Error(`not a JSON schema: ${metaSchema.errorsText()}\n${JSON.stringify(schema)}`);
    },
  };
}
