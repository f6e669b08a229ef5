import type { Attempt } from '../../pipeline/attempts.ts';
import type { Outcome } from '../../pipeline/outcome.ts';
import type { Call } from '../../pipeline/step.ts';
import { outcomeOf, stepFrom } from '../attempt-metrics.ts';
import { endpointLabel } from '../call-labels.ts';
import { redactText } from '../redact.ts';
import { tokensOf } from '../tokens.ts';
import { attributesOf, nanoseconds, type Attributes } from './attributes.ts';
import type { TraceContext } from './trace-context.ts';

/** Kinds and states of spans, by their numbers in the protocol. */
const SERVER = 2;
const CLIENT = 3;
const ERROR = { code: 2 } as const;
const UNSET = { code: 0 } as const;

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
export function spansOf(traced: Traced): readonly object[] {
  return [callSpan(traced), ...traced.call.attempts.list.map((attempt, index) => attemptSpan(traced, attempt, index))];
}

function callSpan({ call, outcome, context, spanId, nameOf, content }: Traced): object {
  const operation = endpointLabel(call.endpoint);
  const model = modelAsked(call);
  const attributes = attributesOf({
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': outcome.route === undefined ? undefined : nameOf(outcome.route.provider),
    'gen_ai.request.model': model,
    ...samplingOf(call),
    ...answerOf(call, outcome),
    ...usageOf(call),
    'http.request.method': call.method,
    'url.path': call.pathname,
    'sluice.call.id': call.id,
    'sluice.overhead_ms': Math.round(call.attempts.watch.own * 1000) / 1000,
    ...notesOf(call),
    ...metadataOf(call),
    ...content,
  });
  return {
    traceId: context.traceId,
    spanId,
    parentSpanId: context.parentId,
    traceState: context.state,
    name: model === undefined ? operation : `${operation} ${model}`,
    kind: SERVER,
    startTimeUnixNano: nanoseconds(call.startedAt),
    endTimeUnixNano: nanoseconds(call.startedAt + outcome.ms),
    attributes,
    status: outcome.error === undefined ? UNSET : { ...ERROR, message: redactText(outcome.error.message) },
  };
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
function attemptSpan({ call, outcome, context, spanId, attemptIds, nameOf }: Traced, attempt: Attempt, index: number): object {
  const result = outcomeOf(attempt);
  const before = call.attempts.list[index - 1];
  const callEnd = call.startedAt + outcome.ms;
  const isLast = index === call.attempts.list.length - 1;
  const end = attempt.ms === undefined || (isLast && outcome.isStreamed) ? callEnd : attempt.startedAt + attempt.ms;
  return {
    traceId: context.traceId,
    spanId: attemptIds[index],
    parentSpanId: spanId,
    traceState: context.state,
    name: `attempt ${attempt.provider}`,
    kind: CLIENT,
    startTimeUnixNano: nanoseconds(attempt.startedAt),
    endTimeUnixNano: nanoseconds(Math.max(attempt.startedAt, end)),
    attributes: attributesOf({
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
  };
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
  const entries = SAMPLING.map(([member, name]) => [name, json?.[member]] as const);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'number')) as Attributes;
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
  const entries = Object.entries(metadata).slice(0, MOST_METADATA);
  const plain = entries.filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean');
  return Object.fromEntries(plain.map(([name, value]) => [`sluice.metadata.${name}`, value])) as Attributes;
}
