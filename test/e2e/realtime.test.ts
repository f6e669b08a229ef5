import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { WebSocket, type MessageEvent } from 'undici';
import { openGateway } from '../../src/server/start.ts';
import { eventually } from '../support/eventually.ts';
import { fakeWebSocketProvider, type FakeWebSocketProvider } from '../support/fake-websocket.ts';
import { useGateway } from '../support/gateway.ts';

describe('GET /v1/realtime', () => {
  const gateway = useGateway();
  let provider: FakeWebSocketProvider;
  before(async () => void (provider = await fakeWebSocketProvider()));
  after(() => provider.close());

  const headers = (path = '/v1'): Record<string, string> => ({
    'x-portkey-config': JSON.stringify({ provider: 'openai', api_key: 'sk-own', custom_host: provider.url + path }),
    'openai-beta': 'realtime=v1',
  });
  const open = (url: string, more: Readonly<Record<string, string>>, protocols: string[] = []): WebSocket =>
    new WebSocket(`${url.replace('http', 'ws')}/v1/realtime?model=gpt-realtime`, { protocols, headers: more });
  const opened = async (socket: WebSocket): Promise<WebSocket> => {
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error('it was refused')), { once: true });
    });
    return socket;
  };
  const say = (socket: WebSocket, text: string): Promise<unknown> => {
    const heard = new Promise((resolve) => {
      socket.addEventListener('message', (event: MessageEvent) => resolve(event.data), { once: true });
    });
    socket.send(text);
    return heard;
  };

  it('becomes a WebSocket to the provider, with its key and path, through which both say what they like', async () => {
    const socket = await opened(open(gateway.url, headers()));
    assert.equal(await say(socket, '{"type":"session.update"}'), '{"type":"session.update"}');
    assert.equal(await say(socket, 'ü'), 'ü');
    const { url, headers: sent } = provider.seen.at(-1) ?? assert.fail('nobody came');
    assert.equal(url, '/v1/realtime?model=gpt-realtime');
    assert.deepEqual([sent.authorization, sent['openai-beta'], sent['x-portkey-config']], ['Bearer sk-own', 'realtime=v1', undefined]);
    const closed = once(socket as unknown as EventTarget, 'close');
    socket.close(1000);
    await closed;
    await eventually('the provider is let go', () => provider.sockets.size === 0);
  });

  it('lets go of the provider when the client breaks off, and of the client when the provider does', async () => {
    const { port } = new URL(gateway.url);
    const client = connect(Number(port), '127.0.0.1');
    const lines = Object.entries(headers()).map(([name, value]) => `${name}: ${value}\r\n`);
    client.write(
      `GET /v1/realtime HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${'A'.repeat(22)}==\r\n${lines.join('')}\r\n`,
    );
    const [head] = (await once(client, 'data')) as [Buffer];
    assert.match(head.toString(), /^HTTP\/1\.1 101 [^]*x-sluice-request-id: [^]*\r\n\r\n$/);
    assert.equal(provider.sockets.size, 1);
    client.resetAndDestroy();
    await eventually('the provider is let go', () => provider.sockets.size === 0);

    const socket = await opened(open(gateway.url, headers()));
    const closed = once(socket as unknown as EventTarget, 'close');
    for (const own of provider.sockets) own.destroy();
    await closed;
  });

  it('is answered as any request where the provider refuses, or nobody knows where to', async () => {
    const ask = async (more: Readonly<Record<string, string>>): Promise<string> => {
      const client = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      const lines = Object.entries(more).map(([name, value]) => `${name}: ${value}\r\n`);
      client.write(`GET /v1/realtime HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${lines.join('')}\r\n`);
      let answer = '';
      client.on('data', (text) => void (answer += String(text)));
      await once(client, 'close');
      return answer;
    };
    assert.match(await ask(headers('/refused/v1')), /^HTTP\/1\.1 403 Forbidden\r\n[^]*\r\n\r\n\{"error":\{"message":"not for you"\}\}$/);
    assert.match(await ask({}), /^HTTP\/1\.1 400 Bad Request\r\n[^]*"code":"provider_required"/);
    const dead = { ...headers(), 'x-portkey-custom-host': 'http://127.0.0.1:1' };
    assert.match(await ask(dead), /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*"code":"upstream_unreachable"/);
  });

  it('leaves requests alone that ask for another protocol, as Java’s client does with each', async () => {
    const client = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const body = '{"model":"mock","messages":[]}';
    client.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\nx-portkey-provider: mock\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const [answer] = (await once(client, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200 OK\r\n/);
    client.destroy();
  });

  it('is in the log as a call, and ends with the gateway', async () => {
    const own = await openGateway({ PORT: '0', SLUICE_DATA: 'memory', DRAIN_TIMEOUT: '0' });
    const socket = await opened(open(own.url, headers()));
    await say(socket, 'hello');
    const closed = once(socket as unknown as EventTarget, 'close');
    const under = (await (await fetch(`${own.url}/admin/v1/status`)).json()) as { readonly calls_under_way: number };
    assert.equal(under.calls_under_way, 1);
    socket.close();
    await closed;
    type Logs = { readonly data: readonly { readonly id: string; readonly status: number; readonly path: string }[] };
    let id = '';
    await eventually('the call is in the log', async () => {
      const { data } = (await (await fetch(`${own.url}/admin/v1/logs`)).json()) as Logs;
      id = data.find(({ status, path }) => status === 101 && path.startsWith('/v1/realtime'))?.id ?? '';
      return id !== '';
    });
    const { response } = (await (await fetch(`${own.url}/admin/v1/logs/${id}`)).json()) as { readonly response: { readonly body?: unknown } };
    assert.equal(response.body, undefined, 'what was said is not kept');
    const last = await opened(open(own.url, headers()));
    const ended = once(last as unknown as EventTarget, 'close');
    await own.close();
    await ended;
  });
});
