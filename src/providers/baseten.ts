import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Baseten, OpenAI-compatible. */
export const baseten = defineProvider({
  id: 'baseten',
  name: 'Baseten',
  docs: 'https://docs.baseten.co/reference/inference-api/chat-completions',
  baseURL: 'https://inference.baseten.co/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'BASETEN_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
