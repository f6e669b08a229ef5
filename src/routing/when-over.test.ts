import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aReply } from '../../test/support/calls.ts';
import { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import type { Reply } from '../pipeline/step.ts';
import { whenOver, type Ending } from './when-over.ts';

/** A streamed reply whose flow a test drives, as it is passed on, and how it ended. */
function watched(): {
  reply: Reply;
  inner: Sink<string>;
  flow: Flow<string>;
  got: string[];
  endings: Ending[];
  aborter: AbortController;
  calls: string[];
} {
  let inner: Sink<string> | undefined;
  const calls: string[] = [];
  const endings: Ending[] = [];
  const got: string[] = [];
  const aborter = new AbortController();
  const source: Flow<string> = { start: (sink) => void (inner = sink), resume: () => calls.push('resume'), cancel: () => calls.push('cancel') };
  const reply = whenOver({ ...aReply('x'), body: { kind: 'stream', flow: source } }, aborter.signal, (ending) => endings.push(ending));
  const flow = (reply.body as { flow: Flow<string> }).flow;
  flow.start({ write: (item) => got.push(item) < 2, end: () => got.push('end'), fail: ({ code }) => got.push(code) });
  return { reply, inner: inner as Sink<string>, flow, got, endings, aborter, calls };
}

describe('a reply is over', () => {
  it('at once when it is whole', () => {
    const endings: Ending[] = [];
    const reply = aReply('x');
    assert.equal(
      whenOver(reply, new AbortController().signal, (ending) => endings.push(ending)),
      reply,
    );
    assert.deepEqual(endings, ['delivered']);
  });

  it('with the end of its stream, which is passed on with everything before', () => {
    const { inner, got, endings } = watched();
    assert.deepEqual([inner.write('a'), inner.write('b')], [true, false]);
    assert.deepEqual(endings, []);
    inner.end();
    assert.deepEqual([got, endings], [['a', 'b', 'end'], ['delivered']]);
  });

  it('when its stream breaks', () => {
    const { inner, got, endings } = watched();
    inner.fail(new GatewayError('stream_truncated', 'broken'));
    assert.deepEqual([got, endings], [['stream_truncated'], ['broken']]);
  });

  it('when nobody wants the rest, and once only', () => {
    const { inner, flow, endings, calls, aborter } = watched();
    flow.resume();
    flow.cancel();
    inner.end();
    aborter.abort();
    assert.deepEqual([calls, endings], [['resume', 'cancel'], ['cancelled']]);
  });

  it('when the client leaves, even before anything was read', () => {
    const { endings, aborter } = watched();
    aborter.abort();
    assert.deepEqual(endings, ['cancelled']);
    const late: Ending[] = [];
    const flow: Flow<string> = { start: () => {}, resume: () => {}, cancel: () => {} };
    whenOver({ ...aReply('x'), body: { kind: 'stream', flow } }, aborter.signal, (ending) => late.push(ending));
    assert.deepEqual(late, ['cancelled']);
  });
});
