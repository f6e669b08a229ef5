import { maskedUrl } from '../attempt/mask.ts';
import { errorClass } from '../error-class.ts';
import type { GatewayError } from '../errors.ts';
import type { ChatEvent, Usage } from '../ir/events.ts';
import type { Attempt } from '../pipeline/attempts.ts';
import type { Notes } from '../pipeline/notes.ts';
import type { Answer, Outcome } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import type { BodyBudget } from './body-budget.ts';
import type { Parts } from './frame.ts';
import { NO_WORKSPACE, type BodyNote, type LoggedAttempt, type LoggedUsage, type LogRecord } from './record.ts';
import { longestOf, scrubBytes, scrubText, secretsOfConfig, secretsOfUrl, siftHeaders, type SiftedHeaders } from './secrets.ts';
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
  const sifted = siftHeaders(call.headers, options.maskedHeaders);
  const secrets = [...sifted.secrets, ...secretsOfUrl(call.url), ...secretsOfConfig(call.config ?? call.notes.resolved)];
  const wantsBodies = keepsBodies(call, options);
  const { request, response } = wantsBodies ? keptBodies(call, outcome, { options, secrets }) : NO_BODIES;
  const record = recordOf(call, outcome, { sifted: wantsBodies ? sifted : undefined, request: request?.note, response: response?.note });
  return { record: scrubText(JSON.stringify(record), secrets), request: request?.bytes, response: response?.bytes };
}

interface Bodies {
  readonly request: Kept | undefined;
  readonly response: Kept | undefined;
}

const NO_BODIES: Bodies = { request: undefined, response: undefined };

interface Keeping {
  readonly options: CaptureOptions;
  readonly secrets: SiftedHeaders['secrets'];
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
  return keepsBodies(call, options) ? mostOfAnswer(call, options) + LONGEST_SECRET : 0;
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

type Limit = { readonly most: number; readonly secrets: SiftedHeaders['secrets'] };

interface Kept {
  readonly bytes: Buffer;
  readonly note: BodyNote;
}

function keptAnswer(answer: Answer, most: number, secrets: Limit['secrets']): Kept {
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
  /** Undefined: headers are not to be kept. */
  readonly sifted: SiftedHeaders | undefined;
  readonly request: BodyNote | undefined;
  readonly response: BodyNote | undefined;
}

function recordOf(call: Call, outcome: Outcome, { sifted, request, response }: Body): LogRecord {
  const { caller } = call.notes;
  const metadata = withBaggage(caller === undefined ? call.metadata : { ...call.metadata, ...caller.metadata }, call.headers['baggage']);
  return {
    id: call.id,
    at: call.startedAt,
    ...traceContext(call, metadata),
    method: call.method,
    path: call.url.includes('?') ? maskedUrl(call.url) : call.url,
    ...endOf(outcome),
    ...errorNote(outcome.error),
    ...modelsOf(call),
    ...callerOf(call.notes),
    ...costOf(call.notes),
    attempts: attemptsOf(call, outcome),
    metadata,
    requestHeaders: sifted?.headers,
    request,
    response,
  };
}

type Part<Name extends keyof LogRecord> = Pick<LogRecord, Name>;

function endOf({ status, ending, isStreamed, route, ms, firstMs }: Outcome) {
  return {
    status,
    ending,
    isStream: isStreamed,
    provider: route?.provider,
    target: route?.path,
    retries: route?.retries,
    ms: rounded(ms),
    firstMs: firstMs === undefined ? undefined : rounded(firstMs),
  } satisfies Partial<LogRecord>;
}

function callerOf({ caller, config }: Notes): Part<'keyId' | 'keyName' | 'workspace' | 'configId' | 'configVersion'> {
  return {
    keyId: caller?.keyId,
    keyName: caller?.name,
    workspace: caller?.workspace ?? NO_WORKSPACE,
    configId: config?.id,
    configVersion: config?.version,
  };
}

function costOf({ cache, usage, cost }: Notes): Part<'cacheStatus' | 'saved' | 'usage' | 'cost' | 'costParts'> {
  return {
    cacheStatus: cache?.status,
    saved: cache?.saved,
    usage: usage === undefined ? undefined : usageOf(usage),
    cost: cost?.total,
    costParts: cost?.parts,
  };
}

/** Bytes of an error's message that are kept: providers quote whole requests in theirs. */
const LONGEST_MESSAGE = 2000;

function errorNote(error: GatewayError | undefined): Pick<LogRecord, 'errorClass' | 'errorCode' | 'errorMessage'> {
  if (error === undefined) return {};
  return { errorClass: errorClass(error), errorCode: error.info.code ?? error.code, errorMessage: error.message.slice(0, LONGEST_MESSAGE) };
}

function modelsOf({ endpoint, json, notes }: Call): Part<'model' | 'requestedModel'> {
  const model = ('model' in endpoint ? endpoint.model : undefined) ?? json?.['model'];
  const requestedModel = typeof model === 'string' ? model : undefined;
  return { model: notes.model ?? requestedModel, requestedModel };
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
