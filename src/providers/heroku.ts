import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Heroku, OpenAI-compatible. */
export const heroku = defineProvider({
  id: 'heroku',
  name: 'Heroku',
  docs: 'https://devcenter.heroku.com/articles/heroku-inference-api-v1-chat-completions',
  baseURL: 'https://us.inference.heroku.com',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'INFERENCE_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/v1/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
