// The types of OpenAI's own SDK, which OpenAI generates from its API description. openai_schemas.mjs makes JSON schemas of them.
import type * as chat from 'openai/resources/chat/completions';
import type * as completions from 'openai/resources/completions';
import type * as embeddings from 'openai/resources/embeddings';
import type * as images from 'openai/resources/images';
import type * as models from 'openai/resources/models';
import type * as moderations from 'openai/resources/moderations';
import type * as responses from 'openai/resources/responses/responses';
import type * as shared from 'openai/resources/shared';

export type ChatRequest = chat.ChatCompletionCreateParams;
export type ChatAnswer = chat.ChatCompletion;
export type ChatChunk = chat.ChatCompletionChunk;
export type CompletionRequest = completions.CompletionCreateParams;
export type CompletionAnswer = completions.Completion;
export type EmbeddingRequest = embeddings.EmbeddingCreateParams;
export type EmbeddingAnswer = embeddings.CreateEmbeddingResponse;
export type ImageRequest = images.ImageGenerateParams;
export type ModerationRequest = moderations.ModerationCreateParams;
export type ResponsesRequest = responses.ResponseCreateParams;
export type ResponsesAnswer = responses.Response;
export type ResponsesEvent = responses.ResponseStreamEvent;
export type ModelAnswer = models.Model;
export interface ModelsAnswer {
  object: 'list';
  data: models.Model[];
}
export interface ErrorAnswer {
  error: shared.ErrorObject;
}
