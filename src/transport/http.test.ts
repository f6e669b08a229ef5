import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { after, afterEach, before, describe, it } from 'node:test';
import tls from 'node:tls';
import { CERTIFICATE, PRIVATE_KEY } from '../../test/support/certificate.ts';
import type { GatewayError } from '../errors.ts';
import { createHttpTransport } from './http.ts';
import type { Exchange, Receiver, UpstreamHead, UpstreamRequest } from './port.ts';

/** A provider on a raw socket: `answer` gets each request with its number on the connection and that of the connection, from 0. */
type Answer = (socket: Socket, request: { readonly text: string; readonly number: number; readonly connection: number }) => void;

interface Provider {
  readonly origin: string;
  readonly requests: string[];
  readonly sockets: Socket[];
}

const servers: Server[] = [];

async function provider(answer: Answer, { secure = false } = {}): Promise<Provider> {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const serve = (socket: Socket): void => {
    const connection = sockets.push(socket) - 1;
    let text = '';
    let number = 0;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n') + 4;
      const size = end + Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0);
      if (end < 4 || text.length < size) return;
      requests.push(text.slice(0, size));
      const request = { text: text.slice(0, size), number: number++, connection };
      text = text.slice(size);
      answer(socket, request);
    });
  };
  const server = secure ? tls.createServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, serve) : createServer(serve);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: secure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`, requests, sockets };
}

/** What a receiver heard. */
class Heard implements Receiver {
  readonly over: Promise<void>;
  heads: UpstreamHead[] = [];
  body = '';
  pieces = 0;
  error: GatewayError | undefined;
  ends = 0;
  /** What the receiver answers to data. */
  takesMore = true;
  onData = (): void => {};
  #finish: () => void = () => {};

  constructor() {
    this.over = new Promise((resolve) => (this.#finish = resolve));
  }
  head(head: UpstreamHead): void {
    this.heads.push(head);
  }
  data(chunk: Buffer): boolean {
    this.body += chunk.toString('latin1');
    this.pieces++;
    this.onData();
    return this.takesMore;
  }
  end(): void {
    this.ends++;
    this.#finish();
  }
  fail(error: GatewayError): void {
    this.ends++;
    this.error = error;
    this.#finish();
  }
}

/** What the system says of a failure. */
const codeOf = ({ error }: Heard): unknown => (error?.cause as { code?: unknown } | undefined)?.code;

const ok = (body = 'ok', ...lines: readonly string[]): string =>
  ['HTTP/1.1 200 OK', 'Content-Type: text/plain', ...lines, `Content-Length: ${body.length}`, '', body].join('\r\n');

describe('the HTTP transport', () => {
  let transport: ReturnType<typeof createHttpTransport>;
  before(() => void (transport = createHttpTransport()));
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  after(() => transport.close());

  const begin = (origin: string, more: Partial<UpstreamRequest> = {}): { heard: Heard; exchange: Exchange } => {
    const heard = new Heard();
    const request = { origin, path: '/x', method: 'POST', headers: ['x-a', 'b'], body: '{"ä":1}', guarded: false, ...more };
    return { heard, exchange: transport(request, heard) };
  };
  const ask = async (origin: string, more: Partial<UpstreamRequest> = {}): Promise<Heard> => {
    const { heard } = begin(origin, more);
    await heard.over;
    assert.equal(heard.ends, 1);
    return heard;
  };

  it('sends what it is given and hands over what one read brought at once', async () => {
    const { origin, requests } = await provider((socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\nX-B: c\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\nT: 1\r\n\r\n',
      ),
    );
    const { heads, body, pieces, error } = await ask(origin);
    assert.deepEqual({ body, pieces, error }, { body: 'abc', pieces: 1, error: undefined });
    assert.deepEqual(heads, [{ status: 200, headers: ['X-B', 'c'], contentType: 'text/plain', contentEncoding: undefined }]);
    assert.equal(
      requests[0],
      `POST /x HTTP/1.1\r\nhost: ${origin.slice(7)}\r\nconnection: keep-alive\r\nx-a: b\r\ncontent-length: 8\r\n\r\n{"Ã¤":1}`,
    );
    const large = 'x'.repeat(300_000);
    assert.equal((await ask(origin, { body: Buffer.from(large) })).body, 'abc');
    assert.ok(requests[1]?.endsWith(`content-length: 300000\r\n\r\n${large}`));
  });

  it('uses a connection again, and another one while that is busy', async () => {
    const { origin, sockets } = await provider((socket) => socket.write(ok()));
    for (let i = 0; i < 3; i++) assert.equal((await ask(origin)).body, 'ok');
    assert.equal(sockets.length, 1);
    await Promise.all([ask(origin), ask(origin), ask(origin)]);
    assert.equal(sockets.length, 3);
    assert.equal((await ask(origin, { method: 'HEAD', body: null })).body, '');
  });

  it('makes a new connection behind one that the server closes, or on which it was out of step', async () => {
    const closings: readonly ((socket: Socket) => void)[] = [
      (socket) => socket.end(ok('ok', 'Connection: close')),
      (socket) => socket.write(ok('ok', 'Keep-Alive: timeout=1')),
      (socket) => socket.end(ok()),
      (socket) => void (socket.write(ok()), setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n'), 5)),
      (socket) => socket.write(`${ok()}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`),
      (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nok'),
    ];
    for (const close of closings) {
      const { origin, sockets } = await provider((socket, { connection }) => (connection === 0 ? close(socket) : socket.write(ok())));
      assert.equal((await ask(origin)).body, 'ok');
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.equal((await ask(origin)).body, 'ok');
      assert.equal(sockets.length, 2);
    }
  });

  it('fails, and sends nothing twice, where a connection closes or breaks before the answer', async () => {
    for (const close of [(socket: Socket) => void socket.end(), (socket: Socket) => void socket.resetAndDestroy()]) {
      const { origin, requests } = await provider((socket, { number }) => (number === 1 ? close(socket) : socket.write(ok())));
      await ask(origin);
      const { error, heads } = await ask(origin);
      assert.equal(error?.code, 'upstream_unreachable');
      assert.deepEqual(heads, []);
      assert.equal(requests.length, 2);
      assert.equal((await ask(origin)).body, 'ok');
    }
  });

  it('fails where an answer is cut off or malformed, after what was good of it', async () => {
    const wires = [
      ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel', 'hel'],
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n', 'hel'],
      ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', ''],
      ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', ''],
      ['SSH-2.0-OpenSSH_9.6\r\n', ''],
      ['', ''],
    ] as const;
    for (const [wire, good] of wires) {
      const { origin } = await provider((socket) => socket.end(wire));
      const { error, body } = await ask(origin);
      assert.equal(error?.code, 'upstream_unreachable', wire);
      assert.equal(error.message, 'The connection to the provider failed or broke.');
      assert.equal(body, good);
    }
    const nobody = await provider(() => {});
    servers.pop()?.close();
    assert.equal((await ask(nobody.origin)).error?.code, 'upstream_unreachable');
  });

  it('does not use a connection again whose server answered before it had the whole request', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.pause();
        socket.write(ok('no'));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let connections = 0;
    server.on('connection', () => void connections++);
    const body = Buffer.alloc(32 * 1024 * 1024);
    for (let i = 0; i < 2; i++) assert.equal((await ask(origin, { body })).body, 'no');
    assert.equal(connections, 2);
  });

  it('says nothing more after an abort, and closes the connection', async () => {
    const { origin, sockets } = await provider((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'));
    const early = begin(origin);
    early.exchange.abort();
    const { heard, exchange } = begin(origin);
    await new Promise<void>((resolve) => (heard.onData = resolve));
    const closed = new Promise((resolve) => sockets.at(-1)?.once('close', resolve));
    exchange.abort();
    await closed;
    assert.deepEqual([early.heard.ends, heard.ends, heard.body], [0, 0, 'hello']);
    // An exchange that is over cannot harm the next one on its connection.
    const { origin: other, sockets: others } = await provider((socket) => socket.write(ok()));
    const first = begin(other);
    await first.heard.over;
    const second = begin(other);
    first.exchange.abort();
    await second.heard.over;
    assert.deepEqual([second.heard.body, others.length], ['ok', 1]);
  });

  it('holds the provider while its receiver does not want more', async () => {
    const size = 32 * 1024 * 1024;
    const { origin, sockets } = await provider((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      socket.write(Buffer.alloc(size, 'x'));
    });
    const { heard, exchange } = begin(origin);
    heard.takesMore = false;
    await new Promise<void>((resolve) => (heard.onData = resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(heard.body.length < 256 * 1024, `${heard.body.length} bytes were taken`);
    assert.ok((sockets[0] as Socket).writableLength > 0);
    heard.takesMore = true;
    exchange.resume();
    await heard.over;
    assert.equal(heard.body.length, size);
    assert.equal((await ask(origin)).body.length, size);
    assert.equal(sockets.length, 1);
  });

  it('fails the call whose receiver throws, and no other', async () => {
    const { origin } = await provider((socket) => socket.write(ok()));
    const { heard } = begin(origin);
    heard.onData = () => {
      throw new TypeError('a fault of the gateway');
    };
    const other = ask(origin);
    await heard.over;
    assert.equal(heard.error?.code, 'internal_error');
    assert.equal((await other).body, 'ok');
  });

  it('refuses what must not go into a head, and hears of it after the call', async () => {
    const { origin, requests } = await provider((socket) => socket.write(ok()));
    for (const more of [{ headers: ['x', 'a\r\nb: c'] }, { path: '/a b' }, { origin: 'ftp://x' }]) {
      const { heard } = begin(origin, more);
      assert.equal(heard.ends, 0);
      await heard.over;
      assert.equal(heard.error?.code, 'invalid_request');
    }
    assert.deepEqual(requests, []);
  });

  it('keeps guarded requests away from private addresses, even where a connection stands', async () => {
    const { origin } = await provider((socket) => socket.write(ok()));
    const local = origin.replace('127.0.0.1', 'localhost');
    assert.equal((await ask(local)).body, 'ok');
    const { error } = await ask(local, { guarded: true });
    assert.equal(error?.code, 'invalid_custom_host');
  });

  it('streams bodies of unknown size', async () => {
    const { origin, requests } = await provider((socket) => socket.end(ok()));
    const { body } = await ask(origin, { body: Readable.from([Buffer.from('a'), Buffer.from('b')]) });
    assert.equal(body, 'ok');
    assert.match(requests[0] ?? '', /transfer-encoding: chunked/);
  });

  it('speaks TLS with hosts whose certificate it trusts, and resumes sessions', async () => {
    const resumed: boolean[] = [];
    const answer: Answer = (socket) => {
      resumed.push((socket as tls.TLSSocket).isSessionReused());
      socket.end(ok('ok', 'Connection: close'));
    };
    const { origin } = await provider(answer, { secure: true });
    assert.equal(codeOf(await ask(origin)), 'DEPTH_ZERO_SELF_SIGNED_CERT');
    const trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, CERTIFICATE]);
    const secure = createHttpTransport();
    try {
      for (let i = 0; i < 2; i++) {
        const heard = new Heard();
        secure({ origin, path: '/', method: 'GET', headers: [], body: null, guarded: false }, heard);
        await heard.over;
        assert.equal(heard.body, 'ok');
        assert.equal(heard.error, undefined);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const misnamed = new Heard();
      secure({ origin: origin.replace('localhost', '127.0.0.1'), path: '/', method: 'GET', headers: [], body: null, guarded: false }, misnamed);
      await misnamed.over;
      assert.equal(codeOf(misnamed), 'ERR_TLS_CERT_ALTNAME_INVALID');
    } finally {
      tls.setDefaultCACertificates(trusted);
      await secure.close();
    }
    assert.deepEqual(resumed, [false, true]);
  });

  it('fails what is under way when it is closed', async () => {
    const { origin } = await provider(() => {});
    const own = createHttpTransport();
    const heard = new Heard();
    own({ origin, path: '/', method: 'GET', headers: [], body: null, guarded: false }, heard);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await own.close();
    await heard.over;
    assert.equal(heard.error?.code, 'upstream_unreachable');
  });
});
