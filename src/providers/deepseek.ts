import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatible, thoughtsDemanded } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** DeepSeek, OpenAI-compatible. */
export const deepseek = defineProvider({
  id: 'deepseek',
  name: 'DeepSeek',
  docs: 'https://api-docs.deepseek.com/api/create-chat-completion',
  baseURL: 'https://api.deepseek.com',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'DEEPSEEK_API_KEY',
  endpoints: {
    chat: [
      {
        dialect: openaiChat,
        path: '/v1/chat/completions',
        // https://api-docs.deepseek.com/guides/thinking_mode#tool-calls
        quirks: { ...compatible, thoughts: thoughtsDemanded, repair: { finish: { insufficient_system_resource: 'stop' } } },
      },
      { dialect: anthropicMessages, baseURL: 'https://api.deepseek.com/anthropic', path: '/v1/messages' },
      { dialect: openaiResponses, path: '/responses', assumed: 'own-host' },
    ],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
