import { GatewayError } from '../../errors.ts';
import type { Expiring } from './credentials.ts';
import { signatureHeaders, type AwsCredentials } from './sigv4.ts';
import { refused, requestText, type TokenSource } from './token.ts';

/** A role, and where it is asked for. */
export interface Assumption {
  readonly role: string;
  /** Empty: none. */
  readonly externalId: string;
  readonly region: string;
}

/** The keys of a role: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(source: TokenSource, credentials: AwsCredentials, assumption: Assumption): Promise<Expiring<AwsCredentials>> {
  const { role, externalId, region } = assumption;
  const endpoint = process.env['AWS_ENDPOINT_URL_STS'] ?? `https://sts.${region}.amazonaws.com`;
  const query = new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: role, RoleSessionName: 'sluice' });
  if (externalId !== '') query.set('ExternalId', externalId);
  const body = query.toString();
  const headers = ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'];
  const { host, pathname } = new URL(endpoint);
  const signing = { credentials, region, service: 'sts', date: new Date(source.now()) };
  const proof = signatureHeaders({ method: 'POST', host, path: pathname, headers, body }, signing);
  return readKeys(await requestText(source, { url: endpoint, method: 'POST', headers: [...headers, ...proof], body }));
}

function readKeys(reply: string): Expiring<AwsCredentials> {
  const field = (name: string): string => {
    const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(reply)?.[1];
    if (value === undefined) throw refused('answered with something that are no keys', new Error(`no ${name} in ${reply.slice(0, 200)}`));
    return value;
  };
  const value = { accessKeyId: field('AccessKeyId'), secretAccessKey: field('SecretAccessKey'), sessionToken: field('SessionToken') };
  return { value, expiresAt: Date.parse(field('Expiration')) || 0 };
}

/**
 * The keys of the gateway's environment: those set aside for assuming roles, under the names that Portkey's gateway reads too, else the
 * usual ones. A role that stands between them and the targets' roles is assumed first.
 */
export async function environmentCredentials(source: TokenSource, region: string): Promise<AwsCredentials> {
  const keys = environmentKeys();
  const role = process.env['AWS_ASSUME_ROLE_SOURCE_ARN'] ?? '';
  if (role === '') return keys;
  const externalId = process.env['AWS_ASSUME_ROLE_SOURCE_EXTERNAL_ID'] ?? '';
  const kept = source.credentials.at<AwsCredentials>(['aws source', region, role, externalId, keys.accessKeyId]);
  return kept.get(() => assumeRole(source, keys, { role, externalId, region }));
}

function environmentKeys(): AwsCredentials {
  const { env } = process;
  const apart = { accessKeyId: env['AWS_ASSUME_ROLE_ACCESS_KEY_ID'] ?? '', secretAccessKey: env['AWS_ASSUME_ROLE_SECRET_ACCESS_KEY'] ?? '' };
  if (apart.accessKeyId !== '') return apart;
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_SESSION_TOKEN: sessionToken } = env;
  if (accessKeyId !== '' && secretAccessKey !== '') return { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined };
  throw new GatewayError(
    'missing_option',
    "The gateway's environment lacks AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, by which the role is assumed.",
  );
}
