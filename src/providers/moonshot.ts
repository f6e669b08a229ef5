import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatibleToday, ranges, thoughtsDemanded } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Moonshot AI (Kimi) in China. Keys of the international platform are good at `https://api.moonshot.ai` only: name it as `custom_host`. */
export const moonshot = defineProvider({
  id: 'moonshot',
  name: 'Moonshot AI',
  docs: 'https://platform.moonshot.cn/docs/api/chat',
  otelName: 'moonshot_ai',
  baseURL: 'https://api.moonshot.cn',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'MOONSHOT_API_KEY',
  endpoints: {
    chat: [
      // https://platform.kimi.ai/docs/guide/use-partial-mode-feature-of-kimi-api
      {
        dialect: openaiChat,
        path: '/v1/chat/completions',
        prefill: { mark: { partial: true } },
        // https://platform.kimi.ai/docs/guide/use-kimi-k2-thinking-model
        quirks: { ...compatibleToday, thoughts: thoughtsDemanded, clamp: { ...ranges, temperature: { min: 0, max: 1 } } },
      },
      { dialect: anthropicMessages, baseURL: 'https://api.moonshot.cn/anthropic', path: '/v1/messages' },
    ],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
