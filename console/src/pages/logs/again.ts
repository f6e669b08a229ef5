import type { LoggedCall } from '../../api/types.ts';
import { bodyOf, saidIn, type Said } from '../../chat/said.ts';
import type { Draft } from '../playground/draft.ts';
import { columnText, headersFor, type Turn } from '../playground/thread.ts';
import { schemaIn, settingsIn, toolsIn } from './settings-in.ts';

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

/** Paths of chats, in every dialect that clients have. */
const CHATS = /\/(?:completions|messages|responses|converse|converse-stream|chat)$|:(?:stream)?generateContent$/i;

/** Whether a call is a chat whose request is kept, so that it can be sent once more. */
export function canReplay(call: LoggedCall): boolean {
  return call.method === 'POST' && CHATS.test(call.path) && typeof bodyOf(call.request?.body) === 'object' && call.request?.body != null;
}

/** The headers of a call with another target in the place of its own; `same` keeps it. */
export function headersTo(call: LoggedCall, target: string): Readonly<Record<string, string>> {
  const { headers } = requestOf(call);
  if (target === 'same') return headers;
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !/-(?:config|provider|virtual-key)$/.test(name)));
  return { ...kept, ...headersFor({ target, model: '' }) };
}

/** A logged call as a conversation of the playground, and its address there: the last message is there to be sent. */
export function draftOf(call: LoggedCall): { readonly draft: Draft; readonly address: string } {
  const body = bodyOf(call.request?.body);
  const said = saidIn(body);
  const last = said.at(-1)?.role === 'user' ? said.at(-1) : undefined;
  const turns = turnsOf(last === undefined ? said : said.slice(0, -1));
  const column = columnText({ target: targetOf(call), model: call.requested_model ?? call.model ?? '' });
  const query = { c: column, ...settingsIn(body), ...(call.is_stream === false ? { stream: 'off' } : {}) };
  return {
    draft: { turns, tools: toolsIn(body), schema: schemaIn(body), prompt: last?.text ?? '', images: last?.images ?? [] },
    address: `/playground?${new URLSearchParams(query).toString()}`,
  };
}

/** Where the call was sent, as a column of the playground names it: a saved provider stays one. */
function targetOf({ config, request, provider }: LoggedCall): string {
  const headers = request?.headers ?? {};
  return config?.id ?? headers['x-sluice-provider'] ?? headers['x-portkey-provider'] ?? provider ?? 'mock';
}

/** What was said as turns; where results of tools are the last word, the playground asks for them anew. */
function turnsOf(said: readonly Said[]): readonly Turn[] {
  const turns: Turn[] = [];
  const open: string[] = [];
  for (const { role, text, images, calls } of said) {
    if (role === 'user') turns.push({ role, text, images });
    if (role === 'tool') turns.push({ role, results: [{ id: open.shift() ?? '', text }] });
    if (role !== 'assistant' && role !== 'model') continue;
    const tools = calls.map((call, i) => ({ id: `call_${turns.length}_${i}`, ...call }));
    open.push(...tools.map(({ id }) => id));
    turns.push({ role: 'assistant', run: { answer: { text, reasoning: '', tools }, isOver: true } });
  }
  return turns.slice(0, turns.findLastIndex(({ role }) => role !== 'tool') + 1);
}
