import type { UsageCodec } from '../dialects/dialect.ts';
import { decodeUsage } from '../dialects/openai-chat/usage.ts';
import type { Cost, Used } from '../ir/cost.ts';
import type { ChatEvent, Usage } from '../ir/events.ts';
import { troubleOfCalls } from '../telemetry/log.ts';
import type { Attempt } from './attempts.ts';
import type { Endpoint } from './endpoint.ts';
import { findUsed, findUsedInBody, WINDOW } from './find-usage.ts';
import { isLastPiece } from './last-piece.ts';
import type { Call, EventBatch, Handler, Reply, ReplyBody, Step } from './step.ts';
import { showingCost, wantsCost, withoutCostRequest } from './show-cost.ts';
import { guarded, tapped, type Watcher } from './tap.ts';

/** Prices answers. */
export interface Billing {
  /** Undefined: it is ready. */
  load(): Promise<void> | undefined;
  /** What an answer of the target at a path of the call's config cost. */
  costOf(call: Call, path: string, used: Used): Cost;
}

/**
 * Notes what an answer used and what that cost, of every attempt whose answer was passed on. Usage is found in the bytes where they pass
 * through as they are, else read off the events; an answer that cannot be read loses its count and nothing else.
 */
export function accounted(billing: Billing): Step {
  return (next) => async (call) => {
    call.notes.model ??= modelAsked(call);
    const loading = billing.load();
    const reply = await answered(next, call);
    if (loading !== undefined) await loading;
    const isFromCache = call.notes.cache?.status === 'HIT' || call.notes.cache?.status === 'SEMANTIC HIT';
    const ledger = isFromCache ? savings(call, billing, reply.route.path) : expenses(call, billing);
    const body = watchBody(reply, call, ledger);
    const codec = wantsCost(call) && !isBinary(call) ? codecOf(call) : undefined;
    if (codec === undefined) return { ...reply, body };
    const costOf = (used: Used): number | undefined => (isFromCache ? 0 : (billing.costOf(call, reply.route.path, used).total ?? undefined));
    return { ...reply, body: showingCost(body, { codec, costOf }) };
  };
}

/** The answer; of a call without one it is noted what its attempts used. */
async function answered(next: Handler, call: Call): Promise<Reply> {
  try {
    return await next(withoutCostRequest(call));
  } catch (error) {
    tally(call);
    throw error;
  }
}

function isBinary({ endpoint }: Call): boolean {
  return endpoint.kind === 'passthrough' || (endpoint.kind === 'chat' && endpoint.dialect.framing !== 'sse');
}

function modelAsked({ endpoint, json }: Call): string | undefined {
  const model = ('model' in endpoint ? endpoint.model : undefined) ?? json?.['model'];
  return typeof model === 'string' ? model : undefined;
}

function watchBody({ body }: Reply, call: Call, ledger: Ledger): ReplyBody {
  const codec = codecOf(call);
  switch (body.kind) {
    case 'bytes':
      if (codec !== undefined) guarded(ledger, () => ledger.note(ledger.answering(), findUsedInBody(body.bytes, codec)));
      return body;
    case 'answer':
      guarded(ledger, () => readEvents(call, body.events, ledger));
      return body;
    case 'stream':
      return codec === undefined ? body : { kind: 'stream', flow: tapped(body.flow, new BytesWatcher(call, codec, ledger)) };
    case 'events':
      return { kind: 'events', flow: tapped(body.flow, new EventsWatcher(call, ledger)) };
  }
}

/** Many APIs that have no shared meaning count as OpenAI's do. */
const PLAIN: UsageCodec = { member: 'usage', model: 'model', decode: decodeUsage };

function codecOf({ endpoint }: Call): UsageCodec | undefined {
  if (endpoint.kind === 'chat' || endpoint.kind === 'embed') return endpoint.dialect.usage;
  return endpoint.kind === 'passthrough' ? PLAIN : undefined;
}

/** Keeps the books of a call. */
interface Ledger {
  /** The attempt whose answer is being passed on. Not an accessor: CONTRIBUTING says what those keep in memory. */
  readonly answering: () => Attempt | undefined;
  /** What the answer of an attempt used; it replaces what was known of that answer. */
  note(attempt: Attempt | undefined, used: Used | undefined): void;
  failed(cause: unknown): void;
}

/** What each attempt used, and what all of them cost. */
function expenses(call: Call, billing: Billing): Ledger {
  const { attempts, notes } = call;
  return {
    answering: () => attempts.answering,
    note: (attempt, used) => {
      if (used === undefined || attempt === undefined) return;
      attempt.used = used;
      attempt.cost = billing.costOf(call, attempt.target, used);
      notes.model = used.model ?? notes.model;
      tally(call);
    },
    failed: unreadable(call),
  };
}

/** Adds up what all attempts of a call have used, as far as that is known. */
function tally({ attempts, notes }: Call): void {
  const known = attempts.list.filter((attempt) => attempt.used !== undefined);
  if (known.length === 0) return;
  notes.usage = known.map(({ used }) => (used as Used).usage).reduce(sumOfUsages);
  notes.cost = known.map(({ cost }) => cost as Cost).reduce(sumOfCosts);
}

/** An answer from the cache costs nothing, and spares what it would have cost at the path that it came from. */
function savings(call: Call, billing: Billing, path: string): Ledger {
  const { notes } = call;
  notes.cost = FREE;
  return {
    answering: () => undefined,
    note: (_, used) => {
      if (used === undefined || notes.cache === undefined) return;
      notes.model = used.model ?? notes.model;
      notes.cache = { ...notes.cache, saved: billing.costOf(call, path, used).total ?? undefined };
    },
    failed: unreadable(call),
  };
}

const FREE: Cost = Object.freeze({ total: 0, parts: Object.freeze({}) });

const usageUnread = troubleOfCalls('the usage in an answer could not be read');

function unreadable({ id }: Call): Ledger['failed'] {
  return (cause) => usageUnread({ call: id, cause });
}

function readEvents(call: Call, events: readonly ChatEvent[], ledger: Ledger): void {
  const watcher = new EventsWatcher(call, ledger);
  watcher.see({ events });
  watcher.conclude();
}

/** Keeps the beginning and the end of a streamed answer, and reads them when it is over. */
class BytesWatcher implements Watcher<Uint8Array | string> {
  readonly #endpoint: Endpoint;
  readonly #codec: UsageCodec;
  readonly #ledger: Ledger;
  readonly #attempt: Attempt | undefined;
  readonly #head: (Uint8Array | string)[] = [];
  readonly #tail: (Uint8Array | string)[] = [];
  #headSize = 0;
  #tailSize = 0;
  #isRead = false;

  constructor({ endpoint }: Call, codec: UsageCodec, ledger: Ledger) {
    this.#endpoint = endpoint;
    this.#codec = codec;
    this.#ledger = ledger;
    this.#attempt = ledger.answering();
  }

  see(bytes: Uint8Array | string): void {
    if (this.#headSize < WINDOW) {
      this.#head.push(bytes);
      this.#headSize += bytes.length;
    }
    this.#tail.push(bytes);
    this.#tailSize += bytes.length;
    while (this.#tailSize - (this.#tail[0] as Uint8Array).length >= WINDOW) this.#tailSize -= (this.#tail.shift() as Uint8Array).length;
    if (isLastPiece(bytes, this.#endpoint)) this.conclude();
  }

  conclude(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    const head = textOf(this.#head).slice(0, WINDOW);
    const used = findUsed({ head, tail: textOf(this.#tail).slice(-WINDOW) }, this.#codec) ?? findUsed({ head, tail: head }, this.#codec);
    this.#ledger.note(this.#attempt, used);
  }

  broke(): void {
    this.conclude();
  }

  left(): void {
    this.conclude();
  }

  failed(cause: unknown): void {
    this.#ledger.failed(cause);
  }
}

/** Reads the events of a streamed answer. Another target may take it up in its middle: what the first one used counts too. */
class EventsWatcher implements Watcher<EventBatch> {
  readonly #endpoint: Endpoint;
  readonly #ledger: Ledger;
  #attempt: Attempt | undefined;
  #usage: Usage | undefined;
  #model: string | undefined;
  #tier: string | undefined;

  constructor({ endpoint }: Call, ledger: Ledger) {
    this.#endpoint = endpoint;
    this.#ledger = ledger;
  }

  see({ events, raw }: EventBatch): void {
    for (const event of events) {
      if (event.type === 'usage') this.#take(event.usage);
      else if (event.type === 'start') {
        this.#model = event.model ?? this.#model;
        this.#tier = event.serviceTier ?? this.#tier;
      }
    }
    if (raw !== undefined && isLastPiece(raw, this.#endpoint)) this.conclude();
  }

  conclude(): void {
    const { service_tier: own } = this.#usage?.native?.value ?? {};
    const tier = typeof own === 'string' ? own : this.#tier;
    if (this.#usage !== undefined) this.#ledger.note(this.#attempt, { usage: this.#usage, model: this.#model, tier });
  }

  broke(): void {
    this.conclude();
  }

  left(): void {
    this.conclude();
  }

  failed(cause: unknown): void {
    this.#ledger.failed(cause);
  }

  #take(usage: Usage): void {
    const attempt = this.#ledger.answering() ?? this.#attempt;
    if (attempt !== this.#attempt) this.#handOver();
    this.#attempt = attempt;
    this.#usage = usage;
  }

  /** The answer goes on from another attempt, whose opening event nobody was shown. */
  #handOver(): void {
    if (this.#attempt === undefined) return;
    this.conclude();
    this.#model = undefined;
    this.#tier = undefined;
  }
}

function textOf(pieces: readonly (Uint8Array | string)[]): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1')))
    .join('');
}

function sumOfUsages(one: Usage, other: Usage): Usage {
  return { ...one, ...addedUp({ ...one, native: undefined }, { ...other, native: undefined }), native: undefined };
}

function sumOfCosts(one: Cost, other: Cost): Cost {
  return { total: one.total === null || other.total === null ? null : one.total + other.total, parts: addedUp(one.parts, other.parts) };
}

function addedUp(one: Readonly<Record<string, number | undefined>>, other: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const counts of [one, other])
    for (const [name, count] of Object.entries(counts)) if (count !== undefined) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
