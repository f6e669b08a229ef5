import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { after, describe, it } from 'node:test';
import { HttpClient } from './client.ts';
import type { WholeRequest } from './request-head.ts';

const servers: Server[] = [];

/** A provider whose connections come with the time at which they were closed. */
async function provider(): Promise<{ readonly origin: string; readonly closed: Promise<void>[] }> {
  const closed: Promise<void>[] = [];
  const server = createServer((socket) => {
    closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
    socket.on('error', () => {});
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, closed };
}

function ask(client: HttpClient, origin: string): Promise<void> {
  const request: WholeRequest = { origin, path: '/', method: 'GET', headers: [], body: null, guarded: false };
  return new Promise((resolve, reject) => client.send(request, { head: () => {}, data: () => true, end: resolve, fail: reject }));
}

describe('connections that are idle', () => {
  after(() => servers.forEach((server) => server.close()));

  it('are closed beyond a number, whichever origins they go to, those first that have been so for longest', async () => {
    const client = new HttpClient(2);
    const [first, second, third] = await Promise.all([provider(), provider(), provider()]);
    for (const { origin } of [first, second, third]) await ask(client, origin);
    await first.closed[0];
    await Promise.all([ask(client, second.origin), ask(client, third.origin)]);
    assert.deepEqual([second.closed.length, third.closed.length], [1, 1]);
    client.close();
  });
});
