import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatibleToday, thoughtsInReasoning } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Cerebras, OpenAI-compatible but for what it refuses: https://inference-docs.cerebras.ai/resources/openai */
export const cerebras = defineProvider({
  id: 'cerebras',
  name: 'Cerebras',
  docs: 'https://inference-docs.cerebras.ai/api-reference/chat-completions',
  baseURL: 'https://api.cerebras.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'CEREBRAS_API_KEY',
  endpoints: {
    chat: [
      {
        dialect: openaiChat,
        path: '/chat/completions',
        quirks: { ...compatibleToday, thoughts: thoughtsInReasoning, drop: ['frequency_penalty', 'presence_penalty', 'logit_bias'] },
      },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    models: '/models',
  },
});
