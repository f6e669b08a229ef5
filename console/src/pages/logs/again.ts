import type { JsonObject, LoggedCall } from '../../api/types.ts';
import { bodyOf, saidIn, type Said } from '../../chat/said.ts';
import type { Draft } from '../playground/draft.ts';
import { columnText, type Turn } from '../playground/thread.ts';

/** Headers that a client sets by itself, or that say who called: they are not sent again. */
const OWN =
  /^(?:host|connection|content-length|accept.*|user-agent|authorization|.*api-key|cookie|sec-.*|origin|referer|x-stainless-.*|.*-trace-id|traceparent|x-forwarded-.*|cache-control|pragma)$/;

/** The request of a logged call, without what is masked in it. */
export function requestOf(call: LoggedCall): { readonly headers: Readonly<Record<string, string>>; readonly body: unknown } {
  const headers = Object.entries(call.request?.headers ?? {}).filter(([name, value]) => !OWN.test(name.toLowerCase()) && !value.includes('****'));
  return {
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])) },
    body: bodyOf(call.request?.body),
  };
}

/** A logged call as a conversation of the playground: its last message is there to be sent. */
export function draftOf(call: LoggedCall): { readonly draft: Draft; readonly column: string } {
  const said = saidIn(call.request?.body);
  const last = said.at(-1);
  const turns = (last?.role === 'user' ? said.slice(0, -1) : said).flatMap(turnOf);
  const body = bodyOf(call.request?.body) as JsonObject | null;
  const tools = body !== null && typeof body === 'object' && Array.isArray(body['tools']) ? JSON.stringify(body['tools'], null, 2) : '';
  const target = call.config?.id ?? call.provider ?? 'mock';
  return {
    draft: { turns, tools, prompt: last?.role === 'user' ? last.text : '' },
    column: columnText({ target, model: call.requested_model ?? call.model ?? '' }),
  };
}

function turnOf({ role, text, images, calls }: Said): Turn[] {
  if (role === 'user') return [{ role: 'user', text, images }];
  if (role !== 'assistant' && role !== 'model') return [];
  const tools = calls.map((call, i) => ({ id: `call_${i}`, ...call }));
  return [{ role: 'assistant', run: { answer: { text, reasoning: '', tools }, isOver: true } }];
}
