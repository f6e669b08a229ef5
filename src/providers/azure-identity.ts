import type { ProviderOption } from './provider.ts';

/** Options that say how to prove one's identity to Azure where no API key is used. */
export const azureIdentity = [
  { name: 'azure_ad_token', secret: true, description: 'A Microsoft Entra access token, sent as it is.' },
  { name: 'azure_auth_mode', description: 'Where tokens come from: `entra` (client credentials), `managed` (managed identity), `workload`.' },
  { name: 'azure_entra_tenant_id', description: 'Tenant, for `entra`.' },
  { name: 'azure_entra_client_id', description: 'Client id, for `entra`.' },
  { name: 'azure_entra_client_secret', secret: true, description: 'Client secret, for `entra`.' },
  { name: 'azure_entra_scope', description: 'Scope of the token; `https://cognitiveservices.azure.com/.default` where it is not set.' },
  { name: 'azure_managed_client_id', description: 'Client id of a user-assigned identity, for `managed`.' },
  { name: 'azure_workload_client_id', description: 'Client id, for `workload`; the environment says it where it is not set.' },
] as const satisfies readonly ProviderOption[];
