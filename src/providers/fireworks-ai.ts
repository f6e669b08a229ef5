import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatible, thoughtsInContent } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Fireworks AI, OpenAI-compatible. */
export const fireworksAi = defineProvider({
  id: 'fireworks-ai',
  name: 'Fireworks AI',
  docs: 'https://docs.fireworks.ai/api-reference/post-chatcompletions',
  baseURL: 'https://api.fireworks.ai/inference/v1',
  auth: [{ scheme: 'bearer' }],
  options: [
    { name: 'fireworks_account_id', description: 'Account id, accepted because Portkey configs carry it; nothing that is called here needs it.' },
    {
      name: 'file_upload_size',
      description: 'Size of an uploaded file, accepted because Portkey clients send it; uploads are passed through as they are.',
    },
  ],
  keyVariable: 'FIREWORKS_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: { ...compatible, thoughts: thoughtsInContent } },
      { dialect: openaiCompletions, path: '/completions' },
      { dialect: anthropicMessages, baseURL: 'https://api.fireworks.ai/inference', path: '/v1/messages' },
      { dialect: openaiResponses, path: '/responses', assumed: 'own-host', keeps: true },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
