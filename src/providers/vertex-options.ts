import type { ProviderOption } from './provider.ts';

/** Options that say where in Google Cloud a model runs, and for whom. */
export const vertexOptions = [
  {
    name: 'vertex_project_id',
    required: true,
    defaultFrom: { option: 'vertex_service_account_json', member: 'project_id' },
    description: 'Google Cloud project; that of the service account where it is not set.',
  },
  { name: 'vertex_region', required: true, description: 'Region, as `us-central1`; `global`, `us` or `eu` for the endpoints of several regions.' },
  {
    name: 'vertex_service_account_json',
    secret: true,
    description: 'Key file of a service account; without it `api_key` is sent as a bearer token.',
  },
  { name: 'vertex_storage_bucket_name', description: 'For files and batches, which are not translated.' },
  {
    name: 'anthropic_beta',
    bareHeader: 'anthropic-beta',
    sendAs: 'anthropic-beta',
    description: 'Beta features of Claude to switch on, comma separated.',
  },
] as const satisfies readonly ProviderOption[];
