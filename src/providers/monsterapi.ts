import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Monster API, OpenAI-compatible. */
export const monsterapi = defineProvider({
  id: 'monsterapi',
  name: 'Monster API',
  docs: 'https://developer.monsterapi.ai/reference',
  baseURL: 'https://llm.monsterapi.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'MONSTER_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
