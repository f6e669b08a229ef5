import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Scaleway, OpenAI-compatible. */
export const scaleway = defineProvider({
  id: 'scaleway',
  name: 'Scaleway',
  docs: 'https://www.scaleway.com/en/developers/api/generative-apis',
  baseURL: 'https://api.scaleway.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'SCW_SECRET_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
