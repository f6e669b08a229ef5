import type { Json, JsonObject } from '../ir/json.ts';
import type { LogEntry } from './log-store.ts';
import type { LoggedUsage, LogRecord } from './record.ts';

/** What a call looks like in a list, without the members that say nothing; `completeEntry` puts them back. */
export function entryOf(record: LogRecord, excerpt: string): LogEntry {
  const { usage } = record;
  return withoutNulls({
    id: record.id,
    at: new Date(record.at).toISOString(),
    trace_id: record.traceId,
    session_id: record.sessionId,
    method: record.method,
    path: record.path,
    status: record.status,
    error_class: record.errorClass,
    error_code: record.errorCode,
    provider: record.provider,
    model: record.model,
    requested_model: record.requestedModel,
    target: record.target,
    api_key: record.keyId === undefined ? undefined : { id: record.keyId, name: record.keyName ?? null },
    config: record.configId === undefined ? undefined : { id: record.configId, version: record.configVersion ?? null },
    workspace: record.workspace,
    is_stream: record.isStream,
    ending: record.ending,
    ms: record.ms,
    first_ms: record.firstMs,
    attempts_count: record.attempts.length,
    cache: record.cacheStatus === undefined ? undefined : { status: record.cacheStatus, saved: record.saved ?? null },
    usage: usage === undefined ? undefined : usageEntry(usage),
    cost: record.cost,
    metadata: record.metadata,
    excerpt,
    is_custom: record.isCustom,
  }) as LogEntry;
}

/** Members that an entry has, whatever the call was. */
const EMPTY: JsonObject = {
  session_id: null,
  error_class: null,
  error_code: null,
  provider: null,
  model: null,
  requested_model: null,
  target: null,
  api_key: null,
  config: null,
  first_ms: null,
  cache: { status: 'DISABLED', saved: null },
  usage: { input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0, total: 0 },
  cost: null,
  metadata: {},
  excerpt: '',
};

/** An entry as the interface shows it. */
export function completeEntry(text: string): LogEntry {
  return { ...EMPTY, ...(JSON.parse(text) as LogEntry) };
}

/** What the page of a call shows beside its entry and its bodies. */
export function detailOf(record: LogRecord): JsonObject {
  return withoutNulls({
    span_id: record.spanId,
    parent_span_id: record.parentSpanId,
    span_name: record.spanName,
    retries: record.retries,
    error_message: record.errorMessage,
    cost_parts: record.costParts,
    attempts: record.attempts.map(({ startedAt, endMs, error, ...attempt }) =>
      withoutNulls({ ...attempt, error, started_at: new Date(startedAt).toISOString(), end_ms: endMs }),
    ),
    request:
      record.request === undefined && record.requestHeaders === undefined
        ? undefined
        : { headers: record.requestHeaders ?? {}, ...noteOf(record.request) },
    response: { status: record.status, headers: record.responseHeaders ?? {}, ...noteOf(record.response) },
  });
}

function noteOf(note: LogRecord['request']): JsonObject {
  return note === undefined ? {} : { kind: note.kind, size: note.size, is_cut: note.isCut };
}

type UsageEntry = Readonly<Record<'input' | 'cache_read' | 'cache_write' | 'output' | 'reasoning' | 'total', number>>;

/** The tokens of a call, all of them too. */
export function usageEntry(usage: LoggedUsage): UsageEntry {
  const buckets = {
    input: counted(usage.input) + counted(usage.toolPrompt),
    cache_read: counted(usage.cacheRead),
    cache_write: counted(usage.cacheWrite),
    output: counted(usage.output),
    reasoning: counted(usage.reasoning),
  };
  return { ...buckets, total: Object.values(buckets).reduce((sum, tokens) => sum + tokens, 0) };
}

/** More tokens than any call has; sums of as many calls as a log can hold stay whole numbers. */
const MOST_TOKENS = 1e9;

/** Tokens as the log adds them up: providers may tell of any number. */
function counted(tokens = 0): number {
  return Math.min(MOST_TOKENS, Math.max(0, Math.round(tokens)));
}

function withoutNulls(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null));
}
