import { ask, type Question, type Seen } from './client.ts';
import { answerWell, type Fault, type Mode, type Play, type Scene, type Sight } from './faults.ts';
import type { Profile } from './profile.ts';
import { CLOSED, openProvider, type RawProvider } from './provider.ts';
import { SPEECHES, TEXT, type Reading, type Speech } from './speech.ts';

/** Who asks whom: the client's dialect, and the provider's. */
export interface Lane {
  readonly client: Speech;
  readonly upstream: Speech;
}

const { 'openai-chat': openai, 'anthropic-messages': anthropic, gemini } = SPEECHES;

/** Each dialect by itself, and each with a translation in between. */
export const LANES: readonly Lane[] = [
  { client: openai, upstream: openai },
  { client: anthropic, upstream: anthropic },
  { client: gemini, upstream: gemini },
  { client: openai, upstream: anthropic },
  { client: anthropic, upstream: gemini },
  { client: gemini, upstream: openai },
];

export interface Case {
  readonly fault: Fault;
  readonly lane: Lane;
  readonly mode: Mode;
  readonly hasFallback: boolean;
}

/** Everything that the wall tries. Translations make no difference to how a target by itself is asked again. */
export function casesOf(faults: readonly Fault[], { isThorough }: Profile): Case[] {
  return faults.flatMap((fault) =>
    LANES.flatMap((lane) => {
      const isNative = lane.client === lane.upstream;
      if (!isNative && !mattersBehindTranslation(fault, isThorough)) return [];
      const ways = isNative && fault.alone !== undefined ? [true, false] : [true];
      return fault.modes.flatMap((mode) => ways.map((hasFallback) => ({ fault, lane, mode, hasFallback })));
    }),
  );
}

/** Large requests keep the machine busy; to translate them has nothing to do with the fault. */
function mattersBehindTranslation({ group, isLarge }: Fault, isThorough: boolean): boolean {
  return isLarge !== true && (isThorough || group === 'streams' || group === 'whole answers');
}

export function titleOf({ fault, lane, mode, hasFallback }: Case): string {
  const way = lane.client === lane.upstream ? lane.client.id : `${lane.client.id} ← ${lane.upstream.id}`;
  return `${fault.name}: ${way}, ${mode === 'stream' ? 'streamed' : 'whole'}, ${hasFallback ? 'with a second target' : 'alone'}`;
}

/** What came of a case. */
export interface Result {
  readonly case: Case;
  /** What the client saw. */
  readonly sight: 'answer' | 'error' | 'neither';
  /** Milliseconds. */
  readonly took: number;
  /** What was not as it must be; empty: passed. */
  readonly problems: readonly string[];
}

/** How long a hanging case is waited for beyond its limit, and how long a machine under load may take for what takes no time, in milliseconds. */
const GRACE = 10_000;

/** Plays one case through a gateway. */
export async function play(it: Case, gateway: string, profile: Profile): Promise<Result> {
  const { fault, lane, mode, hasFallback } = it;
  const scene: Scene = { speech: lane.upstream, mode, scaled: profile.scaled, now: profile.clock.now };
  const first = fault.first === undefined ? undefined : await openProvider(fault.first(scene));
  const second = hasFallback ? await openProvider((fault.second ?? wellBehaved)(scene)) : undefined;
  const limit = profile.scaled(fault.within) + GRACE;
  const config = configOf(it, profile, [first?.url ?? CLOSED, second?.url]);
  try {
    const question = questionOf(it, config);
    if (fault.warmUp === true) await ask(gateway, question);
    const seen = await ask(gateway, { ...question, signal: AbortSignal.timeout(limit) });
    const { sight, problems } = judge(seen, lane.client, mode);
    const wanted = hasFallback ? fault.withFallback : (fault.alone as Sight);
    const late = seen.took >= limit ? [`not over within ${limit} ms`] : [];
    const left = await leftOpen([first, second]);
    return {
      case: it,
      sight,
      took: seen.took,
      problems: [...problems, ...expected(wanted, sight, seen), ...late, ...counted(it, first, second), ...left],
    };
  } finally {
    await Promise.all([first?.close(), second?.close()]);
  }
}

function questionOf({ fault, lane, mode }: Case, config: object): Question {
  const isStream = mode === 'stream';
  return {
    path: lane.client.path(isStream),
    headers: { 'x-portkey-config': JSON.stringify(config) },
    body: JSON.stringify(lane.client.body(isStream, fault.isLarge === true ? large(lane.client) : {})),
  };
}

const wellBehaved: Play = (scene) => ({ asked: (exchange) => answerWell(exchange, scene) });

let played = 0;

/** The plain config that a user of Portkey would write. Each has a key of its own: the system gives ports out again, and breakers remember. */
function configOf({ lane, hasFallback }: Case, { limits }: Profile, [first, second]: readonly (string | undefined)[]): object {
  const key = `k${played++}`;
  const target = (url: string | undefined): object => ({ provider: lane.upstream.provider, api_key: key, custom_host: url, retry: { attempts: 2 } });
  if (!hasFallback) return { ...target(first), ...limits };
  return { strategy: { mode: 'fallback' }, ...limits, targets: [target(first), target(second)] };
}

/** Members that make a request too large for the buffers of a connection. */
function large(client: Speech): object {
  const filler = 'x'.repeat(3_000_000);
  if (client.id === 'gemini') return { contents: [{ role: 'user', parts: [{ text: filler }] }] };
  return { messages: [{ role: 'user', content: filler }] };
}

/** What a client of a dialect makes of a response: the whole answer, an error, or neither, which must never happen. */
export function judge(seen: Seen, client: Speech, mode: Mode): { readonly sight: Result['sight']; readonly problems: readonly string[] } {
  const isStream = mode === 'stream' && seen.headers['content-type']?.startsWith('text/event-stream') === true;
  const reading = isStream ? client.readStream(seen.body) : client.readWhole(seen.body);
  const problems = [...reading.unreadable.map((what) => `unreadable: ${what}`), ...lies(reading, seen)];
  const sight = isAnswer(seen, reading) ? 'answer' : isError(seen, reading, isStream) ? 'error' : 'neither';
  return { sight, problems: sight === 'neither' ? [...problems, `neither answer nor error: ${describe(seen)}`] : problems };
}

function isAnswer(seen: Seen, { isFinished, error, text }: Reading): boolean {
  return seen.isComplete && seen.status === 200 && isFinished && error === undefined && text === TEXT;
}

function isError(seen: Seen, { error }: Reading, isStream: boolean): boolean {
  return seen.isComplete && error !== undefined && (isStream || seen.status >= 400);
}

/** What looks whole and is not, and what no provider said. */
function lies({ text, isFinished, error }: Reading, seen: Seen): string[] {
  return [
    ...(isFinished && error === undefined && text !== TEXT ? [`looks whole and is not: ${describe(seen)}`] : []),
    ...(isFinished && error !== undefined ? [`an error, and yet finished: ${describe(seen)}`] : []),
    ...(TEXT.startsWith(text) ? [] : [`text that nobody said: ${JSON.stringify(text)}`]),
  ];
}

function expected(wanted: Sight, sight: Result['sight'], seen: Seen): string[] {
  if (typeof wanted === 'number') return seen.status === wanted && sight === 'error' ? [] : [`expected status ${wanted}: ${describe(seen)}`];
  return wanted === sight || sight === 'neither' ? [] : [`expected the ${wanted}: ${describe(seen)}`];
}

function describe({ status, isComplete, body, took }: Seen): string {
  const excerpt = body.length > 700 ? `${body.slice(0, 200)} … ${body.slice(-450)}` : body;
  return `${status === 0 ? 'no response' : `status ${status}`}${isComplete ? '' : ', broken off'}, ${took} ms: ${excerpt}`;
}

/** Each target is asked as often as it must be, and no more. */
function counted({ fault, hasFallback }: Case, first: RawProvider | undefined, second: RawProvider | undefined): string[] {
  const [wantedFirst, wantedSecond] = fault.asks;
  const asked = first === undefined ? 0 : Math.max(first.requests.length, first.requests.length === 0 ? first.connections : 0);
  return [
    ...(wantedFirst === 'any' || asked === wantedFirst ? [] : [`the first target was asked ${asked} times, not ${wantedFirst}`]),
    ...(!hasFallback || second?.requests.length === wantedSecond
      ? []
      : [`the second target was asked ${second?.requests.length} times, not ${wantedSecond}`]),
  ];
}

/** When the client has its answer, nothing is left of what was asked for it. */
async function leftOpen(providers: readonly (RawProvider | undefined)[]): Promise<string[]> {
  const open = (): number => providers.reduce((sum, provider) => sum + (provider?.dangling ?? 0), 0);
  for (let i = 0; i < 200 && open() > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  return open() === 0 ? [] : [`${open()} requests to providers were left open`];
}
