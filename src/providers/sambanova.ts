import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** SambaNova, OpenAI-compatible. */
export const sambanova = defineProvider({
  id: 'sambanova',
  name: 'SambaNova',
  docs: 'https://docs.sambanova.ai/docs/en/features/openai-compatibility',
  baseURL: 'https://api.sambanova.ai',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'SAMBANOVA_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/v1/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
