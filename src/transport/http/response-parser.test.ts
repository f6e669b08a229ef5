import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BadResponse, type ResponseHead } from './response-head.ts';
import { ResponseParser } from './response-parser.ts';

interface Read {
  readonly heads: ResponseHead[];
  readonly body: string;
  readonly isOver: boolean;
  readonly keepsAlive: boolean;
  readonly error: string | undefined;
}

/** What is read of some bytes that arrive in pieces, and, where asked for, of the end of the connection. */
function read(pieces: readonly (string | Buffer)[], { method = 'POST', closes = false } = {}): Read {
  const heads: ResponseHead[] = [];
  const body: Buffer[] = [];
  const parser = new ResponseParser(method, { head: (head) => void heads.push(head), data: (bytes) => void body.push(bytes) });
  let error: string | undefined;
  try {
    // The bytes are overwritten behind each read, as the buffer is that all connections share.
    for (const piece of pieces) {
      const bytes = Buffer.from(piece as string, 'latin1');
      parser.read(bytes);
      bytes.fill(0x58);
    }
    if (closes && !parser.isOver) parser.close();
  } catch (thrown) {
    assert.ok(thrown instanceof BadResponse, String(thrown));
    error = thrown.message;
  }
  return { heads, body: Buffer.concat(body).toString('latin1'), isOver: parser.isOver, keepsAlive: parser.keepsAlive, error };
}

const head = (...lines: readonly string[]): string => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');
const chunked = (...chunks: readonly string[]): string =>
  `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;

describe('a response', () => {
  it('of known length is over with its last byte', () => {
    const { heads, body, isOver, keepsAlive } = read([head('Content-Length: 5', 'X-A: \t b \t'), 'hel', 'lo']);
    assert.deepEqual({ body, isOver, keepsAlive }, { body: 'hello', isOver: true, keepsAlive: true });
    assert.deepEqual(heads[0]?.headers, ['Content-Length', '5', 'X-A', 'b']);
    assert.equal(read([head('content-length: 0')]).isOver, true);
    assert.equal(read([head('content-length: 5', 'content-length: 5'), 'hello']).body, 'hello');
  });

  it('in chunks is over with its last one, whatever extensions and trailers it has', () => {
    const wire = `${head('Transfer-Encoding: Chunked')}5;a=b;c="d"\r\nhello\r\n00a \r\n`;
    assert.match(read([wire]).error ?? '', /chunk/, 'a space behind a size');
    const good = `${head('transfer-encoding: chunked')}5;a=b;c="d"\r\nhello\r\n00A\r\n0123456789\r\n0;x\r\nTrailer: 1\r\nOther: 2\r\n\r\n`;
    const { body, isOver, keepsAlive } = read([good]);
    assert.deepEqual({ body, isOver, keepsAlive }, { body: 'hello0123456789', isOver: true, keepsAlive: true });
  });

  it('without either is over when the connection is', () => {
    assert.deepEqual(read([head(), 'all of', ' it']).isOver, false);
    const { body, isOver, keepsAlive } = read([head(), 'all of', ' it'], { closes: true });
    assert.deepEqual({ body, isOver, keepsAlive }, { body: 'all of it', isOver: true, keepsAlive: false });
  });

  it('has no body where its status or the method says so', () => {
    assert.equal(read([head('content-length: 5')], { method: 'HEAD' }).isOver, true);
    assert.equal(read(['HTTP/1.1 204 No Content\r\n\r\n']).isOver, true);
    assert.equal(read(['HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n']).isOver, true);
  });

  it('may come behind interim ones', () => {
    const { heads, body } = read(['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n', head('content-length: 2'), 'ok']);
    assert.deepEqual(
      heads.map(({ status }) => status),
      [200],
    );
    assert.equal(body, 'ok');
    assert.ok(read(['HTTP/1.1 101 Switching Protocols\r\n\r\n']).error);
    assert.match(read(['HTTP/1.1 100 Continue\r\n\r\n'.repeat(5000)]).error ?? '', /too large/);
  });

  it('leaves the connection for the next one only where both sides know that it is in step', () => {
    assert.equal(read([head('content-length: 2', 'connection: close'), 'ok']).keepsAlive, false);
    assert.equal(read([head('content-length: 2', 'connection: foo, Close'), 'ok']).keepsAlive, false);
    assert.equal(read([head('content-length: 2'), 'okay']).keepsAlive, false, 'bytes behind the end');
    assert.equal(read([`${head('transfer-encoding: chunked')}${chunked('ok')}!`]).keepsAlive, false);
    assert.equal(read([`${head('content-length: 0')}!`]).keepsAlive, false);
    const old = 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n';
    assert.equal(read([`${old}\r\nok`]).keepsAlive, false);
    assert.equal(read([`${old}connection: keep-alive\r\n\r\nok`]).keepsAlive, true);
    assert.equal(read([head('content-length: 0', 'keep-alive: timeout=5, max=100')]).heads[0]?.idleTimeout, 5000);
  });

  it('is refused where its end would be in doubt, or its head is not to the letter', () => {
    const bad = [
      head('content-length: 5', 'transfer-encoding: chunked'),
      head('transfer-encoding: chunked', 'content-length: 5'),
      head('content-length: 5', 'content-length: 6'),
      head('content-length: 5, 5'),
      head('content-length: -1'),
      head('content-length: 0x5'),
      head('content-length: +5'),
      head('content-length:'),
      head('content-length: 9999999999999999'),
      head('transfer-encoding: gzip, chunked'),
      head('transfer-encoding: chunked', 'transfer-encoding: chunked'),
      head('transfer-encoding: identity'),
      head('x : 1'),
      head(' x: 1'),
      head('x: 1', ' folded'),
      head('x'),
      head(': 1'),
      head('x: \0'),
      head('x: \x7f'),
      head('x: a\rb'),
      head('x: 1\ny: 2'),
      'HTTP/1.1 200 OK\nx: 1\n\nHTTP/1.1 200 OK\r\n\r\n',
      'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
      'HTTP/2 200\r\n\r\n',
      'HTTP/1.1 20 OK\r\n\r\n',
      'HTTP/1.1 2000 OK\r\n\r\n',
      'HTTP/1.1 200\tOK\r\n\r\n',
      ' HTTP/1.1 200 OK\r\n\r\n',
      '\r\nHTTP/1.1 200 OK\r\n\r\n',
      'ICY 200 OK\r\n\r\n',
      '{"error": "not HTTP"}\r\n\r\n',
      'x'.repeat(70_000),
      head(`x: ${'x'.repeat(66_000)}`),
    ];
    for (const wire of bad) {
      const { error, heads } = read([wire]);
      assert.ok(error !== undefined, JSON.stringify(wire.slice(0, 80)));
      assert.deepEqual(heads, [], 'nobody has heard of it');
    }
    assert.equal(read(['HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok']).body, 'ok', 'a reason may be missing');
    assert.equal(read([head(`x: ${'x'.repeat(60_000)}`, 'content-length: 2'), 'ok']).body, 'ok');
  });

  it('is refused as soon as it cannot become one', () => {
    for (const wire of ['SSH-2.0-OpenSSH_9.6\r\n', '\x16\x03', 'HTTP/2', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok', '{'])
      assert.ok(read([wire]).error, wire);
    for (const wire of ['', 'H', 'HTTP/1.', 'HTTP/1.1 200 OK\r\nx: y\r']) assert.equal(read([wire]).error, undefined, wire);
  });

  it('is refused where its chunks are malformed', () => {
    const start = head('transfer-encoding: chunked');
    const bad = ['g\r\n', '\r\n', '-1\r\n', '0x5\r\n', ' 5\r\n', '5\nhello', '5\r\nhello!', '5\r\nhello\n', '5\rhello', '0\r\nx: 1\n\r\n', '0\r\n\n'];
    for (const wire of [...bad, '1234567890abc\r\n', `5;${'x'.repeat(5000)}\r\n`, `0\r\n${'x: y\r\n'.repeat(20_000)}\r\n`])
      assert.ok(read([start, wire]).error !== undefined, JSON.stringify(wire.slice(0, 40)));
  });

  it('is passed on up to a malformed chunk, however its bytes are split', () => {
    const wire = `${head('transfer-encoding: chunked')}5\r\nhello\r\nzz\r\nthis is no chunk\r\n`;
    fc.assert(
      fc.property(fc.nat(wire.length), (place) => {
        const { body, error } = read([wire.slice(0, place), wire.slice(place)]);
        assert.equal(body, 'hello');
        assert.ok(error !== undefined);
      }),
      { examples: [[0], [wire.length]] },
    );
  });

  it('is refused where the connection closes before its end', () => {
    for (const wire of [
      '',
      'HTTP/1.1 200',
      head('content-length: 5'),
      `${head('content-length: 5')}hell`,
      `${head('transfer-encoding: chunked')}5\r\nhello\r\n`,
    ])
      assert.match(read([wire], { closes: true }).error ?? '', /closed in the middle/);
  });

  it('is the same however its bytes are split', () => {
    const wires = fc.constantFrom(
      `HTTP/1.1 100 Continue\r\n\r\n${head('content-length: 11', 'x: y')}hello world`,
      `${head('transfer-encoding: chunked')}${chunked('hello', ' ', 'world'.repeat(50))}`,
      `${head('transfer-encoding: chunked')}5;x=y\r\nhello\r\n0\r\nTrailer: x\r\n\r\n`,
      `${head('transfer-encoding: chunked')}5\r\nhello\r\nbad`,
      `${head('content-length: 3')}abcd`,
      head('content-length: 3', 'content-length: 4'),
      `${head()}until it closes`,
    );
    fc.assert(
      fc.property(wires, fc.array(fc.nat(400)), (wire, cuts) => {
        const points = [0, ...cuts.map((cut) => cut % wire.length).sort((a, b) => a - b), wire.length];
        const pieces = points.slice(1).map((end, i) => wire.slice(points[i], end));
        const whole = read([wire], { closes: true });
        const split = read(pieces, { closes: true });
        // Whether there is more behind an error or an end depends on when one looks.
        assert.deepEqual({ ...split, keepsAlive: false }, { ...whole, body: split.error === undefined ? whole.body : split.body, keepsAlive: false });
      }),
    );
  });

  it('of any bytes whatever is read or refused', () => {
    const letters = fc.constantFrom(
      'HTTP/1.1 200 OK\r\n',
      'content-length: 3\r\n',
      'transfer-encoding: chunked\r\n',
      '\r\n',
      '3\r\nabc\r\n',
      '0\r\n',
      ' ',
      '\n',
      '\0',
      'ÿ',
    );
    const bytes = fc.array(fc.oneof(letters, fc.string({ maxLength: 5 })), { maxLength: 20 });
    fc.assert(
      fc.property(bytes, (pieces) => void read(pieces, { closes: true })),
      { numRuns: 500 },
    );
  });
});
