import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Message } from '../ir/request.ts';
import { joinAnswers } from './conversation.ts';

const turn = (text: string, name?: string): Message => ({ role: 'assistant', name, parts: [{ type: 'text', text }] });
const QUESTION: Message = { role: 'user', parts: [{ type: 'text', text: '?' }] };

describe('answers that come in several turns', () => {
  it('are joined in their order, up to the next turn of somebody else', () => {
    const both = { role: 'assistant', name: undefined, parts: [...turn('a').parts, ...turn('b').parts] };
    assert.deepEqual(joinAnswers([turn('a'), turn('b'), QUESTION, QUESTION, turn('c')]), [both, QUESTION, QUESTION, turn('c')]);
  });

  it('stay apart where different speakers gave them', () => {
    const messages = [turn('a', 'ann'), turn('b', 'bob'), turn('c')];
    assert.deepEqual(joinAnswers(messages), messages);
  });
});
