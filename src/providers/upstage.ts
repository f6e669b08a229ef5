import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Upstage, OpenAI-compatible. */
export const upstage = defineProvider({
  id: 'upstage',
  name: 'Upstage',
  docs: 'https://console.upstage.ai/api/chat',
  baseURL: 'https://api.upstage.ai/v1/solar',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'UPSTAGE_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
  },
});
