import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { UpstreamRequest } from '../port.ts';
import { BadHead } from './header-lines.ts';
import { isPlain, writeRequestHead, type WholeRequest } from './request-head.ts';

const request = (more: Partial<UpstreamRequest> = {}): WholeRequest =>
  ({ origin: 'http://a', path: '/v1/x?y=z', method: 'POST', headers: [], body: '', guarded: false, ...more }) as WholeRequest;

describe('a request head', () => {
  it('names host and length', () => {
    const head = writeRequestHead(request({ headers: ['Accept', 'a/b', 'x-empty', ''] }), 'a:1', 7);
    assert.equal(head, 'POST /v1/x?y=z HTTP/1.1\r\nhost: a:1\r\nconnection: keep-alive\r\nAccept: a/b\r\nx-empty: \r\ncontent-length: 7\r\n\r\n');
    assert.doesNotMatch(writeRequestHead(request({ method: 'GET', body: null }), 'a', 0), /content-length/);
    assert.match(writeRequestHead(request({ body: null }), 'a', 0), /content-length: 0/);
    assert.match(writeRequestHead(request({ headers: ['Host', 'b'] }), 'a', 0), /HTTP\/1.1\r\nconnection: keep-alive\r\nHost: b\r\n/);
  });

  it('is never written with anything in it that could end a line', () => {
    const anything = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('\r\nx: y', 'a\nb', 'a\rb', '\0', 'a b', 'ä', '…', ''));
    fc.assert(
      fc.property(fc.record({ name: anything, value: anything, path: anything, method: anything }), ({ name, value, path, method }) => {
        const given = request({ headers: ['x-fixed', '1', name, value], path: `/${path}`, method });
        let head: string;
        try {
          head = writeRequestHead(given, 'a', 0);
        } catch (error) {
          assert.ok(error instanceof BadHead);
          return;
        }
        const lines = head.split('\r\n');
        const sent = lines.slice(1, -2).filter((line) => !/^(host: a|connection: keep-alive|content-length: 0)$/.test(line));
        assert.deepEqual(sent, ['x-fixed: 1', `${name}: ${value}`]);
        assert.equal(lines[0], `${method} /${path} HTTP/1.1`);
        assert.doesNotMatch(lines.join(''), /[\r\n\0]/);
        assert.equal(lines[0]?.split(' ').length, 3);
      }),
      { numRuns: 2000 },
    );
    for (const [name, value] of [
      ['x', 'a\r\nb: c'],
      ['x\r\nb', 'c'],
      ['x ', 'c'],
      ['', 'c'],
      ['x', '…'],
    ])
      assert.throws(() => writeRequestHead(request({ headers: [name as string, value as string] }), 'a', 0), BadHead);
    for (const path of ['x', 'http://a/', '/a b', '/a\r\n', '/…']) assert.throws(() => writeRequestHead(request({ path }), 'a', 0), BadHead);
  });

  it('is left to another client where it asks for more than a whole body', () => {
    assert.ok(isPlain(request({ body: Buffer.from('x'), headers: ['x-a', 'b'] })));
    assert.ok(!isPlain(request({ body: Readable.from([]) })));
    for (const name of ['Expect', 'transfer-encoding', 'Content-Length', 'upgrade', 'connection', 'te'])
      assert.ok(!isPlain(request({ headers: [name, 'x'] })));
  });
});
