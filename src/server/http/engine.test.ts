import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../test/support/eventually.ts';
import type { HttpResponse } from '../http-port.ts';
import { PlainEngine } from './engine.ts';

const REQUEST = 'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n';

describe('connections of the plain kind', () => {
  let now = 0;
  let server: Server;
  const asked: HttpResponse[] = [];
  const engine = new PlainEngine({
    answer: (_, response) => void asked.push(response),
    isForOther: () => false,
    adopt: (socket) => socket.end('other'),
    late: (socket) => socket.end('late'),
    now: () => now,
  });
  before(async () => {
    server = createServer({ allowHalfOpen: true }, (socket) => engine.accept(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    engine.closeAll();
    engine.stop();
    server.close();
  });

  interface Client {
    readonly socket: Socket;
    readonly closed: Promise<string>;
  }

  const open = async (...pieces: readonly string[]): Promise<Client> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
    for (const piece of pieces) {
      socket.write(piece);
      await sleep(10);
    }
    if (pieces.length === 0) await sleep(10);
    return { socket, closed };
  };
  const answer = (response: HttpResponse | undefined): void => {
    response?.writeHead(200, ['content-length', '2']);
    response?.end('ok');
  };
  /** What the client has seen when the engine has looked at its connections so much later. */
  const seenAfter = async (milliseconds: number, { closed }: Client): Promise<string> => {
    now += milliseconds;
    return Promise.race([closed, sleep(1_500).then(() => 'open')]);
  };

  it('get 60 s for a head, however slowly it drips', async () => {
    const client = await open('POST /x HT', 'TP/1.1\r\n');
    now += 50_000;
    client.socket.write('Host: x\r\n');
    await sleep(10);
    assert.equal(await seenAfter(9_000, client), 'open');
    assert.equal(await seenAfter(2_000, client), 'late');
  });

  it('get 60 s for a first byte, and 65 s between requests', async () => {
    const silent = await open();
    assert.equal(await seenAfter(61_000, silent), '');
    asked.length = 0;
    const idle = await open(`${REQUEST}abc`);
    answer(asked[0]);
    assert.equal(await seenAfter(64_000, idle), 'open');
    assert.match(await seenAfter(2_000, idle), /^HTTP\/1\.1 200 OK\r\n[^]*ok$/);
  });

  it('get 300 s for a request, and as long as it takes for the answer', async () => {
    asked.length = 0;
    const stuck = await open(`${REQUEST}a`);
    const waiting = await open(`${REQUEST}abc`);
    assert.equal(await seenAfter(290_000, stuck), 'open');
    assert.equal(await seenAfter(20_000, stuck), 'late');
    assert.equal(await seenAfter(3_600_000, waiting), 'open');
    answer(asked[1]);
    waiting.socket.end();
    assert.match(await waiting.closed, /ok$/);
  });

  it('whose last request is answered early are closed behind its body, so that the client is not cut off while it sends and reads', async () => {
    asked.length = 0;
    const early = async (): Promise<Client> => {
      const client = await open(REQUEST.replace(': 3', ': 600000\r\nConnection: close'));
      client.socket.allowHalfOpen = true;
      client.socket.on('error', () => assert.fail('the client is cut off'));
      await eventually('the request is there', () => asked.length > 0);
      answer(asked.shift());
      for (let i = 0; i < 5; i++) {
        client.socket.write('x'.repeat(100_000));
        await sleep(10);
      }
      return client;
    };
    const whole = await early();
    whole.socket.end('x'.repeat(100_000));
    assert.match(await whole.closed, /^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*ok$/);
    // One that neither sends the rest nor closes its side.
    const stuck = await early();
    assert.equal(await seenAfter(4_000, stuck), 'open');
    assert.equal(await seenAfter(2_000, stuck), 'open');
    stuck.socket.removeAllListeners('error').on('error', () => {});
    for (const words of ['is anybody there', 'nobody is']) {
      stuck.socket.write(words);
      await sleep(10);
    }
    assert.match(await stuck.closed, /ok$/);
  });

  it('are closed when the gateway leaves: idle ones at once, others behind their answer', async () => {
    asked.length = 0;
    const idle = await open(`${REQUEST}abc`);
    answer(asked[0]);
    const busy = await open(`${REQUEST}abc`);
    engine.leave();
    engine.closeIdle();
    assert.match(await idle.closed, /connection: keep-alive\r\n/);
    answer(asked[1]);
    assert.match(await busy.closed, /connection: close\r\n[^]*ok$/);
  });
});
