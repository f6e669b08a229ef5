import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from './json.ts';
import { Stencil, textOfJson } from './json-text.ts';

describe('a stencil', () => {
  it('writes what JSON.stringify would, whatever the text and whatever stands around it', () => {
    const rest = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(rest, fc.string(), fc.array(fc.string({ unit: 'binary' })), (around, name, texts) => {
        const make = (text: string): JsonObject => ({ ...(around as JsonObject), said: text, [`~${name}`]: [{ again: text }] });
        const stencil = new Stencil(make);
        for (const text of texts) assert.equal(textOfJson(stencil.fill(text)), JSON.stringify(make(text)));
      }),
    );
  });

  it('gives what can be put into other JSON', () => {
    const filled = new Stencil((text) => ({ a: { text } })).fill('b"');
    assert.equal(JSON.stringify([filled]), '[{"a":{"text":"b\\""}}]');
  });
});
