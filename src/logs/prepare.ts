import type { JsonObject } from '../ir/json.ts';
import { detailOf, entryOf, usageEntry } from './entry.ts';
import { indexable } from './indexable.ts';
import type { LogEntry } from './log-store.ts';
import type { LoggedAttempt, LogItem, LogRecord } from './record.ts';
import { classOf } from './sketch.ts';
import { readRequest, readResponse } from './text.ts';

/** A call as a store writes it down. */
export interface PreparedCall {
  readonly record: LogRecord;
  readonly entry: LogEntry;
  readonly detail: JsonObject;
  readonly request: Buffer | undefined;
  readonly response: Buffer | undefined;
  /** The words that the call is found by. */
  readonly text: string;
  /** Members of the metadata that calls are found by. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly facts: Facts;
}

/** What calls are added up by. */
export interface Facts {
  readonly calls: 1;
  readonly errors: number;
  readonly cost: number;
  readonly unpriced: number;
  readonly saved: number;
  readonly hits: number;
  readonly semantic_hits: number;
  readonly misses: number;
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly output: number;
  readonly reasoning: number;
  readonly tokens: number;
  readonly rescued: number;
  readonly msClass: number;
  readonly firstClass: number | undefined;
}

const MOST_LABELS = 32;
const LONGEST_LABEL = 128;

/** Works out everything that a store writes down of a call: this is where bodies are parsed, far from the data path. */
export function prepareCall({ record, request, response }: LogItem): PreparedCall {
  const asked = request === undefined ? undefined : readRequest(request);
  const answered = response === undefined || record.response === undefined ? undefined : readResponse(response, record.response);
  const labels = labelsOf(record.metadata);
  const names = [record.id, record.traceId, record.sessionId, record.model, record.provider, record.keyName, record.errorCode];
  return {
    record,
    entry: entryOf(record, asked?.excerpt ?? ''),
    detail: detailOf(record),
    request: asked?.bytes,
    response: answered?.bytes,
    text: [...names.map((name) => name && indexable(name)), record.errorMessage, ...labels.map(([, value]) => value), asked?.text, answered?.text]
      .filter((text) => text !== undefined && text !== '')
      .join('\n'),
    labels,
    facts: factsOf(record),
  };
}

const NO_TOKENS = { input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0, total: 0 };

function factsOf(record: LogRecord): Facts {
  const { cacheStatus = '', cost, usage, saved = 0, firstMs } = record;
  const { total: tokens, ...buckets } = usage === undefined ? NO_TOKENS : usageEntry(usage);
  const hasFailed = record.errorClass !== undefined;
  return {
    ...buckets,
    tokens,
    calls: 1,
    errors: Number(hasFailed),
    cost: cost ?? 0,
    unpriced: Number(cost === null),
    saved,
    hits: Number(cacheStatus === 'HIT'),
    semantic_hits: Number(cacheStatus === 'SEMANTIC HIT'),
    misses: Number(cacheStatus.endsWith('MISS')),
    rescued: Number(!hasFailed && record.attempts.some(hasLost)),
    msClass: classOf(record.ms),
    firstClass: firstMs === undefined ? undefined : classOf(firstMs),
  };
}

/** An attempt that another one made up for; one that was only slower has not failed. */
function hasLost({ error }: LoggedAttempt): boolean {
  return error !== undefined && error !== 'cancelled';
}

function labelsOf(metadata: JsonObject): readonly (readonly [string, string])[] {
  const labels: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(metadata)) {
    if (labels.length === MOST_LABELS) break;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      labels.push([name.slice(0, LONGEST_LABEL).toWellFormed(), String(value).slice(0, LONGEST_LABEL).toWellFormed()]);
  }
  return labels;
}
