import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A provider that speaks WebSocket and says back what it hears, or refuses. */
export interface FakeWebSocketProvider {
  readonly url: string;
  /** Every request for a WebSocket so far. */
  readonly seen: IncomingMessage[];
  /** Connections that are open. */
  readonly sockets: Set<Socket>;
  close(): Promise<void>;
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Opens one on loopback; paths with `/refused/` in them are answered with a 403. */
export async function fakeWebSocketProvider(): Promise<FakeWebSocketProvider> {
  const seen: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(426).end());
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    seen.push(request);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.on('end', () => socket.end());
    if (request.url?.includes('/refused/') === true) {
      const body = '{"error":{"message":"not for you"}}';
      return void socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    }
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
    socket.on('data', (frame: Buffer) => echo(socket, frame));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, sockets, close };
}

/** Answers one small frame of a client, which is masked, with the same of a server, which is not. */
function echo(socket: Socket, frame: Buffer): void {
  const length = (frame[1] as number) & 0x7f;
  const mask = frame.subarray(2, 6);
  const text = frame.subarray(6, 6 + length).map((byte, at) => byte ^ (mask[at % 4] as number));
  socket.write(Buffer.concat([Buffer.from([frame[0] as number, length]), text]));
  const isClose = ((frame[0] as number) & 0x0f) === 8;
  if (isClose) socket.end();
}
