import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** BytePlus ModelArk, OpenAI-compatible. */
export const byteplus = defineProvider({
  id: 'byteplus',
  name: 'BytePlus ModelArk',
  docs: 'https://docs.byteplus.com/en/docs/ModelArk/1494384',
  baseURL: 'https://ark.ap-southeast.bytepluses.com/api/v3',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'ARK_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
  },
});
