import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { damaged, FUZZ_RUNS, inPieces, memorySocket, mostly, ODD_LINES } from '../../../test/support/raw-http.ts';
import type { HttpRequest, HttpResponse } from '../http-port.ts';
import { PlainEngine } from './engine.ts';
import { PlainRequest } from './request.ts';

/** A request as somebody made it out in the bytes of a connection. */
interface Sight {
  readonly head: string;
  body: string;
  isWhole: boolean;
  readonly isPlain: boolean;
}

const sights = new WeakMap<object, Sight[]>();

function see(request: HttpRequest | IncomingMessage, response: HttpResponse | ServerResponse): void {
  const { method, url, headers, socket } = request;
  const sight: Sight = { head: JSON.stringify([method, url, headers]), body: '', isWhole: false, isPlain: request instanceof PlainRequest };
  sights.get(socket)?.push(sight);
  const answer = (): void => {
    sight.isWhole = true;
    response.writeHead(200, ['content-length', '0']);
    response.end();
  };
  if (request instanceof PlainRequest && request.whole !== undefined) {
    sight.body = request.whole.toString('latin1');
    return answer();
  }
  request.on('data', (chunk: Buffer) => (sight.body += chunk.toString('latin1')));
  request.on('end', answer);
  request.on('error', () => {});
}

function nodeServer(): Server {
  const server = createServer(see);
  return server.on('clientError', (_, socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
}

const alone = nodeServer();
const behind = nodeServer();
const engine = new PlainEngine({
  answer: see,
  isForOther: () => false,
  adopt: (socket) => void behind.emit('connection', socket),
  late: (socket) => void socket.destroy(),
});

/** What is seen of a connection on which pieces arrive one by one. */
async function seenBy(accept: (socket: Socket) => void, pieces: readonly Buffer[]): Promise<Sight[]> {
  const socket = memorySocket();
  const seen: Sight[] = [];
  sights.set(socket, seen);
  accept(socket);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (const piece of pieces) {
    await turn();
    if (!socket.destroyed) socket.push(piece);
  }
  for (let i = 0; i < 6 && !socket.destroyed; i++) await turn();
  socket.destroy();
  return seen;
}

const LINES = [
  'A: b',
  'B:  b \t',
  'Cookie: a=b',
  'X:',
  'Connection: keep-alive',
  'Accept: */*',
  'Authorization: Bearer x',
  'constructor: y',
  'Te: trailers',
];
const STRANGE_LINES = [
  ...ODD_LINES,
  ...['3', '5', '003', '3, 3', '+3', '3 3', '-0', '0x3', '', '3\v', '\t3', '3\t'].map((value) => `Content-Length: ${value}`),
  ...['chunked', 'identity', 'gzip', 'chunked, identity', '\vchunked', 'chunked\t', ''].map((value) => `Transfer-Encoding: ${value}`),
  'Content_Length: 5',
  'Connection: close',
  'Connection: Keep-Alive ',
  'Connection: upgrade',
  'Proxy-Connection: close',
  'Keep-Alive: 300',
  'Upgrade: h2c',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'Host: z',
  '__proto__: x',
  'Set-Cookie: a',
  'A: c',
  'Trailer: x',
];
const TARGETS = ['/own', '/own?b=c&d=%20', '/own;x=(y)', '//x/y', '/'];
const ODD_TARGETS = ['/own#b', '/own/ä', '/own b', 'own', '*', 'http://h/x', 'h:80', '/a"b', '/a\\b', '/a|b', ''];
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: s\r\n\r\n';

const requests = fc
  .record({
    method: mostly(['GET', 'POST', 'POST'], ['PUT', 'get', 'HEAD', 'OPTIONS', 'CONNECT', 'PRI', 'GETX', 'POST\t', ' GET']),
    target: mostly(TARGETS, ODD_TARGETS),
    version: mostly([' HTTP/1.1'], [' HTTP/1.0', ' HTTP/1.2', '', ' HTTP/2.0', ' http/1.1', '  HTTP/1.1', ' HTTP/1.1 ']),
    host: mostly(['Host: x', 'host:x'], ['Host:', 'Hos: x', 'Host: x\r\nHost: y', 'Host: a b', 'Host: x/y']),
    lines: fc.array(mostly(LINES, STRANGE_LINES, 4), { maxLength: 4 }),
    hasLength: fc.boolean(),
    ending: mostly(['\r\n'], ['\n', '\r'], 25),
    body: fc.constantFrom('', 'abc', 'abcde', '3\r\nabc\r\n0\r\n\r\n', SMUGGLED),
  })
  .map(({ method, target, version, host, lines, hasLength, ending, body }) => {
    const length = method === 'POST' && hasLength ? [`Content-Length: ${body.length}`] : [];
    return [`${method} ${target}${version}`, host, ...length, ...lines, '', ''].join(ending) + (method === 'GET' ? '' : body);
  });
const connections = fc
  .array(requests, { minLength: 1, maxLength: 3 })
  .map((wires) => `${wires.join('')}GET /last HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n`);

describe('what arrives on a connection', () => {
  it('is the same requests for the engine and for node:http', async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(inPieces(damaged(connections)), async (pieces) => {
        const [ours, theirs] = await Promise.all([
          seenBy((socket) => engine.accept(socket), pieces),
          seenBy((socket) => void alone.emit('connection', socket), pieces),
        ]);
        plain += ours.filter(({ isPlain }) => isPlain).length;
        assert.deepEqual(
          ours.map(({ head }) => head),
          theirs.map(({ head }) => head),
        );
        for (const [i, { body, isWhole }] of ours.entries()) if (isWhole && theirs[i]?.isWhole === true) assert.equal(body, theirs[i].body);
      }),
      { numRuns: FUZZ_RUNS },
    );
    engine.stop();
    assert.ok(plain > FUZZ_RUNS / 4, `${plain} requests were plain`);
  });
});
