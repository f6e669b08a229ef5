import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorInfo } from '../../errors.ts';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { openaiChat } from './index.ts';

const CHUNK = { id: 'c', model: 'm', choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] };

function errorIn(events: readonly ChatEvent[]): Partial<ErrorInfo> | undefined {
  const found = events.find((event) => event.type === 'error')?.error;
  return found === undefined ? undefined : (JSON.parse(JSON.stringify(found)) as ErrorInfo);
}

function streamed(...wire: JsonObject[]): readonly ChatEvent[] {
  const decoder = openaiChat.stream.decoder();
  return wire.flatMap((event) => decoder.push(event));
}

function whole(choice: JsonObject): readonly ChatEvent[] {
  return openaiChat.reply.decode({ id: 'c', model: 'm', choices: [choice] });
}

describe('an error in the place of an answer', () => {
  const forms: readonly (readonly [string, JsonObject, Partial<ErrorInfo>])[] = [
    [
      'of model servers',
      { object: 'error', message: 'Too long.', type: 'BadRequestError', code: 400 },
      { status: 400, type: 'BadRequestError', code: '400' },
    ],
    ['that is a code and a message', { code: 20012, message: 'Too long.', data: null }, { status: 502, code: '20012' }],
    [
      'with words of its own beside choices that are null',
      { choices: null, error_type: 'BadRequestError', error_message: 'Too long.' },
      { status: 400, type: 'BadRequestError' },
    ],
    ['with a code of its own', { error_code: 336_003, error_msg: 'Too long.' }, { status: 502, code: '336003' }],
    ['that is a detail', { detail: 'Too long.' }, { status: 502 }],
    ['that is a list of details', { detail: [{ loc: ['body'], msg: 'Too long.' }] }, { status: 502 }],
    [
      'whose type tells the status',
      { type: 'error', error: { type: 'overloaded_error', message: 'Too long.' } },
      { status: 529, type: 'overloaded_error' },
    ],
  ];
  for (const [title, wire, expected] of forms) {
    it(`is seen in the form ${title}`, () => {
      const error = { ...expected, message: 'Too long.' };
      assert.deepEqual(errorIn(streamed(wire)), error);
      assert.deepEqual(errorIn(streamed(CHUNK, wire)), error);
      assert.deepEqual(errorIn(openaiChat.reply.decode(wire)), error);
    });
  }

  it('is not seen in chunks that only tell something', () => {
    for (const wire of [
      { type: 'status', message: 'Waiting.' },
      { code: 0, message: 'success' },
      { choices: [], detail: 'x' },
      { usage: {}, detail: 'x' },
    ]) {
      assert.equal(errorIn(streamed(CHUNK, wire)), undefined, JSON.stringify(wire));
    }
  });

  it('is the message of an XML document, and never says that the status was another than it was', () => {
    const xml = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
    assert.equal(openaiChat.error.decode(403, xml).message, 'Access Denied');
    assert.deepEqual(errorIn(openaiChat.reply.decode({ choices: null })), { status: 502, message: 'The provider reported an error in its answer.' });
  });
});

describe('an error in a choice', () => {
  const failed = { finish_reason: 'error', error: { code: 429, message: 'Slow down.' } };
  const error = { status: 429, message: 'Slow down.', code: '429' };

  it('is that of an answer which says nothing', () => {
    assert.deepEqual(errorIn(whole({ ...failed, message: { role: 'assistant', content: '' } })), error);
    assert.deepEqual(errorIn(whole({ ...failed, message: { role: 'assistant', content: null, tool_calls: [] } })), error);
  });

  it('ends a stream wherever it is', () => {
    assert.deepEqual(errorIn(streamed(CHUNK, { ...CHUNK, choices: [{ ...failed, delta: { content: '' } }] })), error);
  });

  it('does not take away what a whole answer said before', () => {
    const events = whole({ ...failed, message: { role: 'assistant', content: 'Half of' } });
    assert.deepEqual(
      events.map((event) => (event.type === 'finish' ? event.reason : event.type)),
      ['start', 'text', 'error'],
    );
    assert.equal(errorIn(events), undefined);
  });
});
