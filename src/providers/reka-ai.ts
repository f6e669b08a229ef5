import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Reka AI, OpenAI-compatible. */
export const rekaAi = defineProvider({
  id: 'reka-ai',
  name: 'Reka AI',
  docs: 'https://docs.reka.ai/chat/overview',
  baseURL: 'https://api.reka.ai',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'REKA_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/v1/chat/completions', quirks: compatible }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
