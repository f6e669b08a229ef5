import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { createHttpTransport } from '../http.ts';
import { readProxies } from './proxies.ts';

describe('the proxies of the environment', () => {
  it('are chosen by scheme, host and port', () => {
    const env = {
      HTTPS_PROXY: 'http://secure:3128',
      http_proxy: 'plain:3128',
      NO_PROXY: 'a.example, .b.example *.c.example d.example:8443 10.0.0.1 ::2,[::3]:80',
    };
    const proxyOf = readProxies(env);
    const cases: readonly [origin: string, proxy: string | undefined][] = [
      ['https://api.openai.com', 'http://secure:3128'],
      ['http://api.openai.com', 'http://plain:3128'],
      ['https://a.example', undefined],
      ['https://x.a.example', undefined],
      ['https://xa.example', 'http://secure:3128'],
      ['https://b.example', undefined],
      ['https://x.b.example', undefined],
      ['https://x.c.example', undefined],
      ['https://d.example:8443', undefined],
      ['https://d.example', 'http://secure:3128'],
      ['http://10.0.0.1:8000', undefined],
      ['http://10.0.0.10', 'http://plain:3128'],
      ['http://[::2]:1', undefined],
      ['http://[::3]', undefined],
      ['http://[::3]:81', 'http://plain:3128'],
      ['http://localhost:11434', undefined],
      ['http://127.0.0.1:11434', undefined],
      ['http://[::1]:11434', undefined],
    ];
    for (const [origin, proxy] of cases) assert.equal(proxyOf?.(origin), proxy, origin);
    assert.equal(readProxies({ ALL_PROXY: 'http://all' })?.('https://a'), 'http://all');
    assert.equal(readProxies({ HTTP_PROXY: 'http://a', NO_PROXY: '*' })?.('http://b'), undefined);
  });

  it('may be none, and must be URLs that are not told', () => {
    assert.equal(readProxies({ NO_PROXY: 'a', HTTPS_PROXY: '' }), undefined);
    for (const HTTPS_PROXY of ['socks5://me:secret@a', 'http://me:secret@'])
      assert.throws(() => readProxies({ HTTPS_PROXY }), { message: 'HTTPS_PROXY: expected the http:// or https:// URL of a proxy' });
  });
});

describe('requests through a proxy', () => {
  const servers: Server[] = [];
  after(() => servers.forEach((server) => server.close()));
  const listen = async (serve: (socket: Socket) => void): Promise<number> => {
    const server = createServer((socket) => serve(socket.on('error', () => {})));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  it('are sent in a tunnel, with the credentials of the proxy; those to hosts that callers name are not', async () => {
    const asked: string[] = [];
    const provider = await listen((socket) => void socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')));
    const proxy = await listen((socket) => {
      socket.once('data', (head) => {
        asked.push(head.toString('latin1'));
        const tunnel = connect(provider, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.pipe(tunnel).pipe(socket);
        });
      });
    });
    const transport = createHttpTransport({ HTTP_PROXY: `http://me:secret@127.0.0.1:${proxy}` });
    const ask = (origin: string, guarded: boolean): Promise<string> =>
      new Promise((resolve) => {
        let body = '';
        const request = { origin, path: '/', method: 'POST', headers: [], body: '{}', guarded };
        transport(request, {
          head: () => {},
          data: (chunk) => ((body += chunk.toString()), true),
          end: () => resolve(body),
          fail: ({ code }) => resolve(code),
        });
      });
    assert.equal(await ask('http://provider.invalid', false), 'ok');
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? '', /^CONNECT provider\.invalid:80 HTTP\/1\.1\r\n/);
    assert.match(asked[0] ?? '', new RegExp(`proxy-authorization: Basic ${Buffer.from('me:secret').toString('base64')}`, 'i'));
    assert.equal(await ask('http://provider.invalid', true), 'upstream_unreachable');
    assert.equal(await ask(`http://127.0.0.1:${provider}`, false), 'ok');
    assert.equal(asked.length, 1);
    await transport.close();
  });
});
