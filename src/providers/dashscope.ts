import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatible, thoughtsInContent } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Alibaba Cloud Model Studio, international. In China it is `https://dashscope.aliyuncs.com/compatible-mode/v1`: name it as `custom_host`. */
export const dashscope = defineProvider({
  id: 'dashscope',
  name: 'Alibaba Cloud Model Studio',
  docs: 'https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope',
  baseURL: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'DASHSCOPE_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: { ...compatible, thoughts: thoughtsInContent } },
      { dialect: openaiCompletions, path: '/completions' },
      // It serves few models and passes over instructions.
      { dialect: openaiResponses, path: '/responses', assumed: 'never', keeps: true },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
