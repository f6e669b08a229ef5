import { geminiCount } from '../dialects/gemini-count/index.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { geminiEmbeddings } from '../dialects/gemini-embeddings/index.ts';
import { defineProvider } from './provider.ts';

/** The Gemini API of Google AI Studio. The key goes in a header: a URL ends up in logs. */
export const google = defineProvider({
  id: 'google',
  name: 'Google Gemini',
  docs: 'https://ai.google.dev/api/generate-content',
  otelName: 'gcp.gemini',
  baseURL: 'https://generativelanguage.googleapis.com',
  auth: [{ scheme: 'header', name: 'x-goog-api-key' }],
  keyVariable: 'GEMINI_API_KEY',
  endpoints: {
    chat: [{ dialect: gemini, path: '/v1beta/models/{model}:generateContent', streamPath: '/v1beta/models/{model}:streamGenerateContent?alt=sse' }],
    embed: [{ dialect: geminiEmbeddings, path: '/v1beta/models/{model}:batchEmbedContents' }],
    count: [{ counting: geminiCount, path: '/v1beta/models/{model}:countTokens' }],
    models: '/v1beta/models',
    passthrough: [{ prefix: '/v1beta' }],
  },
});
