import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { azureIdentity } from './azure-identity.ts';
import { ranges } from './compatible.ts';
import { defineProvider } from './provider.ts';

const v1 = { api_version: 'v1' };

/** Azure OpenAI: models are called by deployment, or by name where the API version is `v1`. */
export const azureOpenai = defineProvider({
  id: 'azure-openai',
  name: 'Azure OpenAI',
  docs: 'https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference',
  baseURL: 'https://{resource_name}.openai.azure.com/openai',
  auth: [
    { scheme: 'bearer', option: 'azure_ad_token' },
    { scheme: 'azure', option: 'azure_auth_mode' },
    { scheme: 'header', name: 'api-key' },
  ],
  options: [
    { name: 'resource_name', header: 'azure-resource-name', required: true, description: 'Azure resource, the first part of its URL.' },
    { name: 'deployment_id', header: 'azure-deployment-id', description: 'Name of the deployment.' },
    { name: 'api_version', header: 'azure-api-version', default: 'v1', description: 'API version, as `2024-10-21`, or `v1`.' },
    { name: 'azure_model_name', description: 'Model behind the deployment, for logs and prices.' },
    { name: 'openai_beta', bareHeader: 'openai-beta', sendAs: 'openai-beta', description: 'Beta features to switch on.' },
    ...azureIdentity,
  ],
  keyVariable: 'AZURE_OPENAI_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', when: v1, quirks: { clamp: ranges, modelOption: 'deployment_id' } },
      { dialect: openaiChat, path: '/deployments/{deployment_id}/chat/completions?api-version={api_version}', quirks: { clamp: ranges } },
      { dialect: openaiCompletions, path: '/v1/completions', when: v1, quirks: { modelOption: 'deployment_id' } },
      { dialect: openaiCompletions, path: '/deployments/{deployment_id}/completions?api-version={api_version}' },
    ],
    embed: [
      { dialect: openaiEmbeddings, path: '/v1/embeddings', when: v1, quirks: { modelOption: 'deployment_id' } },
      { dialect: openaiEmbeddings, path: '/deployments/{deployment_id}/embeddings?api-version={api_version}' },
    ],
    passthrough: [
      { when: v1, prefix: '/v1' },
      { under: ['/images/', '/audio/'], prefix: '/deployments/{deployment_id}', query: { 'api-version': '{api_version}' } },
      { query: { 'api-version': '{api_version}' } },
    ],
  },
});
