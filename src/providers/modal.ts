import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** OpenAI-compatible servers deployed on Modal; every deployment has a host of its own. */
export const modal = defineProvider({
  id: 'modal',
  name: 'Modal',
  docs: 'https://modal.com/docs/guide/webhook-proxy-auth',
  auth: [{ scheme: 'bearer' }, { scheme: 'none' }],
  options: [
    { name: 'modal_key', secret: true, bareHeader: 'modal-key', sendAs: 'modal-key', description: 'Id of a proxy auth token.' },
    { name: 'modal_secret', secret: true, bareHeader: 'modal-secret', sendAs: 'modal-secret', description: 'Secret of a proxy auth token.' },
  ],
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
