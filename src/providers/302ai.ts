import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** 302.AI, OpenAI-compatible. */
export const ai302 = defineProvider({
  id: '302ai',
  name: '302.AI',
  docs: 'https://doc.302.ai',
  baseURL: 'https://api.302.ai',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'AI302_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/v1/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
