import { equal, match, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRequest, readResponse } from './text.ts';

const nested = (depth: number): string => `{"api_key":"sk-0123456789abcdef","messages":${'['.repeat(depth)}"deep"${']'.repeat(depth)}}`;

describe('a body for the log', () => {
  test('is read however deep it is nested, without what its names say to be secret', () => {
    for (const depth of [10, 400, 60_000]) {
      const request = readRequest(Buffer.from(nested(depth)));
      ok(!request.bytes.includes('0123456789'), String(depth));
      ok(request.bytes.includes('deep'));
      const response = readResponse(Buffer.from(nested(depth)), { kind: 'bytes', size: 1, isCut: false });
      ok(!response.bytes.includes('0123456789'));
      const events = readResponse(Buffer.from(`data: ${nested(depth)}\n\ndata: {"delta":"said"}\n\n`), { kind: 'bytes', size: 1, isCut: false });
      match(events.text, /said/);
    }
  });

  test('is found by what was said in it', () => {
    const { text, excerpt } = readRequest(Buffer.from('{"messages":[{"role":"user","content":"first"},{"role":"user","content":"last"}]}'));
    equal(excerpt, 'last');
    match(text, /first/);
  });
});
