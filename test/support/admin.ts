/** What an admin request was answered with. */
export interface AdminReply {
  readonly status: number;
  readonly headers: Headers;
  /** Tests read whatever was answered, so the type promises nothing. */
  readonly body: Record<string, unknown>;
}

/** Asks the admin interface of a gateway. */
export type Ask = (
  method: string,
  path: string,
  ...[body, headers]: readonly [body?: object | undefined, headers?: Readonly<Record<string, string>>]
) => Promise<AdminReply>;

/** Asks at a path below `/admin/v1`, with JSON. */
export function adminOf(gateway: { readonly url: string }, own: Readonly<Record<string, string>> = {}): Ask {
  return async (method, path, ...[body, headers = {}]) => {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...own, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
}

/** What an error says. */
export function errorOf({ body }: AdminReply): { readonly message: string; readonly code: string; readonly param: string } {
  return body['error'] as { message: string; code: string; param: string };
}
