import { maskedUrl } from '../attempt/mask.ts';
import { errorClass } from '../error-class.ts';
import type { GatewayError } from '../errors.ts';
import type { ChatEvent, Usage } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Attempt } from '../pipeline/attempts.ts';
import type { Answer, Outcome } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import type { BodyBudget } from './body-budget.ts';
import type { Parts } from './frame.ts';
import { NO_WORKSPACE, type BodyNote, type LoggedAttempt, type LoggedUsage, type LogRecord } from './record.ts';
import { longestOf, maskedHeaders, scrubBytes, scrubbedRecord, secretsOfConfig, secretsOfHeaders, secretsOfUrl, type Spelling } from './secrets.ts';
import { traceContext, withBaggage } from './trace.ts';

export interface CaptureOptions {
  /** Whether bodies and headers are kept where neither the request nor its key says otherwise. */
  readonly bodies: boolean;
  /** The most bytes that are kept of a body. */
  readonly bodyLimit: number;
  /** How much of bodies is kept in all; undefined: everything. */
  readonly budget?: BodyBudget | undefined;
  /** Names of further request headers, lower case, whose values are masked. */
  readonly maskedHeaders: ReadonlySet<string>;
}

/** What a call leaves in the log, without secrets. This runs in front of the end of every answer: no body is parsed here. */
export function capture(call: Call, outcome: Outcome, options: CaptureOptions): Parts {
  const secrets = secretsOf(call, options);
  const headers = keepsBodies(call, options) ? maskedHeaders(call.headers, options.maskedHeaders) : undefined;
  const { request, response } = headers === undefined ? NO_BODIES : keptBodies(call, outcome, { options, secrets });
  const record = recordOf(call, outcome, { headers, request: request?.note, response: response?.note });
  return { record: scrubbedRecord(record, secrets), request: request?.bytes, response: response?.bytes };
}

function secretsOf({ headers, url, config, notes }: Call, options: CaptureOptions): readonly Spelling[] {
  const others = secretsOfConfig(config ?? notes.resolved);
  const secrets = secretsOfHeaders(headers, options.maskedHeaders);
  if (others.length > 0) secrets.push(...others);
  if (url.includes('?')) secrets.push(...secretsOfUrl(url));
  return secrets;
}

interface Bodies {
  readonly request: Kept | undefined;
  readonly response: Kept | undefined;
}

const NO_BODIES: Bodies = { request: undefined, response: undefined };

interface Keeping {
  readonly options: CaptureOptions;
  readonly secrets: readonly Spelling[];
}

function keptBodies(call: Call, { answer }: Outcome, { options, secrets }: Keeping): Bodies {
  const { length: size } = call.body;
  const request = size === 0 ? undefined : kept(call.body, { size, isCut: false }, { most: options.bodyLimit, secrets });
  const response = answer === undefined ? undefined : keptAnswer(answer, mostOfAnswer(call, options), secrets);
  options.budget?.take((request?.bytes.length ?? 0) + (response?.bytes.length ?? 0));
  return { request, response };
}

/** Vectors tell nobody anything. */
const MOST_OF_VECTORS = 2048;

function mostOfAnswer(call: Call, { bodyLimit }: CaptureOptions): number {
  return call.endpoint.kind === 'embed' ? Math.min(MOST_OF_VECTORS, bodyLimit) : bodyLimit;
}

/** Bytes of a call's answer that the log wants to see; beyond what is kept, so that no secret is cut in two. */
export function answerLimitOf(call: Call, options: CaptureOptions): number {
  // Frames of a WebSocket are mostly packed, so that no secret could be found in them.
  const isTunnel = call.endpoint.kind === 'passthrough' && call.endpoint.isTunnel === true;
  return keepsBodies(call, options) && !isTunnel ? mostOfAnswer(call, options) + LONGEST_SECRET : 0;
}

/** Bytes of the longest secrets that are looked for at a cut: private keys. */
const LONGEST_SECRET = 4096;

function keepsBodies({ headers, notes }: Call, { bodies, budget }: CaptureOptions): boolean {
  return (
    bodies &&
    budget?.isOpen !== false &&
    notes.caller?.logsBodies !== false &&
    (headers['x-sluice-debug'] ?? headers['x-portkey-debug'])?.toLowerCase() !== 'false'
  );
}

type Limit = { readonly most: number; readonly secrets: readonly Spelling[] };

interface Kept {
  readonly bytes: Buffer;
  readonly note: BodyNote;
}

function keptAnswer(answer: Answer, most: number, secrets: readonly Spelling[]): Kept {
  if (answer.kind === 'bytes') return kept(answer.bytes, { size: answer.bytes.length, isCut: answer.isCut }, { most, secrets });
  const bytes = Buffer.from(JSON.stringify(joinTexts(answer.events)));
  const { bytes: clean, note } = kept(bytes, { size: bytes.length, isCut: answer.isCut }, { most, secrets });
  return { bytes: clean, note: { ...note, kind: 'events' } };
}

/** A secret that the cut would go through is masked before it. */
function kept(bytes: Buffer, { size, isCut }: Omit<BodyNote, 'kind'>, { most, secrets }: Limit): Kept {
  const clean = scrubBytes(bytes.length > most ? bytes.subarray(0, most + longestOf(secrets)) : bytes, secrets);
  const cut = clean.length > most ? clean.subarray(0, most) : clean;
  return { bytes: cut, note: { kind: 'bytes', size, isCut: isCut || bytes.length > most } };
}

/** The events with neighbouring pieces of one text in one: shorter, and a secret in it cannot hide in pieces. */
function joinTexts(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const joined: ChatEvent[] = [];
  let pieces: string[] = [];
  let open: Extract<ChatEvent, { type: 'text' | 'reasoning' }> | undefined;
  const close = (): void => {
    if (open !== undefined) joined.push({ ...open, text: pieces.join('') });
    open = undefined;
  };
  for (const event of events) {
    const goesOn = open !== undefined && event.type === open.type && event.block === open.block && event.choice === open.choice;
    if (goesOn && 'text' in event && isPlain(event)) {
      pieces.push(event.text);
      continue;
    }
    close();
    if ((event.type === 'text' || event.type === 'reasoning') && isPlain(event)) {
      open = event;
      pieces = [event.text];
    } else joined.push(event);
  }
  close();
  return joined;
}

function isPlain(event: ChatEvent): boolean {
  return !('signature' in event) && !('native' in event) && !('redacted' in event);
}

interface Body {
  /** Undefined: they are not to be kept. */
  readonly headers: LogRecord['requestHeaders'];
  readonly request: BodyNote | undefined;
  readonly response: BodyNote | undefined;
}

const NONE: { readonly [member: string]: undefined } = {};

/** In one piece: a record that is put together of others takes twice as long, and this is done for every call. */
function recordOf(call: Call, outcome: Outcome, { headers, request, response }: Body): LogRecord {
  const { notes } = call;
  const { status, ending, isStreamed, error } = outcome;
  const failure = error === undefined ? NO_FAILURE : noteOfError(error);
  const { provider, path: target, retries } = outcome.route ?? NONE;
  const { keyId, name: keyName, workspace = NO_WORKSPACE } = notes.caller ?? NONE;
  const { id: configId, version: configVersion } = notes.config ?? NONE;
  const { status: cacheStatus, saved } = notes.cache ?? NONE;
  const { total: cost, parts: costParts } = notes.cost ?? NONE;
  const metadata = metadataOf(call);
  const { traceId, spanId, parentSpanId, spanName, sessionId } = traceContext(call, metadata);
  const requestedModel = modelAsked(call);
  return {
    id: call.id,
    at: call.startedAt,
    traceId,
    spanId,
    parentSpanId,
    spanName,
    sessionId,
    method: call.method,
    path: pathOf(call),
    status,
    ending,
    isStream: isStreamed,
    provider,
    target,
    retries,
    ms: rounded(outcome.ms),
    firstMs: outcome.firstMs === undefined ? undefined : rounded(outcome.firstMs),
    errorClass: failure.errorClass,
    errorCode: failure.errorCode,
    errorMessage: failure.errorMessage,
    model: notes.model ?? requestedModel,
    requestedModel,
    keyId,
    keyName,
    workspace,
    configId,
    configVersion,
    cacheStatus,
    saved,
    usage: notes.usage && usageOf(notes.usage),
    cost,
    costParts,
    attempts: attemptsOf(call, outcome),
    metadata,
    requestHeaders: headers,
    request,
    response,
  };
}

/** Bytes of an error's message that are kept: providers quote whole requests in theirs. */
const LONGEST_MESSAGE = 2000;

function modelAsked({ endpoint, json }: Call): string | undefined {
  const model = ('model' in endpoint ? endpoint.model : undefined) ?? json?.['model'];
  return typeof model === 'string' ? model : undefined;
}

function metadataOf({ metadata, headers, notes: { caller } }: Call): JsonObject {
  return withBaggage(caller === undefined ? metadata : { ...metadata, ...caller.metadata }, headers['baggage']);
}

function pathOf({ url }: Call): string {
  return url.includes('?') ? maskedUrl(url) : url;
}

type FailureNote = Pick<LogRecord, 'errorClass' | 'errorCode' | 'errorMessage'>;

const NO_FAILURE: FailureNote = {};

function noteOfError(error: GatewayError): FailureNote {
  return { errorClass: errorClass(error), errorCode: error.info.code ?? error.code, errorMessage: error.message.slice(0, LONGEST_MESSAGE) };
}

/** A call can have hundreds of attempts; the first and the last tell the story. */
const MOST_ATTEMPTS = 64;

function attemptsOf({ attempts: { list }, startedAt }: Call, outcome: Outcome): readonly LoggedAttempt[] {
  const answering = outcome.error === undefined ? list.findLast(({ error, status }) => error === undefined && status !== undefined) : undefined;
  const shown = list.length <= MOST_ATTEMPTS ? list : [...list.slice(0, MOST_ATTEMPTS / 2), ...list.slice(-MOST_ATTEMPTS / 2)];
  return shown.map((attempt) => noteOf(attempt, attempt === answering ? startedAt + outcome.ms - attempt.startedAt : undefined));
}

function noteOf({ target, provider, startedAt, ms, status, error, bytes, dropped }: Attempt, endMs: number | undefined): LoggedAttempt {
  const end = endMs === undefined ? undefined : rounded(Math.max(endMs, ms ?? 0));
  return { target, provider, startedAt, ms, endMs: end, status, error, bytes, dropped: dropped.length === 0 ? undefined : dropped };
}

function usageOf(usage: Usage): LoggedUsage {
  return { ...usage, native: undefined } as LoggedUsage;
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
