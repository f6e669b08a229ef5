import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** io.net Intelligence, OpenAI-compatible. */
export const iointelligence = defineProvider({
  id: 'iointelligence',
  name: 'io.net Intelligence',
  docs: 'https://io.net/docs/guides/intelligence/io-intelligence',
  baseURL: 'https://api.intelligence.io.solutions/api/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'IOINTELLIGENCE_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
