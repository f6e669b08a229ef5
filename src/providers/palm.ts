import { gemini } from '../dialects/gemini/index.ts';
import { geminiCount } from '../dialects/gemini-count/index.ts';
import { geminiEmbeddings } from '../dialects/gemini-embeddings/index.ts';
import { defineProvider } from './provider.ts';

/** Google's PaLM API, which is no more: its host and its keys serve Gemini models, so that a config that names it needs another model only. */
export const palm = defineProvider({
  id: 'palm',
  name: 'Google PaLM (now Gemini)',
  docs: 'https://ai.google.dev/palm_docs/deprecation',
  baseURL: 'https://generativelanguage.googleapis.com',
  auth: [{ scheme: 'header', name: 'x-goog-api-key' }],
  endpoints: {
    chat: [{ dialect: gemini, path: '/v1beta/models/{model}:generateContent', streamPath: '/v1beta/models/{model}:streamGenerateContent?alt=sse' }],
    embed: [{ dialect: geminiEmbeddings, path: '/v1beta/models/{model}:batchEmbedContents' }],
    count: [{ counting: geminiCount, path: '/v1beta/models/{model}:countTokens' }],
    models: '/v1beta/models',
    passthrough: [{ prefix: '/v1beta' }],
  },
});
