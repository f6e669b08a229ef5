import type { Dialect, WireEvent } from '../dialects/dialect.ts';
import type { GatewayError } from '../errors.ts';
import type { Flow } from '../ir/flow.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import { replyContext } from '../pipeline/reply-context.ts';
import type { Call, Reply } from '../pipeline/step.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import { EventWriter } from './event-writer.ts';
import { gatewayHeaders, type Identified } from './gateway-headers.ts';
import { telling } from './news.ts';
import type { HttpResponse } from './http-port.ts';
import { ListWriter } from './list-writer.ts';
import { pump } from './pump.ts';
import { renderError } from './render-error.ts';
import { StreamEncoder } from './stream-encoder.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Keeps proxies in front of the gateway from holding events back. */
const STREAM_HEADERS = ['cache-control', 'no-cache', 'x-accel-buffering', 'no'];

type ChatEndpoint = Extract<Endpoint, { kind: 'chat' }>;

/** Where a response goes, and the headers (flat pairs) that every response to this client carries. */
export interface Outlet {
  readonly response: HttpResponse;
  readonly headers: readonly string[];
}

/** Writes a reply in the client's dialect. */
export function respond(outlet: Outlet, call: Call, reply: Reply): void {
  const headers = [...outlet.headers, ...gatewayHeaders(call, reply.route), ...reply.headers];
  const { body } = reply;
  if (body.kind === 'bytes') return writeWhole(outlet.response, { status: reply.status, headers, body: pretty(body.bytes, call) });
  if (body.kind === 'stream') return writeRawStream(outlet, call, { ...reply, headers, flow: body.flow });
  const endpoint = call.endpoint as ChatEndpoint;
  const context = replyContext(call, reply);
  if (body.kind === 'answer' && !wantsStream(call, endpoint)) {
    const text = JSON.stringify(endpoint.dialect.reply.encode(body.events, context));
    return writeWhole(outlet.response, { status: reply.status, headers, body: pretty(text, call) });
  }
  const encoder = new StreamEncoder(endpoint.dialect, context, endpoint.jsonArray === true);
  outlet.response.writeHead(reply.status, [...headers, ...STREAM_HEADERS, 'content-type', encoder.contentType]);
  if (body.kind === 'answer') {
    outlet.response.write(encoder.push(body.events));
    outlet.response.end(encoder.end());
  } else pump({ response: outlet.response, signal: call.signal }, body.flow, telling(call, new EventWriter(encoder)));
}

/** Writes an error in the client's dialect, as long as nothing has been written. */
export function respondError({ response, headers }: Outlet, call: (Identified & Pick<Call, 'endpoint'>) | undefined, error: GatewayError): void {
  if (response.headersSent || response.destroyed) return;
  const own = call === undefined ? [] : gatewayHeaders(call, error.route);
  const body = JSON.stringify(renderError(error, call?.endpoint));
  writeWhole(response, { status: error.status, headers: [...headers, ...own, ...error.headers], body });
}

interface Whole {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Uint8Array | string;
}

function writeWhole(response: HttpResponse, { status, headers, body }: Whole): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, [...headers, 'content-type', JSON_TYPE, 'content-length', String(length)]);
  response.end(body);
}

/** `?pretty` asks for indented JSON. */
function pretty(body: Uint8Array | string, call: Call): Uint8Array | string {
  const query = call.url.indexOf('?');
  if (query < 0 || !new URLSearchParams(call.url.slice(query)).has('pretty')) return body;
  return JSON.stringify(JSON.parse(Buffer.from(body as Uint8Array).toString('utf8')), null, 2);
}

interface RawStream {
  readonly status: number;
  readonly headers: readonly string[];
  readonly route: Reply['route'];
  readonly strict: boolean;
  readonly flow: Flow<Uint8Array | string>;
}

/** Bytes that are in the client's dialect already. A break is reported in that dialect; a pass-through has none and is cut off. */
function writeRawStream({ response }: Outlet, call: Call, { status, headers, flow, route, strict }: RawStream): void {
  const { endpoint, signal } = call;
  if (endpoint.kind !== 'chat') {
    response.writeHead(status, headers as string[]);
    return pump({ response, signal }, flow, { write: (chunk) => chunk, end: () => '', fail: () => undefined });
  }
  if (endpoint.jsonArray === true) {
    const encoder = new StreamEncoder(endpoint.dialect, replyContext(call, { route, strict }), true);
    response.writeHead(status, [...headers, ...STREAM_HEADERS, 'content-type', encoder.contentType]);
    return pump({ response, signal }, flow, telling(call, new ListWriter(endpoint.dialect, encoder)));
  }
  response.writeHead(status, [...headers, ...STREAM_HEADERS, 'content-type', FRAMINGS[endpoint.dialect.framing].contentType]);
  let last: Uint8Array | string = '';
  const write = (chunk: Uint8Array | string): Uint8Array | string => (last = chunk);
  const broken = (error: GatewayError): string | Uint8Array => {
    const context = { ...replyContext(call, { route, strict }), after: lastEventIn(last, endpoint.dialect) };
    return new StreamEncoder(endpoint.dialect, context, false).fail(error);
  };
  pump({ response, signal }, flow, telling(call, { write, end: () => '', fail: broken }));
}

/** The last event in some bytes that end with one. */
function lastEventIn(bytes: Uint8Array | string, { framing }: Dialect): WireEvent | undefined {
  return FRAMINGS[framing]
    .decoder()
    .push(Buffer.from(bytes as string))
    .at(-1);
}

function wantsStream(call: Call, endpoint: ChatEndpoint): boolean {
  return endpoint.stream ?? call.json?.['stream'] === true;
}
