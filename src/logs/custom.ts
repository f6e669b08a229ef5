import { maskedUrl } from '../attempt/mask.ts';
import { isObject } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { Parts } from './frame.ts';
import type { BodyNote, LoggedUsage, LogRecord } from './record.ts';
import { maskedHeaders, scrubBytes, scrubbedRecord, secretsOfHeaders } from './secrets.ts';

/** A call that somebody else has made and tells of, in Portkey's form. */
export interface CustomCall {
  readonly request: {
    readonly url?: string | undefined;
    readonly provider?: string | undefined;
    readonly method?: string | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly body?: Json | undefined;
  };
  readonly response: {
    readonly status?: number | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly body?: Json | undefined;
    /** Milliseconds. */
    readonly response_time?: number | undefined;
    readonly streamingMode?: boolean | undefined;
  };
  readonly metadata?: JsonObject | undefined;
}

export interface CustomContext {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly workspace: string;
  readonly bodyLimit: number;
}

const NONE: ReadonlySet<string> = new Set();
/** Members of the metadata that say where a call stands in a trace. */
const PLACES: ReadonlySet<string> = new Set(
  'traceId trace_id spanId span_id parentSpanId parent_span_id spanName span_name sessionId session_id'.split(' '),
);

/** What such a call leaves in the log, without secrets. */
export function captureCustom({ request, response, metadata = {} }: CustomCall, context: CustomContext): Parts {
  const [requestHeaders, responseHeaders] = [lowerCase(request.headers), lowerCase(response.headers)];
  const secrets = [...secretsOfHeaders(requestHeaders, NONE), ...secretsOfHeaders(responseHeaders, NONE)];
  const requestBody = bodyOf(request.body, context.bodyLimit, secrets);
  const responseBody = bodyOf(response.body, context.bodyLimit, secrets);
  const { status = 200, response_time: ms = 0, streamingMode: isStream = false } = response;
  const record: LogRecord = {
    id: context.id,
    at: Math.round(context.now - ms),
    ...placeIn(metadata, context.id),
    method: (request.method ?? 'POST').toUpperCase(),
    path: maskedUrl(request.url ?? ''),
    status,
    ...endOf(status),
    isStream,
    provider: request.provider,
    ...modelsIn(request.body, response.body),
    workspace: context.workspace,
    ms,
    attempts: [],
    usage: usageIn(response.body),
    metadata: Object.fromEntries(Object.entries(metadata).filter(([name]) => !PLACES.has(name))),
    requestHeaders: maskedHeaders(requestHeaders, NONE),
    responseHeaders: maskedHeaders(responseHeaders, NONE),
    request: requestBody?.note,
    response: responseBody?.note,
    isCustom: true,
  };
  return { record: scrubbedRecord(record, secrets), request: requestBody?.bytes, response: responseBody?.bytes };
}

function endOf(status: number): Pick<LogRecord, 'ending' | 'errorClass'> {
  if (status < 400) return { ending: 'whole' };
  return { ending: 'failed', errorClass: status < 500 ? 'invalid_request' : 'server' };
}

function placeIn(metadata: JsonObject, id: string): Pick<LogRecord, 'traceId' | 'spanId' | 'parentSpanId' | 'spanName' | 'sessionId'> {
  return {
    traceId: textIn(metadata, ['traceId', 'trace_id']) ?? id,
    spanId: textIn(metadata, ['spanId', 'span_id']),
    parentSpanId: textIn(metadata, ['parentSpanId', 'parent_span_id']),
    spanName: textIn(metadata, ['spanName', 'span_name']),
    sessionId: textIn(metadata, ['sessionId', 'session_id']),
  };
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

type Secrets = Parameters<typeof scrubBytes>[1];

function bodyOf(body: Json | undefined, limit: number, secrets: Secrets): { readonly bytes: Buffer; readonly note: BodyNote } | undefined {
  if (body === undefined || body === null) return undefined;
  const whole = scrubBytes(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), secrets);
  return { bytes: whole.subarray(0, limit), note: { kind: 'bytes', size: whole.length, isCut: whole.length > limit } };
}

function modelsIn(request: Json | undefined, response: Json | undefined): Pick<LogRecord, 'model' | 'requestedModel'> {
  const requestedModel = isObject(request) ? textIn(request, ['model']) : undefined;
  return { requestedModel, model: (isObject(response) ? textIn(response, ['model']) : undefined) ?? requestedModel };
}

function textIn(object: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = object[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** Tokens as OpenAI and Anthropic name them. */
function usageIn(body: Json | undefined): LoggedUsage | undefined {
  const usage = isObject(body) ? body['usage'] : undefined;
  if (!isObject(usage)) return undefined;
  const count = (...names: readonly string[]): number => names.map((name) => usage[name]).find((value) => typeof value === 'number') ?? 0;
  return { input: count('prompt_tokens', 'input_tokens'), output: count('completion_tokens', 'output_tokens') };
}
