import type { Attempt } from '../../pipeline/attempts.ts';
import type { Outcome } from '../../pipeline/outcome.ts';
import type { Call } from '../../pipeline/step.ts';
import { outcomeOf, stepFrom } from '../attempt-metrics.ts';
import { endpointLabel } from '../call-labels.ts';
import { redactText } from '../redact.ts';
import { tokensOf } from '../tokens.ts';
import { attributesJson, nanoseconds, type Attributes } from './attributes.ts';
import type { TraceContext } from './trace-context.ts';

/** Kinds and states of spans, by their numbers in the protocol. */
const SERVER = 2;
const CLIENT = 3;
const ERROR = '{"code":2}';
const UNSET = '{"code":0}';

/** Metadata of the caller that become attributes. */
const MOST_METADATA = 32;

/** What is to be told of a call. */
export interface Traced {
  readonly call: Call;
  readonly outcome: Outcome;
  readonly context: TraceContext;
  readonly spanId: string;
  /** Ids of the attempts' spans, in their order. */
  readonly attemptIds: readonly string[];
  /** A provider's name by the conventions. */
  readonly nameOf: (provider: string) => string;
  /** What was asked and answered, where that is captured. */
  readonly content: Attributes;
}

/** The spans of a call in OTLP's JSON encoding: its own, and one below it for each attempt. */
export function spansOf(traced: Traced): readonly string[] {
  return [callSpan(traced), ...traced.call.attempts.list.map((attempt, index) => attemptSpan(traced, attempt, index))];
}

interface Span {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: number;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** JSON. */
  readonly attributes: string;
  readonly status: string;
}

function spanJson({ traceId, state }: TraceContext, { id, parentId, name, kind, from, to, attributes, status }: Span): string {
  const parent = parentId === undefined ? '' : `"parentSpanId":"${parentId}",`;
  const traceState = state === undefined ? '' : `"traceState":${JSON.stringify(state)},`;
  const time = `"startTimeUnixNano":"${nanoseconds(from)}","endTimeUnixNano":"${nanoseconds(to)}"`;
  const own = `"name":${JSON.stringify(name)},"kind":${kind},${time},"attributes":${attributes},"status":${status}`;
  return `{"traceId":"${traceId}","spanId":"${id}",${parent}${traceState}${own}}`;
}

function callSpan({ call, outcome, context, spanId, nameOf, content }: Traced): string {
  const operation = endpointLabel(call.endpoint);
  const model = modelAsked(call);
  const identity = {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': outcome.route === undefined ? undefined : nameOf(outcome.route.provider),
    'gen_ai.request.model': model,
    'http.request.method': call.method,
    'url.path': call.pathname,
    'gen_ai.conversation.id': sessionOf(call),
    'sluice.call.id': call.id,
    'sluice.overhead_ms': Math.round(call.attempts.watch.own * 1000) / 1000,
  };
  return spanJson(context, {
    id: spanId,
    parentId: context.parentId,
    name: model === undefined ? operation : `${operation} ${model}`,
    kind: SERVER,
    from: call.startedAt,
    to: call.startedAt + outcome.ms,
    attributes: attributesJson(identity, samplingOf(call), answerOf(call, outcome), usageOf(call), notesOf(call), metadataOf(call), content),
    status: outcome.error === undefined ? UNSET : `{"code":2,"message":${JSON.stringify(redactText(outcome.error.message))}}`,
  });
}

function answerOf({ notes }: Call, { status, isStreamed, firstMs, error, route, ending }: Outcome): Attributes {
  return {
    'gen_ai.response.model': status < 400 ? notes.model : undefined,
    'gen_ai.request.stream': isStreamed || undefined,
    'gen_ai.response.time_to_first_chunk': isStreamed && firstMs !== undefined ? firstMs / 1000 : undefined,
    'error.type': error?.code,
    'http.response.status_code': status,
    'sluice.route': route?.path,
    'sluice.ending': ending,
  };
}

function notesOf({ notes: { cache, cost, caller, config } }: Call): Attributes {
  return {
    'sluice.cache.status': cache?.status.toLowerCase().replace(' ', '_'),
    'sluice.cost.usd': cost?.total ?? undefined,
    'sluice.api_key.name': caller?.name,
    'sluice.workspace': caller?.workspace,
    'sluice.config.id': config?.id,
  };
}

/**
 * Of a streamed answer the span goes on to the call's end, if it is the one that the client got. The conventions for generative AI are for
 * the call's span alone: what both had would be counted twice.
 */
function attemptSpan({ call, outcome, context, spanId, attemptIds, nameOf }: Traced, attempt: Attempt, index: number): string {
  const result = outcomeOf(attempt);
  const before = call.attempts.list[index - 1];
  const callEnd = call.startedAt + outcome.ms;
  const isLast = index === call.attempts.list.length - 1;
  const end = attempt.ms === undefined || (isLast && outcome.isStreamed) ? callEnd : attempt.startedAt + attempt.ms;
  return spanJson(context, {
    id: attemptIds[index] as string,
    parentId: spanId,
    name: `attempt ${attempt.provider}`,
    kind: CLIENT,
    from: attempt.startedAt,
    to: Math.max(attempt.startedAt, end),
    attributes: attributesJson({
      'peer.service': nameOf(attempt.provider),
      'sluice.target': attempt.target,
      'sluice.attempt': index + 1,
      'sluice.attempt.reason': before === undefined ? undefined : stepFrom(before, attempt),
      'sluice.attempt.first_content_ms': attempt.ms,
      'http.response.status_code': attempt.status,
      'http.response.body.size': attempt.bytes,
      'error.type': result === 'ok' ? undefined : result,
    }),
    status: result === 'ok' || result === 'cancelled' ? UNSET : ERROR,
  });
}

/** The session that the caller says a call belongs to. */
function sessionOf({ headers, metadata }: Call): string | undefined {
  const session = headers['x-sluice-session-id'] ?? headers['x-portkey-session-id'] ?? metadata['session_id'];
  return typeof session === 'string' && session !== '' ? session : undefined;
}

function modelAsked({ endpoint, json }: Call): string | undefined {
  const model = ('model' in endpoint ? endpoint.model : undefined) ?? json?.['model'];
  return typeof model === 'string' && model !== '' ? model : undefined;
}

/** Members of requests that most dialects have in common. */
const SAMPLING = [
  ['temperature', 'gen_ai.request.temperature'],
  ['top_p', 'gen_ai.request.top_p'],
  ['top_k', 'gen_ai.request.top_k'],
  ['max_tokens', 'gen_ai.request.max_tokens'],
  ['max_completion_tokens', 'gen_ai.request.max_tokens'],
  ['max_output_tokens', 'gen_ai.request.max_tokens'],
  ['frequency_penalty', 'gen_ai.request.frequency_penalty'],
  ['presence_penalty', 'gen_ai.request.presence_penalty'],
  ['seed', 'gen_ai.request.seed'],
] as const;

function samplingOf({ json }: Call): Attributes {
  const found: Record<string, number> = {};
  for (const [member, name] of SAMPLING) {
    const value = json?.[member];
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

function usageOf({ notes: { usage } }: Call): Attributes {
  if (usage === undefined) return {};
  const { input, output } = tokensOf(usage);
  return {
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': output,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheRead,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrite,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoning,
    'gen_ai.usage.audio.input_tokens': usage.audioInput,
    'gen_ai.usage.audio.output_tokens': usage.audioOutput,
    'gen_ai.usage.image.input_tokens': usage.imageInput,
  };
}

function metadataOf({ metadata }: Call): Attributes {
  const found: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(metadata).slice(0, MOST_METADATA))
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') found[`sluice.metadata.${name}`] = value;
  return found;
}
