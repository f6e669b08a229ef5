import { createHash, createHmac } from 'node:crypto';

/** Keys of an AWS account or of an assumed role. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A request as it will go over the wire. */
export interface SignableRequest {
  readonly method: string;
  /** Host, with its port where that is not the scheme's own. */
  readonly host: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  /** Flat name-value pairs; each of them is signed, so none may be changed on the way. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
}

/** For whom and when a request is signed. */
export interface Signing {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The headers that sign a request with AWS Signature Version 4, flat name-value pairs to be sent beside its own
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). Not for S3, which encodes paths otherwise.
 */
export function signatureHeaders(request: SignableRequest, signing: Signing): string[] {
  const { credentials, region, service } = signing;
  const time = signing.date.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const added = ['x-amz-date', time];
  if (credentials.sessionToken !== undefined) added.push('x-amz-security-token', credentials.sessionToken);
  const headers = canonicalHeaders(['host', request.host, ...request.headers, ...added]);
  const signed = headers.map(([name]) => name).join(';');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const canonical = [
    request.method.toUpperCase(),
    ...canonicalTarget(request.path),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    signed,
    sha256(request.body),
  ].join('\n');
  const signature = hmac(signingKey(credentials.secretAccessKey, scope), `${ALGORITHM}\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return [...added, 'authorization', `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`];
}

/** Names in lower case, values without surplus blanks, sorted by name; repeated headers joined in their order. */
function canonicalHeaders(pairs: readonly string[]): (readonly [string, string])[] {
  const headers = new Map<string, string>();
  for (let at = 0; at < pairs.length; at += 2) {
    const name = (pairs[at] as string).toLowerCase();
    const value = (pairs[at + 1] as string).trim().replaceAll(/\s+/g, ' ');
    const former = headers.get(name);
    headers.set(name, former === undefined ? value : `${former},${value}`);
  }
  return [...headers].sort(([a], [b]) => compare(a, b));
}

/** Canonical path and canonical query. The path, encoded once on the wire, is encoded once more: `%3A` becomes `%253A`. */
function canonicalTarget(target: string): [path: string, query: string] {
  const [path = '', query = ''] = target.split(/\?([^]*)/, 2);
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map(canonicalPair);
  pairs.sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
  return [encodeStrictly(withoutDots(path)).replaceAll('%2F', '/'), pairs.map((pair) => pair.join('=')).join('&')];
}

function canonicalPair(pair: string): [name: string, value: string] {
  const [name = '', value = ''] = pair.split(/=([^]*)/, 2);
  return [encodeStrictly(decoded(name)), encodeStrictly(decoded(value))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Resolves `.` and `..` and drops empty segments, as the services do before they check. */
function withoutDots(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const MOST_KEYS = 200;
const keys = new Map<string, Buffer>();

/** The key for a scope (`day/region/service/aws4_request`), kept because it costs four hashes and serves a whole day. */
function signingKey(secret: string, scope: string): Buffer {
  const id = `${scope}/${secret}`;
  let key = keys.get(id);
  if (key === undefined) {
    key = scope.split('/').reduce<Buffer>((parent, part) => hmac(parent, part), Buffer.from(`AWS4${secret}`));
    if (keys.size >= MOST_KEYS) keys.delete(keys.keys().next().value as string);
    keys.set(id, key);
  }
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
