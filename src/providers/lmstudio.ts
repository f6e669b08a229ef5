import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** LM Studio, on any machine. */
export const lmstudio = defineProvider({
  id: 'lmstudio',
  name: 'LM Studio',
  docs: 'https://lmstudio.ai/docs/developer/openai-compat',
  auth: [{ scheme: 'bearer' }, { scheme: 'none' }],
  keyVariable: 'LMSTUDIO_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/v1/completions' },
      { dialect: openaiResponses, path: '/v1/responses', assumed: 'never', keeps: true },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
