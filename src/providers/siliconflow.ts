import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** SiliconFlow in China. Keys of the international platform are good at `https://api.siliconflow.com/v1` only: name it as `custom_host`. */
export const siliconflow = defineProvider({
  id: 'siliconflow',
  name: 'SiliconFlow',
  docs: 'https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions',
  baseURL: 'https://api.siliconflow.cn/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'SILICONFLOW_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
