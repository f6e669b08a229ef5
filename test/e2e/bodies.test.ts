import assert from 'node:assert/strict';
import { request, type IncomingHttpHeaders } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { completion, fakeUpstream, json, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const PACKED = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync } as const;
const ASK = { model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] };

/** What `fetch` does not let anybody send. */
interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

describe('bodies on their way through', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      ok: json(200, completion('Hello'), { connection: 'x-hop, keep-alive', 'x-hop': '1', 'x-kept': '1' }),
      ...Object.fromEntries(
        Object.entries(PACKED).map(([encoding, pack]) => [
          encoding,
          (_: SeenRequest, response: { writeHead(status: number, headers: object): { end(body: Uint8Array): void } }) =>
            response
              .writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
              .end(pack(JSON.stringify(completion('Hello')))),
        ]),
      ),
    });
  });
  after(() => upstream.close());

  const own = (path = 'ok'): Record<string, string> => ({
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream.url}/${path}`,
    authorization: 'Bearer k',
  });
  const send = ({ path, headers, body }: Sent): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders }> =>
    new Promise((resolve, reject) => {
      const outgoing = request(gateway.url + path, { method: 'POST', headers: { ...own(), ...headers } }, (response) => {
        response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      });
      outgoing.on('error', reject).end(body);
    });
  const last = (): SeenRequest => upstream.seen.at(-1) ?? assert.fail('no request arrived');

  it('keep the length that the client announced, because many stores of files take no chunks', async () => {
    const body = Buffer.alloc(3 * 1024 * 1024, 'x');
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': String(body.length) };
    assert.equal((await send({ path: '/v1/files', headers, body })).status, 200);
    assert.equal(last().headers['content-length'], String(body.length));
    assert.equal(last().headers['transfer-encoding'], undefined);
    assert.equal(last().text.length, body.length);
  });

  it('arrive where nobody has announced their length', async () => {
    const headers = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' };
    assert.equal((await send({ path: '/v1/files', headers, body: Buffer.from('abc') })).status, 200);
    assert.equal(last().text, 'abc');
  });

  for (const [encoding, pack] of Object.entries(PACKED)) {
    it(`are read where a client has packed them with ${encoding}, and go on unpacked and without saying otherwise`, async () => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding, 'x-portkey-forward-headers': 'content-encoding' };
      for (const path of ['/v1/chat/completions', '/v1/moderations']) {
        assert.equal((await send({ path, headers, body: pack(JSON.stringify(ASK)) })).status, 200, path);
        assert.deepEqual(last().body, ASK);
        assert.equal(last().headers['content-encoding'], undefined, path);
      }
    });

    it(`are read where a provider has packed them with ${encoding}, which nobody asked for`, async () => {
      const response = await gateway.post('/v1/chat/completions', ASK, own(encoding));
      assert.equal(response.status, 200);
      assert.match(await response.text(), /"content":"Hello"/);
    });
  }

  it('bring no header along that was for one connection only, either way', async () => {
    const headers = {
      'content-type': 'application/json',
      connection: 'x-secret, keep-alive',
      'x-secret': '1',
      'x-mine': '1',
      'x-forwarded-port': '1',
    };
    const response = await send({ path: '/v1/moderations', headers, body: Buffer.from('{}') });
    assert.deepEqual([last().headers['x-secret'], last().headers['x-forwarded-port'], last().headers['x-mine']], [undefined, undefined, '1']);
    assert.deepEqual([response.headers['x-hop'], response.headers['x-kept']], [undefined, '1']);
    await send({
      path: '/v1/chat/completions',
      headers: { ...headers, 'x-portkey-forward-headers': 'x-secret,x-mine' },
      body: Buffer.from(JSON.stringify(ASK)),
    });
    assert.deepEqual([last().headers['x-secret'], last().headers['x-mine']], [undefined, '1']);
  });
});
