import { isObject } from './read.ts';

/** Validators list everything that is wrong with a request; a text that is no JSON is mostly a page of somebody in between. Both in UTF-16 units. */
const LONGEST = 16_000;
const LONGEST_TEXT = 1000;

/** The message in an error body of any shape: nested under `error`, `detail` or `errors`, in a list, flat, plain text, or a page's title. */
export function errorMessage(status: number, body: unknown): string {
  const message = find(body)?.slice(0, typeof body === 'string' ? LONGEST_TEXT : LONGEST);
  return message === undefined || message === '' ? `The provider answered with status ${status}.` : message;
}

function find(body: unknown): string | undefined {
  if (typeof body === 'string') return wordsOfPage(body.trim());
  if (Array.isArray(body)) return said(body.map(find)).join('; ');
  if (!isObject(body)) return undefined;
  const [message] = said(['message', 'Message', 'msg', 'error_description'].map((name) => find(body[name])));
  const [named] = said(['error', 'detail', 'errors'].map((name) => find(body[name])));
  const isName = typeof body['error'] === 'string' && body['error'] !== message;
  return isName && message !== undefined ? `${named}: ${message}` : (message ?? named);
}

function said(messages: readonly (string | undefined)[]): string[] {
  return messages.filter((message) => message !== undefined && message !== '') as string[];
}

/** A text as it is; of a page its title, and of another XML document its message or what it is called. */
export function wordsOfPage(text: string): string | undefined {
  if (!/^<[!?a-z]/i.test(text)) return text;
  const told = /<(title|message|h1)\b[^>]*>([^<]*)<\/\1>/i.exec(text)?.[2]?.trim();
  return told || /^(?:<\?[^>]*>\s*)?<(\w*(?:Exception|Error))\b/.exec(text)?.[1];
}
