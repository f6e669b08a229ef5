import type { ServerResponse } from 'node:http';
import { fakeUpstream, type FakeUpstream, type SeenRequest } from '../../../support/fake-upstream.ts';

/** What a request says to a provider, read from its own wire format. */
export interface Heard {
  readonly stream: boolean;
  readonly system: string;
  /** The last text of the user. */
  readonly words: string;
  /** PNGs of the user, in base64. */
  readonly pictures: readonly string[];
  /** What the model said before. */
  readonly said: string;
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  /** Whether the model is asked to think. */
  readonly thinks: boolean;
  /** The keys that the answer must have, where a schema was sent. */
  readonly schema: readonly string[] | undefined;
  /** Calls of the model that were sent back. */
  readonly calls: readonly HeardCall[];
  /** What the tools gave, in the order of the request. */
  readonly results: readonly HeardResult[];
  /** Proofs of the model's own thoughts that were sent back. */
  readonly proofs: readonly string[];
}

export interface HeardCall {
  readonly name: string;
  readonly input: unknown;
}

/** A tool's result together with the call that it is the answer to. */
export interface HeardResult {
  readonly call: HeardCall | undefined;
  readonly text: string;
}

/** Answers that every upstream has, each in its own wire format. */
export interface Script {
  /** A greeting, with usage. */
  readonly hello: Recorded;
  /** Reasoning, then two calls of the same tool. */
  readonly plan: Recorded;
  /** What the model says about the results. */
  readonly report: Recorded;
  /** JSON that follows the schema. */
  readonly structured: Recorded;
}

/** An answer as it is sent whole, and as it is sent piece by piece. */
export interface Recorded {
  readonly whole: object;
  readonly stream: readonly (string | Uint8Array)[];
}

/** A provider that speaks one wire format. */
export interface UpstreamKind {
  readonly name: string;
  readonly provider: string;
  /** Further members of the target, beside provider, key and host. */
  readonly options?: Readonly<Record<string, string>>;
  /** What stands behind the host in the provider's base URL. */
  readonly basePath: string;
  readonly model: string;
  readonly contentType: string;
  readonly script: Script;
  /** The key that a request came with; absent where a caller can have none: requests are signed, or the dialect has to be named in a config. */
  keyOf?(request: SeenRequest): string | undefined;
  /** The body of an error. */
  error(status: number, message: string): object;
  /** What the real provider would refuse a request for. */
  objection(body: unknown): string | undefined;
  /** The reasoning of `plan` as far as the provider tells, and the proofs that it wants back. */
  readonly thoughts: { readonly text: string; readonly proofs: readonly string[] };
  read(request: SeenRequest): Heard;
  /** Keeps an answer, so that later requests can continue it by its id. */
  keep?(id: string, request: SeenRequest, answer: object): void;
}

/** What all upstreams say. */
export const SAID = {
  hello: ['Hello', ', wörld', '! 👋'],
  plan: 'Two cities, so two calls.',
  cities: ['Paris', 'Tōkyō'],
  report: ['Paris has 18 °C', ', Tōkyō has 24 °C.'],
  structured: ['{"city": "Par', 'is", "celsius": 18}'],
} as const;

/** Stands in what upstreams say for the id of the answer, which is another one each time. */
export const ID = 'an-answer';

/** The message of the error with which an upstream answers where it is asked to be busy. */
export const BUSY = 'Slow down, please.';

/** Tokens of `hello`; the cached ones are part of the prompt. */
export const USED = { prompt: 21, cached: 8, completion: 9 } as const;

/** Words that make an upstream misbehave. */
export const BE_BUSY = 'Be busy.';
export const BREAK_OFF = 'Break off.';

/** Keys of the two who can have one; the config's goes first. */
export const KEY_OF_TARGET = 'key-of-the-target';
export const KEY_OF_CALLER = 'key-of-the-caller';

export interface RunningUpstream extends FakeUpstream {
  readonly kind: UpstreamKind;
  /** What the last request said. */
  heard(): Heard;
  /** The key that the last request came with. */
  key(): string | undefined;
  /** Headers that lead to this upstream: a config with a key, or single settings without one. */
  readonly headers: Readonly<Record<string, string>>;
  readonly keylessHeaders: Readonly<Record<string, string>>;
}

/** Starts an upstream of a kind on loopback. */
export async function startUpstream(kind: UpstreamKind): Promise<RunningUpstream> {
  let answers = 0;
  const upstream = await fakeUpstream((request, response) => answer(kind, request, { response, id: `${ID}-${++answers}` }));
  const target = { provider: kind.provider, custom_host: upstream.url + kind.basePath, ...kind.options };
  const headers = { 'x-portkey-config': JSON.stringify({ ...target, api_key: KEY_OF_TARGET }) };
  const keylessHeaders = Object.fromEntries(Object.entries(target).map(([name, value]) => [`x-portkey-${name.replaceAll('_', '-')}`, value]));
  const last = (): SeenRequest => upstream.seen.at(-1) as SeenRequest;
  return { ...upstream, kind, heard: () => kind.read(last()), key: () => kind.keyOf?.(last()), headers, keylessHeaders };
}

interface Reply {
  readonly response: ServerResponse;
  readonly id: string;
}

async function answer(kind: UpstreamKind, request: SeenRequest, { response, id }: Reply): Promise<void> {
  const heard = kind.read(request);
  if (heard.words === BE_BUSY) return send(response, 429, kind.error(429, BUSY));
  const objection = kind.objection(request.body);
  if (objection !== undefined) return send(response, 400, kind.error(400, objection));
  const recorded = kind.script[chapter(heard)];
  const whole = JSON.parse(named(JSON.stringify(recorded.whole), id)) as object;
  kind.keep?.(id, request, whole);
  if (!heard.stream) return send(response, 200, whole);
  response.writeHead(200, { 'content-type': kind.contentType });
  const breaksOff = heard.words === BREAK_OFF;
  for (const piece of breaksOff ? recorded.stream.slice(0, -3) : recorded.stream) {
    response.write(typeof piece === 'string' ? named(piece, id) : piece);
    // A turn of the event loop lets each piece travel on its own.
    await new Promise(setImmediate);
  }
  if (!breaksOff) return void response.end();
  await new Promise((resolve) => setTimeout(resolve, 5));
  response.destroy();
}

function named(text: string, id: string): string {
  return text.replaceAll(ID, id);
}

function chapter({ results, tools, schema }: Heard): keyof Script {
  if (results.length > 0) return 'report';
  if (tools.length > 0) return 'plan';
  return schema === undefined ? 'hello' : 'structured';
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Pieces of a stream as server-sent events. */
export function sse(events: readonly object[], { named = false }: { readonly named?: boolean } = {}): string[] {
  return events.map((event) => {
    const name = named ? `event: ${(event as { type: string }).type}\n` : '';
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
}

/** A value's member as an object; what is not there is an empty one. */
export function member(value: unknown, name: string): Record<string, unknown> {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}

/** A value's member as a list of objects; what is not there is an empty one. */
export function list(value: unknown, name: string): Record<string, unknown>[] {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return Array.isArray(found) ? (found as Record<string, unknown>[]) : [];
}

/** The base64 in data URIs of PNGs; anything else as it is. */
export function pictureOf(uri: unknown): string {
  return String(uri).replace('data:image/png;base64,', '');
}

/** The words of a content that is a text, or a list of parts of which some have a text. */
export function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (typeof part === 'string' ? part : ((part as { text?: string }).text ?? ''))).join('');
}
