import type { Environment } from '../environment.ts';
import { textOf, type Words } from './command.ts';

/** A running gateway and how to ask it. */
export interface AdminClient {
  readonly url: string;
  /** Asks for something; throws with the gateway's own message where it refuses. */
  get(path: string, options?: AskOptions): Promise<Response>;
  /** The same for something that is to be done. */
  post(path: string, options?: AskOptions): Promise<Response>;
}

interface AskOptions {
  readonly signal?: AbortSignal;
  readonly accept?: string;
}

/** Options of commands that talk to a running gateway. */
export const CLIENT_OPTIONS = { url: { type: 'string' }, key: { type: 'string' } } as const;

/** What their help says of them. */
export const CLIENT_HELP = `  --url URL      where the gateway is (default SLUICE_URL, else http://127.0.0.1:PORT)
  --key KEY      admin key (default SLUICE_ADMIN_KEY; none is needed on the gateway's own machine if it has none)`;

/** The gateway that the words and the environment mean. */
export function adminClient(words: Words): AdminClient {
  const url = (textOf(words, 'url') ?? addressIn(words.env)).replace(/\/+$/, '');
  const key = textOf(words, 'key') ?? words.env['SLUICE_ADMIN_KEY'] ?? '';
  const ask = async (method: string, path: string, { signal, accept = 'application/json' }: AskOptions): Promise<Response> => {
    const headers = { accept, ...(key === '' ? {} : { authorization: `Bearer ${key}` }) };
    const response = await fetch(url + path, { method, headers, ...(signal === undefined ? {} : { signal }) }).catch((cause: unknown) => {
      throw new Error(`there is no gateway at ${url} (${reasonOf(cause)}); --url says where it is`);
    });
    if (!response.ok) throw new Error(await messageOf(response));
    return response;
  };
  return { url, get: (path, options = {}) => ask('GET', path, options), post: (path, options = {}) => ask('POST', path, options) };
}

/** Where a gateway with this environment can be called from its own machine. */
export function addressIn(env: Environment): string {
  if ((env['SLUICE_URL'] ?? '') !== '') return env['SLUICE_URL'] as string;
  const host = env['HOST'] ?? '127.0.0.1';
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${env['PORT'] ?? 8787}`;
}

/** Why a request got no answer, in few words. */
export function reasonOf(error: unknown): string {
  const { cause, message } = error as { readonly cause?: { readonly code?: string; readonly message?: string }; readonly message?: string };
  return cause?.code ?? cause?.message ?? message ?? 'unknown';
}

async function messageOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: string } };
    if (error?.message !== undefined) return error.message;
  } catch {
    // Not the gateway's own error; its status says enough.
  }
  return `the gateway answered ${response.status}`;
}
