import type { Authorize } from './authorizing.ts';
import { signatureHeaders, type AwsCredentials } from './sigv4.ts';
import { renewing, requestText, requireOption, type AuthSettings, type Expiring, type TokenSource } from './token.ts';

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
  return async ({ origin, method, path, headers, body }) => {
    const date = new Date(source.now());
    const signed = headers.flatMap((name, i) => (i % 2 === 0 && SIGNED.has(name) ? [name, headers[i + 1] as string] : []));
    const payload = typeof body === 'string' || body instanceof Uint8Array ? body : '';
    const request = { method, host: new URL(origin).host, path, headers: signed, body: payload };
    return signatureHeaders(request, { credentials: await credentials(), region, service: settings.service, date });
  };
}

function credentialsOf(settings: AwsSettings, source: TokenSource, region: string): () => Promise<AwsCredentials> {
  const role = settings.options['aws_role_arn'];
  if (role === undefined || role === '') {
    return async () => ({
      accessKeyId: requireOption(settings, 'aws_access_key_id'),
      secretAccessKey: requireOption(settings, 'aws_secret_access_key'),
      sessionToken: settings.options['aws_session_token'],
    });
  }
  return renewing(() => assumeRole(settings, source, { role, region }), source.now);
}

interface Assumption {
  readonly role: string;
  readonly region: string;
}

/** AssumeRole of the Security Token Service, signed with the target's own keys or with those of the gateway's environment. */
async function assumeRole(settings: AwsSettings, source: TokenSource, { role, region }: Assumption): Promise<Expiring<AwsCredentials>> {
  const endpoint = process.env['AWS_ENDPOINT_URL_STS'] ?? `https://sts.${region}.amazonaws.com`;
  const query = new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: role, RoleSessionName: 'sluice' });
  const externalId = settings.options['aws_external_id'];
  if (externalId !== undefined && externalId !== '') query.set('ExternalId', externalId);
  const body = query.toString();
  const headers = ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'];
  const { host, pathname } = new URL(endpoint);
  const signing = { credentials: sourceCredentials(settings), region, service: 'sts', date: new Date(source.now()) };
  const proof = signatureHeaders({ method: 'POST', host, path: pathname, headers, body }, signing);
  const reply = await requestText(source, { url: endpoint, method: 'POST', headers: [...headers, ...proof], body });
  const field = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(reply)?.[1] ?? '';
  const value = { accessKeyId: field('AccessKeyId'), secretAccessKey: field('SecretAccessKey'), sessionToken: field('SessionToken') };
  return { value, expiresAt: Date.parse(field('Expiration')) || source.now() };
}

function sourceCredentials(settings: AwsSettings): AwsCredentials {
  const { options } = settings;
  const fromEnvironment = {
    aws_access_key_id: process.env['AWS_ACCESS_KEY_ID'] ?? '',
    aws_secret_access_key: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
  };
  const own = { ...settings, options: (options['aws_access_key_id'] ?? '') === '' ? { ...options, ...fromEnvironment } : options };
  return {
    accessKeyId: requireOption(own, 'aws_access_key_id'),
    secretAccessKey: requireOption(own, 'aws_secret_access_key'),
    sessionToken: own === settings ? options['aws_session_token'] : process.env['AWS_SESSION_TOKEN'],
  };
}
