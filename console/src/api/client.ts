import { adminKey, askForAdminKey } from './admin-key.ts';

/** What the gateway said no to, in its words. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly param: string | undefined;

  constructor(status: number, body: unknown) {
    const error = (body as { error?: { message?: string; code?: string; param?: string } } | undefined)?.error;
    super(error?.message ?? `The gateway answered with status ${status}.`);
    this.status = status;
    this.code = error?.code ?? undefined;
    this.param = error?.param ?? undefined;
  }
}

/** Headers that say who asks. */
export function adminHeaders(): Record<string, string> {
  const key = adminKey();
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** One question to the admin interface (`/configs`); rejects with an ApiError. */
export async function admin<Reply>(path: string, { method = 'GET', body, headers, signal }: Ask = {}): Promise<Reply> {
  const response = await fetch(`/admin/v1${path}`, {
    method,
    headers: { ...adminHeaders(), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const reply = await readJson(response);
  if (response.ok) return reply as Reply;
  if (response.status === 401 || response.status === 403) askForAdminKey();
  throw new ApiError(response.status, reply);
}

/** The body as JSON; undefined where it is none. */
export async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

/** A query string of what is set. */
export function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()}`;
}
