import { request, type IncomingHttpHeaders } from 'node:http';

/** A response as a client saw it. */
export interface Seen {
  /** 0: there was no response. */
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The response ended as HTTP says it must; false: the connection broke. */
  isComplete: boolean;
  /** Milliseconds from asking to the end. */
  took: number;
}

export interface Question {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Aborts the request as a client does that leaves. */
  readonly signal?: AbortSignal | undefined;
  /** Called with all of the body so far, whenever some more has come. */
  readonly onBody?: ((body: string) => void) | undefined;
}

/** Sends a request and takes in whatever comes back, over a connection of its own. Never rejects. */
export function ask(origin: string, { path, headers, body, signal, onBody }: Question): Promise<Seen> {
  const seen: Seen = { status: 0, headers: {}, body: '', isComplete: false, took: 0 };
  const start = performance.now();
  return new Promise((resolve) => {
    const done = (): void => resolve(Object.assign(seen, { took: Math.round(performance.now() - start) }));
    const call = request(origin + path, { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers }, signal });
    call.on('error', done);
    call.on('response', (response) => {
      seen.status = response.statusCode ?? 0;
      seen.headers = response.headers;
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        seen.body += text;
        onBody?.(seen.body);
      });
      response.on('error', () => {});
      response.on('close', () => {
        seen.isComplete = response.complete;
        done();
      });
    });
    call.end(body);
  });
}
