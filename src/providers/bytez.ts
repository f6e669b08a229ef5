import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Bytez, OpenAI-compatible. */
export const bytez = defineProvider({
  id: 'bytez',
  name: 'Bytez',
  docs: 'https://docs.bytez.com',
  baseURL: 'https://api.bytez.com',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'BYTEZ_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/models/v2/openai/v1/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/models/v2/openai/v1/completions' },
    ],
  },
});
