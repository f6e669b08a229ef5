import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { createConsole, isConsolePath } from './console.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-console-files-'));
const SCRIPT = 'console.log("a script that is long enough to be worth packing")';
let server: Server;

before(async () => {
  mkdirSync(path.join(folder, 'built', 'assets'), { recursive: true });
  const put = (name: string, text: string | Buffer): void => writeFileSync(path.join(folder, 'built', name), text);
  put('index.html', '<!doctype html><title>Sluice</title>');
  put('assets/index-abc.js', SCRIPT);
  put('assets/index-abc.js.br', brotliCompressSync(SCRIPT));
  put('assets/index-abc.js.gz', gzipSync(SCRIPT));
  writeFileSync(path.join(folder, 'secret.txt'), 'not for everyone');
  const show = createConsole([path.join(folder, 'built')]);
  server = createServer((incoming, response) => void show(incoming, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Seen {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Raw, because `fetch` tidies paths and unpacks bodies. */
function ask(where: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Seen> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: where, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });
}

test('every address below the console is its page, which loads nothing from elsewhere and is framed by nobody', async () => {
  for (const where of ['/console/', '/console/logs/abc?tab=request', '/console/configs/pc-a.b']) {
    const { status, headers, body } = await ask(where);
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/html/);
    assert.match(headers['content-security-policy'] as string, /default-src 'self'.*frame-ancestors 'none'/);
    assert.equal(headers['cache-control'], 'no-cache');
    assert.match(body.toString(), /<title>Sluice/);
  }
});

test('files with a name of their own may be kept for ever, packed as the client likes it', async () => {
  const packed = await ask('/console/assets/index-abc.js', { 'accept-encoding': 'gzip, br' });
  assert.equal(packed.headers['content-encoding'], 'br');
  assert.equal(brotliDecompressSync(packed.body).toString(), SCRIPT);
  assert.match(packed.headers['cache-control'] ?? '', /immutable/);
  assert.equal(packed.headers['vary'], 'accept-encoding');
  const refused = await ask('/console/assets/index-abc.js', { 'accept-encoding': 'br;q=0, gzip' });
  assert.equal(refused.headers['content-encoding'], 'gzip');
  const plain = await ask('/console/assets/index-abc.js');
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(plain.body.toString(), SCRIPT);
  assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
});

test('what the client has already is not sent again', async () => {
  const first = await ask('/console/');
  const again = await ask('/console/', { 'if-none-match': first.headers.etag ?? '' });
  assert.equal(again.status, 304);
  assert.equal(again.body.length, 0);
});

test('a file that is not there is not found, and nothing outside the folder is', async () => {
  assert.equal((await ask('/console/assets/index-old.js')).status, 404);
  for (const where of ['/console/../secret.txt', '/console/..%2fsecret.txt', '/console/assets/../../secret.txt'])
    assert.doesNotMatch((await ask(where)).body.toString(), /not for everyone/);
});

test('it is read, not written, and its address ends in a slash', async () => {
  assert.equal((await ask('/console/', {}, 'POST')).status, 405);
  const { status, headers } = await ask('/console');
  assert.equal(status, 308);
  assert.equal(headers.location, '/console/');
  assert.equal((await ask('/console/', {}, 'HEAD')).body.length, 0);
});

test('without a build it says how to get one, and shows it as soon as it is there', async () => {
  const later = path.join(folder, 'later');
  const show = createConsole([later]);
  const other = createServer((incoming, response) => void show(incoming, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/console/`;
  const missing = await fetch(url);
  assert.equal(missing.status, 503);
  assert.match(await missing.text(), /npm run build/);
  mkdirSync(later);
  writeFileSync(path.join(later, 'index.html'), 'first');
  assert.equal(await (await fetch(url)).text(), 'first');
  writeFileSync(path.join(later, 'index.html'), 'the second one');
  assert.equal(await (await fetch(url)).text(), 'the second one');
  other.close();
});

test('only its own paths are the console', () => {
  assert.equal(isConsolePath('/console/logs'), true);
  assert.equal(isConsolePath('/consoles'), false);
});
