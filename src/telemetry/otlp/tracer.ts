import { randomFillSync } from 'node:crypto';
import type { Attempt } from '../../pipeline/attempts.ts';
import type { Observer } from '../../pipeline/outcome.ts';
import type { Call } from '../../pipeline/step.ts';
import { spansOf } from './call-span.ts';
import { contentOf } from './content.ts';
import { Exporter, type ExportResult } from './exporter.ts';
import { resourceJson, SCOPE } from './resource.ts';
import type { Destination, OtlpSettings } from './settings.ts';
import { isSampled, traceContextOf, traceparentOf } from './trace-context.ts';

/** Bytes of an answer that a span may tell of. */
const MOST_CONTENT = 256 * 1024;

export interface TracerOptions {
  readonly settings: OtlpSettings;
  readonly destination: Destination;
  /** A provider's name by the conventions. */
  readonly nameOf: (provider: string) => string;
  readonly count: (result: ExportResult, items: number) => void;
  readonly firstRetry?: number | undefined;
}

/** What providers are told of an attempt's place in its trace, flat pairs of headers. */
export type Propagation = (call: Call, attempt: Attempt) => readonly string[];

/** Makes spans of calls and has them sent. */
export interface Tracer {
  readonly observe: Observer;
  /** Undefined: providers, who are others, are told nothing. */
  readonly propagate: Propagation | undefined;
  close(): Promise<void>;
}

/** Opens a tracer. A call that is not sampled costs a look at its headers. */
export function openTracer({ settings, destination, nameOf, count, firstRetry }: TracerOptions): Tracer {
  const head = `{"resourceSpans":[{"resource":${resourceJson(settings)},"scopeSpans":[{"scope":${SCOPE},"spans":[`;
  const exporter = new Exporter({ destination, queue: settings.queue, wrap: (spans) => `${head}${spans}]}]}]}`, count, firstRetry });
  // Spans of attempts that a provider has been told of.
  const told = new WeakMap<Attempt, string>();

  const observe: Observer = (call, outcome) => {
    const context = traceContextOf(call);
    if (!isSampled(context, settings.sampler)) return;
    const content = settings.capturesContent ? contentOf(call, outcome) : {};
    const attemptIds = call.attempts.list.map((attempt) => told.get(attempt) ?? freshSpanId());
    for (const span of spansOf({ call, outcome, context, spanId: spanIdOf(call), attemptIds, nameOf, content })) exporter.push(span);
  };
  if (settings.capturesContent) observe.answerLimit = () => MOST_CONTENT;

  const propagate: Propagation = (call, attempt) => {
    const context = traceContextOf(call);
    const spanId = freshSpanId();
    told.set(attempt, spanId);
    const state = context.state === undefined ? [] : ['tracestate', context.state];
    return ['traceparent', traceparentOf(context.traceId, spanId, isSampled(context, settings.sampler)), ...state];
  };
  return { observe, propagate: settings.propagates ? propagate : undefined, close: () => exporter.close() };
}

/** Half of the call's id is as random as a fresh one. */
function spanIdOf({ id }: Call): string {
  return id.slice(16);
}

/** Random bytes are drawn in bulk. */
const pool = Buffer.allocUnsafe(8 * 256);
let used = pool.length;

function freshSpanId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 8;
  return pool.toString('hex', used - 8, used);
}
