import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a provider received it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The parsed body; undefined where it is no JSON. */
  // Tests read whatever the gateway wrote, so the type promises nothing.
  readonly body: Record<string, unknown> | undefined;
}

export interface FakeUpstream {
  readonly url: string;
  readonly port: number;
  /** Every request so far, in order. */
  readonly seen: SeenRequest[];
  /** Requests whose connection the gateway closed before the answer was over. */
  readonly aborted: SeenRequest[];
  close(): Promise<void>;
}

/** Answers a request. `attempt` counts the requests for the same path, from 0. */
export type Answer = (request: SeenRequest, response: ServerResponse, attempt: number) => void | Promise<void>;

/** A provider on loopback that answers as a test says: by first path segment, or everything with one function. */
export async function fakeUpstream(answers: Answer | Readonly<Record<string, Answer>>): Promise<FakeUpstream> {
  const seen: SeenRequest[] = [];
  const aborted: SeenRequest[] = [];
  const counts = new Map<string, number>();
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then(async (request) => {
      const segment = request.url.split(/[/?]/)[1] ?? '';
      const attempt = counts.get(segment) ?? 0;
      counts.set(segment, attempt + 1);
      seen.push(request);
      response.on('close', () => {
        if (!response.writableFinished) aborted.push(request);
      });
      const answer = typeof answers === 'function' ? answers : answers[segment];
      if (answer === undefined) return void response.writeHead(404).end();
      await answer(request, response, attempt);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, port, seen, aborted, close };
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  let body: Record<string, unknown> | undefined;
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    body = undefined;
  }
  return { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers as SeenRequest['headers'], text, body };
}

/** Answers with JSON. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers with an event stream; strings are written as they are, objects as events. `undefined` at the end cuts the connection. */
export function sse(events: readonly (object | string)[], { cut = false }: { readonly cut?: boolean } = {}): Answer {
  return async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) {
      response.write(typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`);
      await new Promise(setImmediate);
    }
    if (!cut) return void response.end();
    await new Promise((resolve) => setTimeout(resolve, 5));
    response.destroy();
  };
}

/** A whole chat completion in OpenAI's form. */
export function completion(content: string, more: object = {}): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-4',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    ...more,
  };
}

/** A chunk of a streamed chat completion in OpenAI's form. */
export function chunk(delta: object, finish: string | null = null): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'gpt-4',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

/** A streamed chat completion in OpenAI's form, one chunk a word. */
export function chunks(...texts: readonly string[]): (object | string)[] {
  return [chunk({ role: 'assistant', content: '' }), ...texts.map((content) => chunk({ content })), chunk({}, 'stop'), 'data: [DONE]\n\n'];
}
