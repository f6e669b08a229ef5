import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Inference.net, OpenAI-compatible. */
export const inferenceNet = defineProvider({
  id: 'inference-net',
  name: 'Inference.net',
  docs: 'https://docs.inference.net',
  baseURL: 'https://api.inference.net/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'INFERENCE_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    models: '/models',
  },
});
