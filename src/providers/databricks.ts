import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Databricks, OpenAI-compatible; some of its models answer with content in parts. */
export const databricks = defineProvider({
  id: 'databricks',
  name: 'Databricks',
  docs: 'https://docs.databricks.com/aws/en/machine-learning/foundation-model-apis/api-reference',
  baseURL: 'https://{databricks_workspace}.cloud.databricks.com/serving-endpoints',
  auth: [{ scheme: 'bearer' }],
  options: [
    {
      name: 'databricks_workspace',
      required: true,
      description: 'Workspace, the first part of its URL (`dbc-a1b2c3d4-e5f6`); workspaces on Azure and Google Cloud are reached by `custom_host`.',
    },
  ],
  keyVariable: 'DATABRICKS_TOKEN',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: { ...compatible, repair: {} } }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
  },
});
