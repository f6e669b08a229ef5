import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Crusoe, OpenAI-compatible. */
export const crusoe = defineProvider({
  id: 'crusoe',
  name: 'Crusoe',
  docs: 'https://docs.crusoecloud.com/managed-inference/overview',
  baseURL: 'https://api.inference.crusoecloud.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'CRUSOE_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
