import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError, toGatewayError } from '../../errors.ts';
import { RecordConflict } from '../../stores/records/record-store.ts';
import { log } from '../../telemetry/log.ts';
import { admit } from './access.ts';
import { checked } from './checked.ts';
import type { AdminDoor } from './door.ts';
import type { Operation, OperationReply } from './operation.ts';
import { operationsOf } from './operations.ts';
import type { AdminWorld } from './world.ts';

/** Largest body of a request, in bytes. */
const MAX_BODY = 1024 * 1024;

type Bindings = { readonly Bindings: HttpBindings };
type AdminContext = Context<Bindings>;

/** Makes what answers the requests for all operations. */
export function createAdmin(world: AdminWorld): AdminDoor {
  const app = new Hono<Bindings>();
  const operations = operationsOf(world);
  for (const operation of operations) app.on(operation.method, routeOf(operation.path), (context) => answer(context, operation, world));
  app.notFound((context) => errorResponse(unrouted(context, operations)));
  app.onError((error) => errorResponse(readable(error)));
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    // A `Host` of which no URL can be made.
    errorHandler: () => errorResponse(new GatewayError('invalid_request', 'The Host header, or the path, is not valid.')),
  });
  return async (request, response) => {
    await listener(request, response);
  };
}

function routeOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

async function answer(context: AdminContext, operation: Operation, world: AdminWorld): Promise<Response> {
  const { incoming } = context.env;
  const headers: IncomingHttpHeaders = incoming.headers;
  const { workspace, scopes } = admit(
    { headers, peer: incoming.socket.remoteAddress ?? '', httpVersion: incoming.httpVersion },
    operation.access,
    world,
  );
  const reply = await operation.run({
    params: context.req.param(),
    query: operation.query === undefined ? undefined : checked(operation.query, saidIn(context.req.query()), 'query'),
    body: operation.body === undefined ? undefined : checked(operation.body, await bodyOf(context), 'body'),
    headers,
    workspace,
    scopes,
    signal: context.req.raw.signal,
  });
  return responseOf(reply, headers['if-none-match']);
}

/** A parameter without a value says nothing: forms send them for fields that were left empty. */
function saidIn(query: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}

async function bodyOf({ req }: AdminContext): Promise<unknown> {
  const type = req.header('content-type') ?? '';
  // What a page of another site can send without being asked first is never JSON.
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type))
    throw new GatewayError('invalid_content_type', 'The body must be JSON: send content-type: application/json');
  const text = await limitedText(req.raw);
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new GatewayError('invalid_json', 'The request body is not valid JSON.', { cause });
  }
}

async function limitedText(request: Request): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.length;
    if (size > MAX_BODY) throw new GatewayError('body_too_large', `The request body is larger than ${MAX_BODY} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** No answer may be kept by a cache, or taken for a page. */
const OWN_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

async function responseOf({ status = 200, headers = {}, body, stream }: OperationReply, known: string | undefined): Promise<Response> {
  const etag = etagOf(body);
  const own = { ...OWN_HEADERS, ...(etag === undefined ? {} : { etag }), ...headers };
  if (stream !== undefined) return new Response(ReadableStream.from(await begun(stream)), { status, headers: own });
  if (etag !== undefined && known === etag) return new Response(null, { status: 304, headers: own });
  if (body === undefined) return new Response(null, { status: status === 200 ? 204 : status, headers: own });
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8', ...own } });
}

/** The bytes of a stream whose first piece is there: what fails before that is answered with an error, and not with an answer that breaks off. */
async function begun(stream: AsyncIterable<string>): Promise<AsyncIterable<Uint8Array>> {
  const pieces = stream[Symbol.asyncIterator]();
  return encoded(await pieces.next(), pieces);
}

async function* encoded(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncIterable<Uint8Array> {
  try {
    for (let piece = first; piece.done !== true; piece = await rest.next()) yield Buffer.from(piece.value);
  } finally {
    await rest.return?.();
  }
}

/** Whatever has a version has it as its tag. */
function etagOf(body: unknown): string | undefined {
  const version = typeof body === 'object' && body !== null && 'id' in body && 'version' in body ? body.version : undefined;
  return typeof version === 'number' ? `"${version}"` : undefined;
}

function unrouted({ req }: AdminContext, operations: readonly Operation[]): GatewayError {
  const others = operations.filter(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(req.path)).map(({ method }) => method);
  if (others.length === 0) return new GatewayError('not_found', `There is no route ${req.method} ${req.path}`);
  const allowed = [...new Set(others)].join(', ');
  return new GatewayError('not_found', `${req.path} accepts ${allowed}, not ${req.method}`, { status: 405, headers: ['allow', allowed] });
}

/** What went wrong as the client may know it. */
function readable(error: unknown): GatewayError {
  if (error instanceof RecordConflict) return new GatewayError('version_mismatch', error.message, { cause: error });
  const known = toGatewayError(error);
  if (known.status >= 500) log('error', 'an admin request failed', { cause: known.cause ?? known });
  return known;
}

function errorResponse(error: GatewayError): Response {
  const { message, type, code, param } = error.info;
  const details = error.details.length === 0 ? {} : { errors: error.details };
  const body = { error: { message, type: type ?? 'server_error', param: param ?? null, code: code ?? null, ...details } };
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', ...OWN_HEADERS });
  for (let i = 0; i < error.headers.length; i += 2) headers.append(error.headers[i] as string, error.headers[i + 1] as string);
  return new Response(JSON.stringify(body), { status: error.status, headers });
}
