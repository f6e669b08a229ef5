import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Hyperbolic, OpenAI-compatible. */
export const hyperbolic = defineProvider({
  id: 'hyperbolic',
  name: 'Hyperbolic',
  docs: 'https://docs.hyperbolic.xyz/docs/getting-started',
  baseURL: 'https://api.hyperbolic.xyz',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'HYPERBOLIC_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/v1/completions' },
    ],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
