import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible, ranges, thoughtsInContent } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Zhipu AI, OpenAI-compatible. */
export const zhipu = defineProvider({
  id: 'zhipu',
  name: 'Zhipu AI',
  docs: 'https://docs.bigmodel.cn/cn/api/introduction',
  baseURL: 'https://open.bigmodel.cn/api/paas/v4',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'ZHIPU_API_KEY',
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
      { dialect: anthropicMessages, baseURL: 'https://open.bigmodel.cn/api/anthropic', path: '/v1/messages' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
  },
});
