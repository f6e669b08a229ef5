import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** MatterAI, OpenAI-compatible. */
export const matterai = defineProvider({
  id: 'matterai',
  name: 'MatterAI',
  docs: 'https://docs.matterai.so',
  baseURL: 'https://api.matterai.so/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'MATTERAI_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
