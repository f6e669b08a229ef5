import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Nscale, OpenAI-compatible. */
export const nscale = defineProvider({
  id: 'nscale',
  name: 'Nscale',
  docs: 'https://docs.nscale.com/docs/use-cases/chat',
  baseURL: 'https://inference.api.nscale.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'NSCALE_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
