import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** kluster.ai, OpenAI-compatible. */
export const klusterAi = defineProvider({
  id: 'kluster-ai',
  name: 'kluster.ai',
  docs: 'https://docs.kluster.ai',
  baseURL: 'https://api.kluster.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'KLUSTER_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
