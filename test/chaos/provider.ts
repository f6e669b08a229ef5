import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A request as it came over the socket. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a provider treats what reaches it. Without any it accepts requests and never answers. */
export interface Script {
  /** A connection stands, nothing has been read from it. True: it is dealt with, no request is waited for. */
  readonly connected?: (socket: Socket) => boolean;
  /** The head of a request is there, its body not yet. True: the body is not waited for. */
  readonly headed?: (exchange: Exchange) => boolean;
  readonly asked?: (exchange: Exchange) => void | Promise<void>;
  /** Requests are not kept: for long runs. */
  readonly forgets?: boolean;
}

/** A provider on loopback that is a socket and a script: what it writes is what goes over the wire. */
export interface RawProvider {
  readonly url: string;
  readonly requests: readonly RawRequest[];
  /** Connections so far. */
  readonly connections: number;
  /** Exchanges that are not over although their connection stands. */
  readonly dangling: number;
  close(): Promise<void>;
}

/** One request, and the hand on the socket that answers it. */
export class Exchange {
  readonly request: RawRequest;
  readonly socket: Socket;
  /** The how-manieth request of the provider it is, from 0; and of its connection. */
  readonly number: number;
  readonly onConnection: number;
  /** The script has done what it wanted to do. */
  isOver = false;

  constructor(request: RawRequest, socket: Socket, counts: { readonly number: number; readonly onConnection: number }) {
    this.request = request;
    this.socket = socket;
    this.number = counts.number;
    this.onConnection = counts.onConnection;
  }

  get isClosed(): boolean {
    return this.socket.destroyed || this.socket.readyState === 'closed';
  }

  /** Bytes as they are. */
  write(bytes: string | Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.write(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`);
  }

  /** One chunk of a chunked body. */
  chunk(bytes: string | Uint8Array): void {
    const data = Buffer.from(bytes as string);
    this.write(Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]));
  }

  lastChunk(): void {
    this.write('0\r\n\r\n');
    this.isOver = true;
  }

  /** A whole answer of known length. */
  whole(status: number, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): void {
    this.head(status, { 'content-type': 'application/json', ...headers, 'content-length': String(Buffer.byteLength(body)) });
    this.write(body);
    this.isOver = true;
  }

  /** Ends the connection in order, whatever stands out. */
  fin(): void {
    this.isOver = true;
    this.socket.end();
  }

  /** Breaks the connection. */
  rst(): void {
    this.isOver = true;
    this.socket.resetAndDestroy();
  }

  /** Waits, but not beyond the end of the connection. */
  async wait(milliseconds: number): Promise<void> {
    if (this.isClosed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.socket.off('close', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.socket.on('close', done);
    });
  }
}

/** The exchanges of a provider so far. */
class Book {
  readonly exchanges: Exchange[] = [];
  count = 0;
  readonly #forgets: boolean;

  constructor(forgets: boolean) {
    this.#forgets = forgets;
  }

  enter(exchange: Exchange): void {
    this.count++;
    if (!this.#forgets) this.exchanges.push(exchange);
  }
}

/** Opens a provider. */
export async function openProvider(script: Script): Promise<RawProvider> {
  const sockets = new Set<Socket>();
  const book = new Book(script.forgets === true);
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (script.connected?.(socket) !== true) serve(socket, script, book);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return book.exchanges.map(({ request }) => request);
    },
    get connections() {
      return connections;
    },
    get dangling() {
      return book.exchanges.filter((exchange) => !exchange.isOver && !exchange.isClosed).length;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Where nobody listens: a port that the system gives to no one else meanwhile. */
export const CLOSED = 'http://127.0.0.1:1';

/** Reads requests off a connection one by one, as HTTP has it. */
function serve(socket: Socket, script: Script, book: Book): void {
  let bytes: Buffer = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  let missing = 0;
  let current: Exchange | undefined;
  let onConnection = 0;
  const take = (): void => {
    if (current === undefined) current = begin();
    if (current === undefined) return;
    const length = Number(current.request.headers['content-length'] ?? 0);
    missing = length - bytes.length;
    if (missing > 0) return;
    const exchange = withBody(current, bytes.toString('utf8', 0, length));
    bytes = bytes.subarray(length);
    current = undefined;
    void script.asked?.(exchange);
    take();
  };
  const begin = (): Exchange | undefined => {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const exchange = new Exchange(readHead(bytes.toString('latin1', 0, end)), socket, { number: book.count, onConnection: onConnection++ });
    bytes = bytes.subarray(end + 4);
    book.enter(exchange);
    return script.headed?.(exchange) === true ? undefined : exchange;
  };
  const withBody = (exchange: Exchange, body: string): Exchange => {
    Object.assign(exchange.request, { body });
    return exchange;
  };
  socket.on('data', (chunk) => {
    pieces.push(chunk);
    missing -= chunk.length;
    // Large bodies come in many pieces; they are joined once.
    if (missing > 0) return;
    bytes = Buffer.concat([bytes, ...pieces]);
    pieces = [];
    take();
  });
}

function readHead(text: string): RawRequest {
  const [first = '', ...lines] = text.split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const);
  return { method, path, headers: Object.fromEntries(headers), body: '' };
}
