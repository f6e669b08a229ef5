import assert from 'node:assert/strict';
import { request as nodeRequest } from 'node:http';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { damaged, FUZZ_RUNS, inPieces, memorySocket, mostly, ODD_LINES } from '../../../test/support/raw-http.ts';
import { BadResponse, type ResponseHead } from './response-head.ts';
import { ResponseParser } from './response-parser.ts';

/** What somebody makes of the bytes of a response, up to their end. */
interface Sight {
  status?: number | undefined;
  headers?: readonly string[] | undefined;
  body: string;
  /** It came to its end in good order. */
  isWhole: boolean;
}

type Method = 'GET' | 'POST' | 'HEAD';

function seenByUs(pieces: readonly Buffer[], method: Method): Sight {
  let head: ResponseHead | undefined;
  let body = '';
  const parser = new ResponseParser(method, { head: (given) => (head = given), data: (bytes) => (body += bytes.toString('latin1')) });
  let isWhole = true;
  try {
    for (const piece of pieces) if (!parser.isOver) parser.read(piece);
    if (!parser.isOver) parser.close();
  } catch (error) {
    assert.ok(error instanceof BadResponse, String(error));
    isWhole = false;
  }
  return { status: head?.status, headers: head?.headers, body, isWhole };
}

function seenByNode(pieces: readonly Buffer[], method: Method): Promise<Sight> {
  const socket = memorySocket();
  const sight: Sight = { body: '', isWhole: false };
  return new Promise((resolve) => {
    const finish = (): void => {
      socket.destroy();
      resolve(sight);
    };
    const request = nodeRequest({ method, host: 'x', createConnection: () => socket, maxHeaderSize: 65_536 });
    request.on('error', () => setImmediate(finish)).on('upgrade', finish);
    request.on('response', (response) => {
      sight.status = response.statusCode;
      sight.headers = response.rawHeaders;
      response.on('data', (chunk: Buffer) => (sight.body += chunk.toString('latin1')));
      response.on('error', () => setImmediate(finish));
      response.on('end', () => {
        sight.isWhole = true;
        setImmediate(finish);
      });
    });
    request.end();
    setImmediate(() => {
      for (const piece of pieces) socket.push(piece);
      socket.push(null);
    });
  });
}

const STATUS_LINES = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200 OK',
  'HTTP/1.1 404',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
];
const ODD_STATUS_LINES = [
  'HTTP/1.1 200OK',
  'HTTP/1.1  200 OK',
  'HTTP/1.2 200 OK',
  'http/1.1 200 OK',
  'HTTP/1.1 099 OK',
  'HTTP/1.1 1000 OK',
  'HTTP/1.1 101 X',
];
const LINES = [
  'Content-Length: 3',
  'content-length: 5',
  'Transfer-Encoding: chunked',
  'X-A: b',
  'X:',
  'Connection: close',
  'Content-Length: 0',
  'Upgrade: h2c',
];
const STRANGE_LINES = [
  ...ODD_LINES,
  ...['3, 3', '+3', '3 3', '0x3', '', '003', '99999999999999999999', '3\t', '\r\n 3'].map((value) => `Content-Length: ${value}`),
  ...[
    'identity',
    'gzip, chunked',
    'chunked, identity',
    'chunked, chunked',
    'xchunked',
    'chunked;q=1',
    '"chunked"',
    '',
    'chunked\t',
    'Chunked ',
    '\r\n chunked',
  ].map((value) => `Transfer-Encoding: ${value}`),
  'Transfer_Encoding: chunked',
];
const BODIES = [
  '',
  'abc',
  'abcdefgh',
  '3\r\nabc\r\n0\r\n\r\n',
  '3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n',
  'A\r\n0123456789\r\n00\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
];
const ODD_BODIES = [
  ...['3 ', '0x3', '-3', '+3', ' 3', '', '\r\n3', '3;\n', '3;"a\r\n"', '3;\0', '3;ü', '10000000000000003', '0000000000003'].map(
    (size) => `${size}\r\nabc\r\n0\r\n\r\n`,
  ),
  '3\nabc\n0\n\n',
  '3\r\nabcd\r\n0\r\n\r\n',
  '3\r\nabc0\r\n\r\n',
  '3\r\nabc\r\n0\r\nT: 1\n\r\n',
  '3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n',
  '3\r\nabc\r\n0\r\n',
];
const INTERIM = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 X\r\nContent-Length: 5\r\n\r\n',
  'HTTP/1.0 100 X\r\n\r\n',
  '\r\n',
  'HTTP/1.1 199 X\r\nConnection: close\r\n\r\n',
];

const responses = fc
  .record({
    interim: mostly([''], INTERIM),
    status: mostly(STATUS_LINES, ODD_STATUS_LINES),
    lines: fc.array(mostly(LINES, STRANGE_LINES, 5), { maxLength: 4 }),
    ending: mostly(['\r\n'], ['\n', '\r'], 25),
    body: mostly(BODIES, ODD_BODIES, 3),
  })
  .map(({ interim, status, lines, ending, body }) => interim + [status, ...lines, '', ''].join(ending) + body);

describe('a response that Node takes too', () => {
  it('is the same for both, or refused', async () => {
    let both = 0;
    await fc.assert(
      fc.asyncProperty(inPieces(damaged(responses)), fc.constantFrom<Method>('GET', 'POST', 'HEAD'), async (pieces, method) => {
        const ours = seenByUs(pieces, method);
        const theirs = await seenByNode(pieces, method);
        if (ours.isWhole && theirs.isWhole) {
          both++;
          assert.deepEqual(ours, theirs);
        } else if (ours.status !== undefined && theirs.status !== undefined) {
          // What either saw before it refused the rest.
          assert.equal(ours.status, theirs.status);
          assert.ok(ours.body.startsWith(theirs.body) || theirs.body.startsWith(ours.body), `${ours.body} and ${theirs.body}`);
        }
      }),
      { numRuns: FUZZ_RUNS, examples: [[[Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\t\r\n\r\n3\r\nabc\r\n0\r\n\r\n')], 'GET']] },
    );
    assert.ok(both > FUZZ_RUNS / 10, `${both} were whole for both`);
  });
});
