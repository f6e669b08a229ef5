import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../ir/events.ts';
import { TextRun } from './text-run.ts';

const text = (said: string): ChatEvent => ({ type: 'text', choice: 0, block: 0, text: said });
const data = (said: string, index = 0): string => `{"index":${index},"delta":{"type":"text_delta","text":${said}}}`;

/** A run that has begun. */
function begun(): TextRun {
  const run = new TextRun();
  run.learn(data('"Once"'), 'delta', [text('Once')]);
  return run;
}

describe('a run of events that differ in their text', () => {
  it('is gone on with by any text, however it is spelt', () => {
    const run = begun();
    assert.deepEqual(run.read(data('" upon a"'), 'delta'), text(' upon a'));
    assert.deepEqual(run.read(data('" \\"time\\"\\n\\u00e9 é"'), 'delta'), text(' "time"\né é'));
    assert.deepEqual(run.read(data('"Once"'), 'delta'), text('Once'));
  });

  it('is not gone on with by an event that differs in anything else', () => {
    const run = begun();
    assert.equal(run.read(data('"x"', 1), 'delta'), undefined);
    assert.equal(run.read(data('"x"'), 'other'), undefined);
    assert.equal(run.read(data('"x"'), undefined), undefined);
    for (const value of ['""', '7', 'null', '["x"]', '"x","more":"y"', '"x\ny"', '"x', '', '"x" "y"'])
      assert.equal(run.read(data(value), 'delta'), undefined);
    assert.equal(run.read('{"index":0,"delta":{"type":"text_delta","text":"', 'delta'), undefined);
  });

  it('ends with any event that had to be parsed', () => {
    const run = begun();
    run.learn('{"type":"stop"}', 'stop', []);
    assert.equal(run.read(data('"x"'), 'delta'), undefined);
  });

  it('begins with no event that means more than one text', () => {
    const events: readonly (readonly ChatEvent[])[] = [
      [text('x'), text('x')],
      [{ type: 'text', choice: 0, block: 0, text: 'x', signature: { value: 's', origin: 'anthropic-messages' } }],
      [{ type: 'reasoning', choice: 0, block: 0, text: 'x', redacted: 'r' }],
      [{ type: 'tool_arguments', choice: 0, block: 0, text: 'x' }],
    ];
    for (const meant of events) {
      const run = new TextRun();
      run.learn(data('"x"'), undefined, meant);
      assert.equal(run.read(data('"y"'), undefined), undefined);
    }
  });

  it('begins with no event that has its text twice, or in another spelling', () => {
    for (const first of ['{"id":"x","text":"x"}', '{"id":"x","text":"\\u0078"}', '{"text":"\\u0078"}']) {
      const run = new TextRun();
      run.learn(first, undefined, [text('x')]);
      assert.equal(run.read(first.replace('"x"', '"y"'), undefined), undefined);
    }
  });

  it('is not looked for any more behind many events without one', () => {
    const run = new TextRun();
    for (let i = 0; i < 20; i++) run.learn(data('"x"', i), undefined, [text('x')]);
    assert.equal(run.read(data('"y"', 19), undefined), undefined);
  });
});
