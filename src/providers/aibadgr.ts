import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** AI Badgr, OpenAI-compatible. */
export const aibadgr = defineProvider({
  id: 'aibadgr',
  name: 'AI Badgr',
  docs: 'https://aibadgr.com/docs',
  baseURL: 'https://aibadgr.com/api/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'AIBADGR_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
