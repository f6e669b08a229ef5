import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible, ranges } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Mistral AI. Members that it does not know make it refuse the request (HTTP 422 `extra_forbidden`). */
export const mistralAi = defineProvider({
  id: 'mistral-ai',
  name: 'Mistral AI',
  docs: 'https://docs.mistral.ai/api',
  baseURL: 'https://api.mistral.ai/v1',
  auth: [{ scheme: 'bearer' }],
  options: [{ name: 'mistral_fim_completion', description: '`true` sends text completions to the fill-in-the-middle endpoint.' }],
  keyVariable: 'MISTRAL_API_KEY',
  endpoints: {
    chat: [
      {
        dialect: openaiChat,
        path: '/chat/completions',
        quirks: {
          ...compatible,
          rename: { ...compatible.rename, seed: 'random_seed' },
          drop: ['logit_bias', 'logprobs', 'modalities', 'safety_identifier', 'store', 'top_logprobs', 'user', 'verbosity', 'web_search_options'],
          values: { tool_choice: { required: 'any' } },
          clamp: { ...ranges, temperature: { min: 0, max: 1.5 } },
          streamOptions: false,
          repair: { finish: { model_length: 'length', error: 'stop' } },
        },
      },
      { dialect: openaiCompletions, path: '/fim/completions', when: { mistral_fim_completion: 'true' } },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings', quirks: { rename: { dimensions: 'output_dimension' }, drop: ['user'] } }],
    models: '/models',
  },
});
