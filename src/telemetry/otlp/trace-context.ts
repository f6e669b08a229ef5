import type { Call } from '../../pipeline/step.ts';
import type { Sampler } from './settings.ts';

/** Where a call stands in its trace, by W3C Trace Context. Ids are lower-case hex. */
export interface TraceContext {
  readonly traceId: string;
  /** The caller's span; undefined: the call is the root. */
  readonly parentId: string | undefined;
  /** The caller's own decision; undefined: it made none. */
  readonly isSampled: boolean | undefined;
  readonly state: string | undefined;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
/** Characters of a `tracestate` that are passed on. */
const LONGEST_STATE = 512;

/** Reads what a call says of its trace. Without a `traceparent` its trace id counts where it is one, else the call's own. */
export function traceContextOf({ id, traceId, headers }: Pick<Call, 'id' | 'traceId' | 'headers'>): TraceContext {
  const found = TRACEPARENT.exec(headers['traceparent']?.trim() ?? '');
  if (found === null) return { traceId: TRACE_ID.test(traceId) ? traceId : id, parentId: undefined, isSampled: undefined, state: undefined };
  const [, trace = '', parentId, flags = '00'] = found;
  const state = headers['tracestate']?.trim();
  return {
    traceId: trace,
    parentId,
    isSampled: (Number.parseInt(flags, 16) & 1) === 1,
    state: state === undefined || state.length > LONGEST_STATE ? undefined : state,
  };
}

/** Whether a call has a span. All services that go by the same share of trace ids decide alike. */
export function isSampled({ traceId, isSampled: wasSampled }: TraceContext, { followsParent, ratio }: Sampler): boolean {
  if (followsParent && wasSampled !== undefined) return wasSampled;
  if (ratio >= 1) return true;
  // The last 56 bits are random, says W3C Trace Context; OpenTelemetry's samplers keep the highest.
  return ratio > 0 && Number.parseInt(traceId.slice(-14), 16) >= (1 - ratio) * 2 ** 56;
}

/** The `traceparent` that stands for a span. */
export function traceparentOf(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}
