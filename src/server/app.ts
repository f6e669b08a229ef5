import { Readable } from 'node:stream';
import { isObject } from '../dialects/read.ts';
import { GatewayError, toGatewayError, type ErrorCode } from '../errors.ts';
import type { Gateway } from '../gateway.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import { Attempts } from '../pipeline/attempts.ts';
import type { Notes } from '../pipeline/notes.ts';
import type { Call, Handler } from '../pipeline/step.ts';
import type { Stopwatch } from '../pipeline/stopwatch.ts';
import { priorityOf } from '../routing/priority.ts';
import { log } from '../telemetry/log.ts';
import { isAdminPath, type AdminDoor } from './admin/door.ts';
import { onGivenUp, type CallsUnderWay } from './calls-under-way.ts';
import { createConsole, isConsolePath } from './console.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { EXPLAIN_PATH, explainedCall } from './explained-call.ts';
import type { HttpRequest } from './http-port.ts';
import { freshId } from './ids.ts';
import type { App } from './listener.ts';
import { decompressBody, readBody } from './read-body.ts';
import { parseLeniently, readMetadata, splitTarget, traceIdOf } from './request-parts.ts';
import { respond, respondError, type Outlet } from './respond.ts';
import { PROMPTS, route } from './router.ts';
import type { Settings } from './settings.ts';

/** A page of the gateway's own, as it answers GET. */
export type Page = (request: HttpRequest) => { readonly status: number; readonly type: string; readonly body: string };

export interface AppOptions {
  readonly settings: Settings;
  readonly gateway: Gateway;
  readonly calls: CallsUnderWay;
  /** Answers for the paths of the admin interface and of Portkey's. */
  readonly admin: AdminDoor;
  /** By path: `/`, `/livez`, `/readyz`. */
  readonly pages: Readonly<Record<string, Page>>;
}

/** Answers HTTP requests: pages itself, calls through the gateway, and the rest through the admin interface and the console. */
export function createApp(options: AppOptions): App {
  const { settings, gateway, calls, pages, admin } = options;
  const showConsole = createConsole();
  const explain: Handler = async (question) => gateway.explain(explainedCall(question));
  const answer: App['answer'] = async (request, response) => {
    const outlet: Outlet = { response, headers: corsHeaders(settings.cors, request.headers.origin) };
    const { pathname } = splitTarget(request.url ?? '/');
    const page = request.method === 'GET' || request.method === 'HEAD' ? pages[pathname] : undefined;
    if (page !== undefined) return sendPage(outlet, page(request));
    if (isPreflight(request) && settings.cors !== undefined)
      return sendPreflight(outlet, preflightHeaders(settings.cors, request.headers['access-control-request-headers']));
    const endpoint = endpointOf(request);
    if (endpoint === undefined) {
      calls.refused('not_found');
      return sendNotFound(outlet, request);
    }
    const isQuestion = pathname === EXPLAIN_PATH && request.method === 'POST';
    const handlers = isQuestion ? { handle: explain, refuse: rejecting } : { handle: gateway.answer, refuse: gateway.refuse };
    await serve(outlet, request, { endpoint, pathname, ...handlers, calls, limit: settings.bodyLimit });
  };
  return {
    answer,
    refused: (code) => calls.refused(code),
    canUpgrade: (request) => request.method === 'GET' && endpointOf(request)?.kind === 'passthrough',
    isForNode: (pathname) => isAdminPath(pathname) || isConsolePath(pathname),
    answerNode: (request, response) => (isConsolePath(splitTarget(request.url ?? '/').pathname) ? showConsole : admin)(request, response),
  };
}

/** What a request asks for; undefined: there is no such route. */
function endpointOf({
  method = 'GET',
  url = '/',
  headers,
  tunnel,
}: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'tunnel'>): Endpoint | undefined {
  const { pathname, query } = splitTarget(url);
  const endpoint = route(method, pathname, { query, headers });
  return tunnel !== undefined && endpoint?.kind === 'passthrough' ? { ...endpoint, isTunnel: true } : endpoint;
}

/** Errors whose cause is only in the log. */
const LOGGED: ReadonlySet<ErrorCode> = new Set(['internal_error', 'authorization_failed']);

const rejecting = (error: GatewayError): Handler => {
  return () => Promise.reject(error);
};

interface Service {
  readonly endpoint: Endpoint;
  readonly pathname: string;
  readonly handle: Handler;
  /** For requests whose body cannot be read. */
  readonly refuse: (error: GatewayError) => Handler;
  readonly calls: CallsUnderWay;
  readonly limit: number;
}

/** Runs one call. It is aborted, wherever it is, when the client leaves or the gateway gives it up. */
async function serve(outlet: Outlet, request: HttpRequest, { endpoint, pathname, handle, refuse, calls, limit }: Service): Promise<void> {
  const id = freshId();
  const traceId = traceIdOf(request.headers) ?? id;
  const notes: Notes = {};
  const attempts = new Attempts(Date.now, () => performance.now());
  try {
    // Before the body is read: what comes in beyond the limit must not take memory either.
    calls.admit(priorityOf(request.headers));
    const { signal } = calls.begin(outlet.response);
    onGivenUp(signal, (error) => respondError(outlet, { id, traceId, endpoint, attempts, notes }, error));
    const reading = read(request, { endpoint, limit, watch: attempts.watch });
    const { upload, body, json, problem } = reading instanceof Promise ? await reading : reading;
    const call: Call = {
      id,
      traceId,
      startedAt: Date.now(),
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      pathname,
      headers: request.headers as Call['headers'],
      body,
      upload,
      json,
      endpoint,
      signal,
      metadata: readMetadata(request.headers),
      config: undefined,
      attempts,
      notes,
      recoverable: false,
      isRaced: false,
    };
    respond(outlet, call, await (problem === undefined ? handle : refuse(problem))(call));
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (LOGGED.has(error.code)) log('error', 'a call failed', { call: id, cause: error.cause });
    respondError(outlet, { id, traceId, endpoint, attempts, notes }, error);
  }
}

const NOTHING = Buffer.alloc(0);

/** What a request brings beside its head. */
interface Brought {
  /** A body that is streamed through. */
  readonly upload?: Readable;
  readonly body: Buffer;
  readonly json: JsonObject | undefined;
  /** Why the body cannot be read. */
  readonly problem?: GatewayError;
}

interface Reading {
  readonly endpoint: Endpoint;
  readonly limit: number;
  readonly watch: Stopwatch;
}

/** Takes in a request's body; a small one is mostly here already. */
function read(request: HttpRequest, { endpoint, limit, watch }: Reading): Brought | Promise<Brought> {
  if (request.tunnel !== undefined) return { upload: request.tunnel, body: NOTHING, json: undefined };
  if (request instanceof Readable && isUpload(request, endpoint)) return { upload: request, body: NOTHING, json: undefined };
  const unreadable = (thrown: unknown): Brought => ({ body: NOTHING, json: undefined, problem: toGatewayError(thrown) });
  const judged = (body: Buffer): Brought => {
    try {
      return { body, json: readJson(body, request.headers['content-type'], endpoint) };
    } catch (thrown) {
      return { ...unreadable(thrown), body };
    }
  };
  const taken = takeIn(request, limit, watch);
  return Buffer.isBuffer(taken) ? judged(taken) : taken.then(judged, unreadable);
}

/** The body of a request, unpacked. Its way here is the client's time; a small one is mostly here already. */
function takeIn(request: HttpRequest, limit: number, watch: Stopwatch): Buffer | Promise<Buffer> {
  const { whole, headers } = request;
  const encoding = headers['content-encoding'];
  if (whole !== undefined) return encoding === undefined ? whole : decompressBody(whole, encoding, limit);
  return watch.during(readBody(request, limit)).then((body) => decompressBody(body, encoding, limit));
}

const MAX_BUFFERED_UPLOAD = 1024 * 1024;

/** Bodies of no shared meaning that are large, or of unknown size, and no JSON are streamed through. */
function isUpload(request: HttpRequest, endpoint: Endpoint): boolean {
  if (endpoint.kind !== 'passthrough' || (request.headers['content-type'] ?? '').includes('json')) return false;
  const length = request.headers['content-length'];
  return length === undefined ? request.headers['transfer-encoding'] !== undefined : Number(length) > MAX_BUFFERED_UPLOAD;
}

/** The body where it is a JSON object. Endpoints whose body the gateway reads refuse anything else; a pass-through takes anything, a list nothing. */
function readJson(body: Buffer, contentType: string | undefined, endpoint: Endpoint): JsonObject | undefined {
  const isJson = saysJson(contentType);
  if (endpoint.kind === 'passthrough' || endpoint.kind === 'models')
    return isJson && body.length > 0 ? parseLeniently(body.toString('utf8')) : undefined;
  if (!isJson) throw new GatewayError('invalid_content_type', 'Invalid content type passed');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new GatewayError('invalid_json', 'The request body is not valid JSON.', { cause });
  }
  if (!isObject(value)) throw new GatewayError('invalid_json', 'The request body must be a JSON object.');
  return value;
}

/** Whether a content type says JSON; without one JSON is taken for granted. */
function saysJson(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type === '' || type === 'application/json' || type.endsWith('+json');
}

function sendPage({ response, headers }: Outlet, page: ReturnType<Page>): void {
  response.writeHead(page.status, [...headers, 'content-type', page.type, 'content-length', String(Buffer.byteLength(page.body))]);
  response.end(page.body);
}

function isPreflight(request: HttpRequest): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}

function sendPreflight({ response, headers }: Outlet, more: readonly string[]): void {
  response.writeHead(204, [...headers, ...more]);
  response.end();
}

function sendNotFound(outlet: Outlet, request: HttpRequest): void {
  request.resume();
  const { pathname } = splitTarget(request.url ?? '/');
  const hint = PROMPTS.test(pathname) ? ': prompt templates are not part of this version' : '';
  respondError(outlet, undefined, new GatewayError('not_found', `There is no route ${request.method ?? ''} ${pathname}${hint}`));
}
