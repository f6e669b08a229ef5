import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Transport } from '../port.ts';

/** What is needed to get a token. */
export interface TokenSource {
  readonly transport: Transport;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a target says about its identity, and its place in the config. */
export interface AuthSettings {
  readonly options: Readonly<Record<string, string>>;
  readonly where: string;
}

/** A credential with its end of life, in milliseconds since the epoch. */
export interface Expiring<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/** Milliseconds before its end at which a credential is renewed. */
const MARGIN = 60_000;

/** Keeps a credential until shortly before its end; calls that wait for the same renewal share it, and a failed one is not kept. */
export function renewing<Value>(fetchNew: () => Promise<Expiring<Value>>, now: () => number): () => Promise<Value> {
  let current: Promise<Expiring<Value>> | undefined;
  let expiresAt = 0;
  return async () => {
    if (current === undefined || now() >= expiresAt - MARGIN) {
      expiresAt = Infinity;
      current = fetchNew();
      current.then(
        (fresh) => (expiresAt = fresh.expiresAt),
        () => (current = undefined),
      );
    }
    return (await current).value;
  };
}

export interface TokenRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly string[];
  readonly body: string | null;
}

const LARGEST_REPLY = 1024 * 1024;

/** Sends a small request to an identity service and gives the text of its answer. The service's own words stay in the log. */
export function requestText(source: TokenSource, { url, method, headers, body }: TokenRequest): Promise<string> {
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    let status = 0;
    let text = '';
    const fail = (cause: unknown): void =>
      reject(new GatewayError('authorization_failed', 'The credentials of the target were not accepted by its identity service.', { cause }));
    source.transport(
      { origin, path: pathname + search, method, headers, body, guarded: false },
      {
        head: (head) => void (status = head.status),
        data: (chunk) => {
          if (text.length < LARGEST_REPLY) text += chunk.toString('utf8');
          return true;
        },
        end: () => (status >= 200 && status < 300 ? resolve(text) : fail(new Error(`${origin} answered ${status}: ${text.slice(0, 500)}`))),
        fail,
      },
    );
  });
}

/** The same for an answer in JSON. */
export async function requestJson(source: TokenSource, request: TokenRequest): Promise<JsonObject> {
  const text = await requestText(source, request);
  try {
    return JSON.parse(text) as JsonObject;
  } catch (cause) {
    throw new GatewayError('authorization_failed', 'The identity service of the target answered with something that is not JSON.', { cause });
  }
}

/** The value of an option, or an error that says where it is missing. */
export function requireOption({ options, where }: AuthSettings, name: string): string {
  const value = options[name];
  if (value !== undefined && value !== '') return value;
  throw new GatewayError('missing_option', `${name} is required at ${where}`, { param: `${where}.${name}` });
}
