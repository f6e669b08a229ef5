import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { ranges } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** OpenAI. */
export const openai = defineProvider({
  id: 'openai',
  name: 'OpenAI',
  docs: 'https://platform.openai.com/docs/api-reference',
  baseURL: 'https://api.openai.com/v1',
  auth: [{ scheme: 'bearer' }],
  options: [
    { name: 'openai_organization', bareHeader: 'openai-organization', sendAs: 'openai-organization', description: 'Organization that is charged.' },
    { name: 'openai_project', bareHeader: 'openai-project', sendAs: 'openai-project', description: 'Project that is charged.' },
    { name: 'openai_beta', bareHeader: 'openai-beta', sendAs: 'openai-beta', description: 'Beta features to switch on, as `assistants=v2`.' },
  ],
  keyVariable: 'OPENAI_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: { clamp: ranges } },
      { dialect: openaiCompletions, path: '/completions' },
      { dialect: openaiResponses, path: '/responses', assumed: 'own-host', keeps: true },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
