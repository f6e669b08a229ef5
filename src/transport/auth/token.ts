import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Exchange, Transport } from '../port.ts';
import type { Credentials } from './credentials.ts';

/** What is needed to get a token. */
export interface TokenSource {
  readonly transport: Transport;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly credentials: Credentials;
}

/** What a target says about its identity, and its place in the config. */
export interface AuthSettings {
  readonly options: Readonly<Record<string, string>>;
  readonly where: string;
  /** Whether the target may go by the identity of the machine that the gateway runs on. */
  readonly ambient: boolean;
}

export interface TokenRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly string[];
  readonly body: string | null;
  /** The host was named by a caller and is not trusted. */
  readonly guarded?: boolean;
}

const LARGEST_REPLY = 1024 * 1024;
/** Milliseconds that an identity service gets to answer. */
const PATIENCE = 10_000;

/** Sends a small request to an identity service and gives the text of its answer. The service's own words stay in the log. */
export function requestText(source: TokenSource, { url, method, headers, body, guarded = false }: TokenRequest): Promise<string> {
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    const fail = (what: string, cause: unknown): void => {
      clearTimeout(timer);
      reject(refused(what, cause));
    };
    const timer = setTimeout(() => {
      exchange.abort();
      fail('did not answer in time', undefined);
    }, PATIENCE);
    const exchange: Exchange = source.transport(
      { origin, path: pathname + search, method, headers, body, guarded },
      {
        head: (head) => void (status = head.status),
        data: (chunk) => {
          size += chunk.length;
          if (size <= LARGEST_REPLY) chunks.push(chunk);
          return true;
        },
        end: () => {
          clearTimeout(timer);
          const text = Buffer.concat(chunks).toString('utf8');
          if (status >= 200 && status < 300) resolve(text);
          else fail('did not accept its credentials', new Error(`${origin} answered ${status}: ${text.slice(0, 500)}`));
        },
        fail: (error) => fail('could not be reached', error),
      },
    );
  });
}

/** The same for an answer in JSON. */
async function requestJson(source: TokenSource, request: TokenRequest): Promise<JsonObject> {
  const text = await requestText(source, request);
  try {
    return JSON.parse(text) as JsonObject;
  } catch (cause) {
    throw refused('answered with something that is no token', cause);
  }
}

/** An access token as OAuth's token endpoints give it. */
export async function requestToken(source: TokenSource, request: TokenRequest): Promise<{ readonly value: string; readonly expiresAt: number }> {
  const { access_token: value, expires_in: lifetime } = await requestJson(source, request);
  if (typeof value !== 'string' || value === '') throw refused('answered with something that is no token', undefined);
  return { value, expiresAt: source.now() + (Number(lifetime) || 0) * 1000 };
}

/** The error of an identity service; it tells no more of the service than what went wrong with it. */
export function refused(what: string, cause: unknown): GatewayError {
  return new GatewayError('authorization_failed', `The identity service of the target ${what}.`, { cause });
}

/** The value of an option, or an error that says where it is missing. */
export function requireOption({ options, where }: AuthSettings, name: string): string {
  const value = options[name];
  if (value !== undefined && value !== '') return value;
  throw new GatewayError('missing_option', `${name} is required at ${where}`, { param: `${where}.${name}` });
}

/** Whoever may send a request could otherwise spend, and read, what the gateway's machine has a right to. */
export function requireAmbient({ ambient, where }: AuthSettings, what: string): void {
  if (ambient) return;
  throw new GatewayError('ambient_identity_refused', `${where} asks for ${what}, which callers of this gateway may not use.`, { param: where });
}
