import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { azureIdentity } from './azure-identity.ts';
import { ranges } from './compatible.ts';
import { defineProvider } from './provider.ts';

const v1 = { api_version: 'v1' };
/** From 2025-03-01-preview on: earlier versions lack the Responses API, and so do those that are no previews. */
const recentPreview = { api_version: /^20(?:2(?:5-(?:0[3-9]|1)|[6-9])|[3-9]).*-preview$/ };
const responses = { keeps: true, quirks: { modelOption: 'deployment_id' } } as const;

/** Azure OpenAI: models are called by deployment, or by name where the API version is `v1`. */
export const azureOpenai = defineProvider({
  id: 'azure-openai',
  name: 'Azure OpenAI',
  docs: 'https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference',
  otelName: 'azure.ai.openai',
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
      { dialect: openaiResponses, path: '/v1/responses', when: v1, ...responses, assumed: 'own-host' },
      { dialect: openaiResponses, path: '/responses?api-version={api_version}', when: recentPreview, ...responses, assumed: 'own-host' },
      { dialect: openaiResponses, path: '/responses?api-version={api_version}', ...responses, assumed: 'never' },
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
