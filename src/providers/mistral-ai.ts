import { mistralChat } from '../dialects/mistral-chat/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { mistralQuirks } from './mistral-quirks.ts';
import { defineProvider } from './provider.ts';

/** Mistral AI. */
export const mistralAi = defineProvider({
  id: 'mistral-ai',
  name: 'Mistral AI',
  docs: 'https://docs.mistral.ai/api',
  otelName: 'mistral_ai',
  baseURL: 'https://api.mistral.ai/v1',
  auth: [{ scheme: 'bearer' }],
  options: [{ name: 'mistral_fim_completion', description: '`true` sends text completions to the fill-in-the-middle endpoint.' }],
  keyVariable: 'MISTRAL_API_KEY',
  endpoints: {
    chat: [
      // The answer begins with the prefix: https://docs.mistral.ai/capabilities/completion/prefix
      { dialect: openaiChat, path: '/chat/completions', prefill: { mark: { prefix: true }, repeats: true }, quirks: mistralQuirks },
      { dialect: mistralChat, path: '/chat/completions' },
      { dialect: openaiCompletions, path: '/fim/completions', when: { mistral_fim_completion: 'true' } },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings', quirks: { rename: { dimensions: 'output_dimension' }, drop: ['user'] } }],
    models: '/models',
  },
});
