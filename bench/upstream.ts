import { createServer, type Socket } from 'node:net';
import { answerFor, type Answer } from './answers.ts';

// A provider that costs next to nothing, so that what is measured is the gateway. Run as a process of its own: `node upstream.ts PORT`.

const MODEL = /"model"\s*:\s*"bench-(\d+)-(\d+)"/;
const EMPTY = Buffer.alloc(0);

const server = createServer({ noDelay: true }, (socket) => {
  let pending = EMPTY;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const end = endOfRequest(pending);
    if (end < 0) return;
    const text = pending.toString('latin1', 0, end);
    pending = pending.subarray(end);
    send(socket, answerTo(text));
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'));

/** Where the first request ends; -1 while it is not complete. */
function endOfRequest(bytes: Buffer): number {
  const body = bytes.indexOf('\r\n\r\n') + 4;
  if (body < 4) return -1;
  const head = bytes.toString('latin1', 0, body);
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return bytes.length >= body + Number(length) ? body + Number(length) : -1;
  if (!/transfer-encoding: chunked/i.test(head)) return body;
  const end = bytes.indexOf('\r\n0\r\n\r\n', body - 2);
  return end < 0 ? -1 : end + 7;
}

function answerTo(request: string): Answer {
  const [, events = '0', delay = '0'] = MODEL.exec(request) ?? [];
  const path = request.slice(0, request.indexOf('\r\n'));
  return answerFor(path.includes('/messages') ? 'anthropic' : 'openai', Number(events), Number(delay));
}

/** One write an event, as providers send them. */
function send(socket: Socket, { parts, delay }: Answer): void {
  if (delay === 0) {
    for (const part of parts) socket.write(part);
    return;
  }
  let next = 0;
  const step = (): void => {
    socket.write(parts[next] ?? EMPTY);
    next += 1;
    if (next < parts.length && !socket.destroyed) setTimeout(step, delay);
  };
  step();
}
