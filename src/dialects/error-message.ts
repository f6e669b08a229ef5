import { isObject } from './read.ts';

const LONGEST = 1000;

/** The message in an error body of any shape: nested under `error`, `detail` or `errors`, in a list, flat, plain text, or a page's title. */
export function errorMessage(status: number, body: unknown): string {
  const message = find(body)?.slice(0, LONGEST);
  return message === undefined || message === '' ? `The provider answered with status ${status}.` : message;
}

function find(body: unknown): string | undefined {
  if (typeof body === 'string') return readable(body.trim());
  if (Array.isArray(body)) return find(body[0]);
  if (!isObject(body)) return undefined;
  for (const name of ['message', 'Message', 'msg', 'error', 'detail', 'errors']) {
    const message = find(body[name]);
    if (message !== undefined && message !== '') return message;
  }
  return undefined;
}

function readable(text: string): string | undefined {
  return /^<[!a-z]/i.test(text) ? /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim() : text;
}
