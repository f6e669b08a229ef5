import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** A host that speaks the OpenAI chat format and has no entry of its own; reached by `custom_host`. */
export const openaiCompatible = defineProvider({
  id: 'openai-compatible',
  name: 'Any OpenAI-compatible host',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  auth: [{ scheme: 'bearer' }, { scheme: 'none' }],
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
