import type { ProviderOption } from './provider.ts';

/** Options of every AWS service. */
export const awsIdentity = [
  { name: 'aws_region', default: 'us-east-1', description: 'AWS region of the service.' },
  { name: 'aws_access_key_id', secret: true, description: 'Access key that requests are signed with.' },
  { name: 'aws_secret_access_key', secret: true, description: 'Its secret.' },
  { name: 'aws_session_token', secret: true, description: 'Session token, for temporary keys.' },
  {
    name: 'aws_auth_type',
    description: '`apiKey` sends `api_key` as a bearer token, `assumedRole` signs as the role; the credentials at hand decide where it is not set.',
  },
  { name: 'aws_role_arn', description: 'Role to assume, with the access key given or that of the environment.' },
  { name: 'aws_external_id', secret: true, description: 'External id that the role demands.' },
] as const satisfies readonly ProviderOption[];
