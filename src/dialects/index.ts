import { anthropicCount } from './anthropic-count/index.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { cohereChat } from './cohere-chat/index.ts';
import { cohereEmbeddings } from './cohere-embeddings/index.ts';
import type { CountDialect } from './count-dialect.ts';
import type { Dialect } from './dialect.ts';
import type { EmbeddingDialect } from './embedding-dialect.ts';
import { gemini } from './gemini/index.ts';
import { geminiCount } from './gemini-count/index.ts';
import { geminiEmbeddings } from './gemini-embeddings/index.ts';
import { mistralChat } from './mistral-chat/index.ts';
import { mistralEmbeddings } from './mistral-embeddings/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiCompletions } from './openai-completions/index.ts';
import { openaiEmbeddings } from './openai-embeddings/index.ts';
import { openaiResponses } from './openai-responses/index.ts';

/** Where clients post requests. In a path `{model}` stands for the model and `{version}` for any version of the API. */
export interface ClientRoute {
  readonly path: string;
  /** Where streams are asked for, in dialects whose requests do not say so themselves; `path` then asks for whole answers. */
  readonly streamPath?: string;
  /** The query with which a stream comes as events; without it the stream is one JSON list. */
  readonly eventsQuery?: readonly [name: string, value: string];
  /** The clients that are meant, by their `user-agent`; all others that post to the path are served as another line says. */
  readonly clients?: RegExp;
}

/** Mistral's clients by their names; they share OpenAI's paths. */
const MISTRAL = /\bmistral(?:ai\b|-client)/i;

/** Every dialect for chat and where its clients ask: the one list that routes, tests and documentation are made from. */
export const CHAT_DIALECTS: readonly (ClientRoute & { readonly dialect: Dialect })[] = [
  { dialect: openaiChat, path: '/v1/chat/completions' },
  { dialect: mistralChat, path: '/v1/chat/completions', clients: MISTRAL },
  { dialect: openaiResponses, path: '/v1/responses' },
  { dialect: anthropicMessages, path: '/v1/messages' },
  {
    dialect: gemini,
    path: '/{version}/models/{model}:generateContent',
    streamPath: '/{version}/models/{model}:streamGenerateContent',
    eventsQuery: ['alt', 'sse'],
  },
  { dialect: cohereChat, path: '/v2/chat' },
  { dialect: bedrockConverse, path: '/model/{model}/converse', streamPath: '/model/{model}/converse-stream' },
  { dialect: openaiCompletions, path: '/v1/completions' },
];

/** Every way to count the tokens of a chat request. */
export const COUNT_DIALECTS: readonly (ClientRoute & { readonly counting: CountDialect })[] = [
  { counting: anthropicCount, path: '/v1/messages/count_tokens' },
  { counting: geminiCount, path: '/{version}/models/{model}:countTokens' },
];

/** Every dialect for embeddings. */
export const EMBEDDING_DIALECTS: readonly (ClientRoute & { readonly dialect: EmbeddingDialect })[] = [
  { dialect: openaiEmbeddings, path: '/v1/embeddings' },
  { dialect: mistralEmbeddings, path: '/v1/embeddings', clients: MISTRAL },
  { dialect: cohereEmbeddings, path: '/v2/embed' },
  { dialect: geminiEmbeddings, path: '/{version}/models/{model}:embedContent' },
  { dialect: geminiEmbeddings, path: '/{version}/models/{model}:batchEmbedContents' },
];
