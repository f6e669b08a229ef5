import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldBy } from '../../../test/support/memory.ts';
import { readRequestHead } from '../../server/http/request-head.ts';
import { readHead } from '../response-headers.ts';
import { headerLines } from './header-lines.ts';
import { readResponseHead } from './response-head.ts';

const HEADS = 1_000;
const FILLING = 'f'.repeat(16_000);

/** Heads of some size, each with a header whose name nobody has seen. */
const heads = (start: string, kind: string): string[] =>
  Array.from({ length: HEADS }, (_, i) =>
    Buffer.from(`${start}\r\nhost: x\r\nx-name-of-the-${kind}-${i}: y\r\nfilling: ${FILLING}\r\n`).toString('latin1'),
  );

describe('the names of headers', () => {
  it('are remembered without the heads in which they came', () => {
    const held = heldBy(() => {
      for (const text of heads('GET / HTTP/1.1', 'request')) assert.ok(readRequestHead(text) !== undefined);
      for (const text of heads('HTTP/1.1 200 OK', 'response')) {
        const { status, headers } = readResponseHead(text, 'GET');
        readHead(status, headers);
        headerLines(headers);
      }
    });
    assert.ok(held < (HEADS * FILLING.length) / 4, `${held} bytes are held`);
  });
});
