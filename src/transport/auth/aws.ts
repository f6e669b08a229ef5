import { assumeRole, environmentCredentials } from './aws-role.ts';
import { withHeaders, type Authorize } from './authorizing.ts';
import type { Expiring } from './credentials.ts';
import { signatureHeaders, type AwsCredentials } from './sigv4.ts';
import { requireAmbient, requireOption, type AuthSettings, type TokenSource } from './token.ts';
import { wholeBody } from './whole-body.ts';

export interface AwsSettings extends AuthSettings {
  /** The name under which AWS knows what is signed for. */
  readonly service: string;
}

/** Headers that are signed: those that say what is sent. Others may be added on the way. */
const SIGNED = new Set(['content-type', 'accept']);

/** Signs requests with the target's AWS keys, or with those of the role that it assumes. */
export function awsAuthorize(settings: AwsSettings, source: TokenSource): Authorize {
  const region = settings.options['aws_region'] ?? 'us-east-1';
  const credentials = credentialsOf(settings, source, region);
  return async (request) => {
    const { origin, method, path, headers } = request;
    const [body, keys] = [await wholeBody(request.body), await credentials()];
    const signed = headers.flatMap((name, i) => (i % 2 === 0 && SIGNED.has(name) ? [name, headers[i + 1] as string] : []));
    const signable = { method, host: new URL(origin).host, path, headers: signed, body: body ?? '' };
    const proof = signatureHeaders(signable, { credentials: keys, region, service: settings.service, date: new Date(source.now()) });
    return withHeaders({ ...request, body }, proof);
  };
}

function credentialsOf(settings: AwsSettings, source: TokenSource, region: string): () => Promise<AwsCredentials> {
  const { options } = settings;
  const role = options['aws_role_arn'] ?? '';
  const hasOwn = (options['aws_access_key_id'] ?? '') !== '';
  if (role === '') return async () => ownCredentials(settings);
  const externalId = options['aws_external_id'] ?? '';
  const own = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'].map((name) => options[name] ?? '');
  const keys = source.credentials.at<AwsCredentials>(['aws', String(settings.ambient), region, role, externalId, ...own]);
  const fetchNew = async (): Promise<Expiring<AwsCredentials>> => {
    if (!hasOwn) requireAmbient(settings, "the AWS credentials of the gateway's environment");
    return assumeRole(source, hasOwn ? ownCredentials(settings) : await environmentCredentials(source, region), { role, externalId, region });
  };
  return () => keys.get(fetchNew);
}

function ownCredentials(settings: AwsSettings): AwsCredentials {
  return {
    accessKeyId: requireOption(settings, 'aws_access_key_id'),
    secretAccessKey: requireOption(settings, 'aws_secret_access_key'),
    sessionToken: settings.options['aws_session_token'] || undefined,
  };
}
