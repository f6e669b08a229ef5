import { anthropicCount } from '../dialects/anthropic-count/index.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { vertexCount } from '../dialects/vertex-count/index.ts';
import { vertexEmbeddings } from '../dialects/vertex-embeddings/index.ts';
import { claudeQuirks } from './anthropic-options.ts';
import { compatible, ranges } from './compatible.ts';
import { mistralQuirks } from './mistral-quirks.ts';
import type { ChatEndpoint, Endpoints, Quirks } from './provider.ts';

/** Whose a model is, by its name as callers write it: `publisher.model`, `publisher/model`, or bare. */
const claude = { model: /^(anthropic[./]|claude)/ };
const mistral = { model: /^(mistralai[./]|mistral-|ministral-|codestral)/ };
const ownEndpoint = { model: /^endpoints\./ };
const partners = { model: /^(meta\.|(?!google\/|anthropic\/|mistralai\/)[\w-]+\/[^/]+$)/ };
/** Names that none of the others claims. */
const google = { model: /^(?!anthropic[./]|claude|mistralai[./]|mistral-|ministral-|codestral|endpoints\.|meta\.)(google[./])?[^/]*$/ };

const location = '/projects/{vertex_project_id}/locations/{vertex_region}';
const googleModel = `/v1beta1${location}/publishers/google/models/{model}`;
const claudeModels = `/v1${location}/publishers/anthropic/models`;
const mistralModel = `/v1${location}/publishers/mistralai/models/{model}`;

const googleQuirks = { modelPrefix: { 'google.': '', 'google/': '' } } as const satisfies Quirks;
const anthropicQuirks = {
  modelPrefix: { 'anthropic.': '', 'anthropic/': '' },
  defaults: { anthropic_version: 'vertex-2023-10-16' },
} as const satisfies Quirks;

const chat: readonly ChatEndpoint[] = [
  {
    dialect: gemini,
    path: `${googleModel}:generateContent`,
    streamPath: `${googleModel}:streamGenerateContent?alt=sse`,
    when: google,
    quirks: googleQuirks,
  },
  {
    dialect: anthropicMessages,
    path: `${claudeModels}/{model}:rawPredict`,
    streamPath: `${claudeModels}/{model}:streamRawPredict`,
    when: claude,
    quirks: { ...claudeQuirks, ...anthropicQuirks, omit: ['model'] },
  },
  {
    dialect: openaiChat,
    path: `${mistralModel}:rawPredict`,
    streamPath: `${mistralModel}:streamRawPredict`,
    when: mistral,
    quirks: { ...mistralQuirks, modelPrefix: { 'mistralai.': '', 'mistralai/': '' } },
  },
  {
    dialect: openaiChat,
    path: `/v1${location}/endpoints/openapi/chat/completions`,
    when: partners,
    quirks: { ...compatible, modelPrefix: { 'meta.': 'meta/' } },
  },
  {
    dialect: openaiChat,
    // The endpoint's id stands in the path; the model behind it goes by no name.
    path: `/v1${location}/endpoints/{model}/chat/completions`,
    when: ownEndpoint,
    quirks: { clamp: ranges, modelPrefix: { 'endpoints.': '' }, omit: ['model'], defaults: { model: '' } },
  },
];

/** What Vertex AI serves, each publisher's models in their own dialect. */
export const vertexEndpoints = {
  chat,
  embed: [{ dialect: vertexEmbeddings, path: `${googleModel}:predict`, quirks: googleQuirks }],
  count: [
    { counting: anthropicCount, path: `${claudeModels}/count-tokens:rawPredict`, when: claude, quirks: anthropicQuirks },
    { counting: vertexCount, path: `${googleModel}:countTokens`, when: google, quirks: googleQuirks },
  ],
} as const satisfies Endpoints;
