import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** MiniMax, OpenAI-compatible. */
export const minimax = defineProvider({
  id: 'minimax',
  name: 'MiniMax',
  docs: 'https://platform.minimax.io/docs/api-reference/text-openai-api',
  baseURL: 'https://api.minimax.io/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'MINIMAX_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: anthropicMessages, baseURL: 'https://api.minimax.io/anthropic', path: '/v1/messages' },
    ],
  },
});
