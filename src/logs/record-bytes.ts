import type { JsonObject } from '../ir/json.ts';
import { Packer, Unpacker } from './packing.ts';
import type { BodyNote, LoggedAttempt, LoggedUsage, LogRecord } from './record.ts';

/** All members, so that none is forgotten where a record is read. */
type Whole<Type> = { readonly [Member in keyof Required<Type>]: Type[Member] };

const TOKENS = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWriteHour',
  'toolPrompt',
  'output',
  'reasoning',
  'audioInput',
  'audioOutput',
  'imageInput',
  'imageOutput',
  'cost',
] as const satisfies readonly (keyof LoggedUsage)[];

const packer = new Packer();

/** A record as it lies in a spool: its members in one order, which `readRecord` knows too. */
export function recordBytes(record: LogRecord): Buffer {
  packer.text(record.id);
  packer.number(record.at);
  packer.text(record.traceId === record.id ? undefined : record.traceId);
  packer.text(record.sessionId);
  packer.text(record.spanId);
  packer.text(record.parentSpanId);
  packer.text(record.spanName);
  packer.text(record.method);
  packer.text(record.path);
  packer.number(record.status);
  packer.text(record.ending);
  packer.flag(record.isStream);
  packer.text(record.errorClass);
  packer.text(record.errorCode);
  packer.text(record.errorMessage);
  packer.text(record.provider);
  packer.text(record.model);
  packer.text(record.requestedModel);
  packer.text(record.target);
  packer.number(record.retries);
  packer.text(record.keyId);
  packer.text(record.keyName);
  packer.text(record.workspace);
  packer.text(record.configId);
  packer.number(record.configVersion);
  packer.number(record.ms);
  packer.number(record.firstMs);
  packer.list(record.attempts, packAttempt);
  packer.text(record.cacheStatus);
  packer.number(record.saved);
  packUsage(record.usage);
  packer.number(record.cost);
  packJson(record.costParts);
  packJson(record.metadata);
  packJson(record.requestHeaders);
  packJson(record.responseHeaders);
  packNote(record.request);
  packNote(record.response);
  packer.flag(record.isCustom === true);
  return packer.take();
}

/** The record that became such bytes; throws where they are none. */
export function readRecord(bytes: Buffer): LogRecord {
  const from = new Unpacker(bytes);
  const id = text(from);
  const record: Whole<LogRecord> = {
    id,
    at: number(from),
    traceId: from.text() ?? id,
    sessionId: from.text(),
    spanId: from.text(),
    parentSpanId: from.text(),
    spanName: from.text(),
    method: text(from),
    path: text(from),
    status: number(from),
    ending: text(from) as LogRecord['ending'],
    isStream: from.flag(),
    errorClass: from.text(),
    errorCode: from.text(),
    errorMessage: from.text(),
    provider: from.text(),
    model: from.text(),
    requestedModel: from.text(),
    target: from.text(),
    retries: from.number() ?? undefined,
    keyId: from.text(),
    keyName: from.text(),
    workspace: text(from),
    configId: from.text(),
    configVersion: from.number() ?? undefined,
    ms: number(from),
    firstMs: from.number() ?? undefined,
    attempts: from.list(() => readAttempt(from)) ?? [],
    cacheStatus: from.text(),
    saved: from.number() ?? undefined,
    usage: readUsage(from),
    cost: from.number(),
    costParts: readJson(from) as LogRecord['costParts'],
    metadata: readJson(from) ?? {},
    requestHeaders: readJson(from) as LogRecord['requestHeaders'],
    responseHeaders: readJson(from) as LogRecord['responseHeaders'],
    request: readNote(from),
    response: readNote(from),
    isCustom: from.flag() || undefined,
  };
  return record;
}

function packAttempt(attempt: LoggedAttempt): void {
  packer.text(attempt.target);
  packer.text(attempt.provider);
  packer.number(attempt.startedAt);
  packer.number(attempt.ms);
  packer.number(attempt.endMs);
  packer.number(attempt.status);
  packer.text(attempt.error);
  packer.number(attempt.bytes);
  packer.list(attempt.dropped, packText);
}

function readAttempt(from: Unpacker): Whole<LoggedAttempt> {
  return {
    target: text(from),
    provider: text(from),
    startedAt: number(from),
    ms: from.number() ?? undefined,
    endMs: from.number() ?? undefined,
    status: from.number() ?? undefined,
    error: from.text(),
    bytes: number(from),
    dropped: from.list(() => text(from)),
  };
}

function packText(value: string): void {
  packer.text(value);
}

function packUsage(usage: LoggedUsage | undefined): void {
  packer.flag(usage !== undefined);
  if (usage !== undefined) for (const bucket of TOKENS) packer.number(usage[bucket]);
}

function readUsage(from: Unpacker): LoggedUsage | undefined {
  if (!from.flag()) return undefined;
  const buckets: { -readonly [Bucket in keyof LoggedUsage]: LoggedUsage[Bucket] } = {};
  for (const bucket of TOKENS) {
    const tokens = from.number() ?? undefined;
    if (tokens !== undefined) buckets[bucket] = tokens;
  }
  return buckets;
}

function packNote(note: BodyNote | undefined): void {
  packer.text(note?.kind);
  if (note === undefined) return;
  packer.number(note.size);
  packer.flag(note.isCut);
}

function readNote(from: Unpacker): Whole<BodyNote> | undefined {
  const kind = from.text() as BodyNote['kind'] | undefined;
  return kind === undefined ? undefined : { kind, size: number(from), isCut: from.flag() };
}

function packJson(value: object | undefined): void {
  packer.text(value === undefined ? undefined : jsonOf(value));
}

/** Most metadata has no members, which is said without words. */
function jsonOf(value: object): string {
  for (const _ in value) return JSON.stringify(value);
  return '';
}

function readJson(from: Unpacker): JsonObject | undefined {
  const value = from.text();
  if (value === '') return {};
  return value === undefined ? undefined : (JSON.parse(value) as JsonObject);
}

function text(from: Unpacker): string {
  return from.text() ?? '';
}

function number(from: Unpacker): number {
  return from.number() ?? 0;
}
