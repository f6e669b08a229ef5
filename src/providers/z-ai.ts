import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible, ranges, thoughtsInContent } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Z.ai, OpenAI-compatible. */
export const zAi = defineProvider({
  id: 'z-ai',
  name: 'Z.ai',
  docs: 'https://docs.z.ai/api-reference/llm/chat-completion',
  baseURL: 'https://api.z.ai/api/paas/v4',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'ZAI_API_KEY',
  endpoints: {
    chat: [
      {
        dialect: openaiChat,
        path: '/chat/completions',
        quirks: {
          ...compatible,
          // https://docs.z.ai/guides/capabilities/thinking-mode
          thoughts: thoughtsInContent,
          clamp: { ...ranges, temperature: { min: 0, max: 1 } },
          repair: { finish: { sensitive: 'content_filter', model_context_window_exceeded: 'length', network_error: 'stop' } },
        },
      },
      { dialect: anthropicMessages, baseURL: 'https://api.z.ai/api/anthropic', path: '/v1/messages' },
    ],
  },
});
