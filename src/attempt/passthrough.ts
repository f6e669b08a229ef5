import type { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call, Reply } from '../pipeline/step.ts';
import type { Receiver, Transport, UpstreamHead } from '../transport/port.ts';
import { passthroughHeaders } from './headers.ts';
import { applyParameters } from './parameters.ts';
import { perform, type Settle } from './perform.ts';
import { locate, meets, type Target } from './target.ts';

export type PassthroughCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'passthrough' }> };

/** Sends a request of no shared meaning to the same path at the provider and passes the response back byte for byte, whatever its status. */
export function attemptPassthrough(call: PassthroughCall, target: Target, transport: Transport): Promise<Reply> {
  const request = {
    ...locate(target, passthroughPath(target, call.endpoint.path, call.url), ''),
    method: call.method,
    headers: passthroughHeaders(call, target),
    body: bodyOf(call, target),
    length: lengthOf(call),
    tunnel: call.endpoint.isTunnel === true ? call.upload : undefined,
    guarded: target.guarded,
  };
  const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped: [] };
  const options = { transport, request, signal: call.signal, timeout: target.node.requestTimeout };
  return perform(
    options,
    (settle: Settle<Reply>) =>
      new PassthroughReceiver(settle, (head, flow) => ({
        status: head.status,
        headers: clientHeaders(head),
        body: { kind: 'stream', flow },
        strict: true,
        route,
      })),
  );
}

/** Path and query at the provider, as a template: by rule, some things stand elsewhere at some. */
export function passthroughPath(target: Target, path: string, url: string): string {
  const { passthrough = [] } = target.provider.endpoints;
  const query = url.includes('?') ? encodeBraces(url.slice(url.indexOf('?'))) : '';
  const { prefix = '', query: added = {} } = passthrough.find((rule) => meets(target, rule.when) && isUnder(path, rule.under)) ?? {};
  const encoded = encodeBraces(path);
  return (encoded.startsWith(`${prefix}/`) ? encoded : prefix + encoded) + withQuery(query, added);
}

function isUnder(path: string, beginnings: readonly string[] | undefined): boolean {
  return beginnings === undefined || beginnings.some((beginning) => path.startsWith(beginning));
}

/** A query with the parameters that it lacks. */
function withQuery(query: string, added: Readonly<Record<string, string>>): string {
  const sent = new URLSearchParams(query);
  const lacking = Object.entries(added).filter(([name]) => !sent.has(name));
  return lacking.reduce((text, [name, template]) => `${text}${text === '' ? '?' : '&'}${name}=${template}`, query);
}

/** Braces in a client's path are no placeholders. */
function encodeBraces(path: string): string {
  return path.replaceAll('{', '%7B').replaceAll('}', '%7D');
}

function bodyOf(call: PassthroughCall, target: Target): Buffer | string | NonNullable<Call['upload']> | null {
  if (call.endpoint.isTunnel === true) return null;
  if (call.upload !== undefined) return call.upload;
  const json = call.json === undefined ? undefined : applyParameters(call.json, target.node);
  if (json !== undefined && json !== (call.json as JsonObject)) return JSON.stringify(json);
  return call.body.length > 0 ? call.body : null;
}

/** Bytes of an upload, as the client has announced it. */
function lengthOf({ upload, headers }: PassthroughCall): number | undefined {
  const length = headers['content-length'];
  return upload === undefined || length === undefined ? undefined : Number(length);
}

function clientHeaders(head: UpstreamHead): string[] {
  const headers = [...head.headers];
  if (head.contentType !== '') headers.push('content-type', head.contentType);
  if (head.contentEncoding !== undefined) headers.push('content-encoding', head.contentEncoding);
  return headers;
}

/** Commits with the response head and hands the bytes through. */
class PassthroughReceiver implements Receiver, Flow<Buffer> {
  readonly #settle: Settle<Reply>;
  readonly #commit: (head: UpstreamHead, flow: Flow<Buffer>) => Reply;
  #sink: Sink<Buffer> | undefined;
  #held: Buffer[] = [];
  #committed = false;
  #ending: { readonly error: GatewayError | undefined } | undefined;

  constructor(settle: Settle<Reply>, commit: (head: UpstreamHead, flow: Flow<Buffer>) => Reply) {
    this.#settle = settle;
    this.#commit = commit;
  }

  head(head: UpstreamHead): void {
    this.#committed = true;
    this.#settle.resolve(this.#commit(head, this));
  }

  data(chunk: Buffer): boolean {
    if (this.#sink !== undefined) return this.#sink.write(chunk);
    this.#held.push(chunk);
    return false;
  }

  end(): void {
    this.#over(undefined);
  }

  fail(error: GatewayError): void {
    if (this.#committed) this.#over(error);
    else this.#settle.reject(error);
  }

  start(sink: Sink<Buffer>): void {
    this.#sink = sink;
    const held = this.#held.splice(0);
    const ready = held.map((chunk) => sink.write(chunk)).at(-1) ?? true;
    if (this.#ending !== undefined) this.#conclude(sink);
    else if (held.length > 0 && ready) this.resume();
  }

  resume(): void {
    this.#settle.exchange.resume();
  }

  cancel(): void {
    this.#settle.exchange.abort();
  }

  #over(error: GatewayError | undefined): void {
    this.#settle.done();
    this.#ending = { error };
    if (this.#sink !== undefined) this.#conclude(this.#sink);
  }

  #conclude(sink: Sink<Buffer>): void {
    if (this.#ending?.error === undefined) sink.end();
    else sink.fail(this.#ending.error);
  }
}
