import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Lambda, OpenAI-compatible. */
export const lambda = defineProvider({
  id: 'lambda',
  name: 'Lambda',
  docs: 'https://docs.lambda.ai/public-cloud/lambda-inference-api',
  baseURL: 'https://api.lambdalabs.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'LAMBDA_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    models: '/models',
  },
});
