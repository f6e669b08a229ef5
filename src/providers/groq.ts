import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatibleToday, thoughtsInReasoning } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Groq, OpenAI-compatible but for what it refuses: https://console.groq.com/docs/openai */
export const groq = defineProvider({
  id: 'groq',
  name: 'Groq',
  docs: 'https://console.groq.com/docs/api-reference',
  baseURL: 'https://api.groq.com/openai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'GROQ_API_KEY',
  endpoints: {
    chat: [
      {
        dialect: openaiChat,
        path: '/chat/completions',
        quirks: {
          ...compatibleToday,
          thoughts: thoughtsInReasoning,
          drop: ['logprobs', 'top_logprobs', 'logit_bias'],
          repair: { usagePath: 'x_groq.usage' },
        },
      },
      { dialect: openaiResponses, path: '/responses', assumed: 'own-host' },
    ],
    models: '/models',
  },
});
