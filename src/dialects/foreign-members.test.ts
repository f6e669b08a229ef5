import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foreignMembers } from './foreign-members.ts';

describe('members of other dialects', () => {
  it('are lost unless they are its own or adopted', () => {
    const extra = { 'cohere-chat': { safety_mode: 'OFF' }, gemini: { safetySettings: [], labels: {} } };
    assert.deepEqual(foreignMembers(extra, 'cohere-chat'), ['safetySettings', 'labels']);
    assert.deepEqual(foreignMembers(extra, 'anthropic-messages', ['labels']), ['safety_mode', 'safetySettings']);
  });

  it('are no loss where they ask for what is so anyway', () => {
    const asking = (...include: string[]) => foreignMembers({ 'openai-responses': { include, store: false } }, 'gemini');
    assert.deepEqual(asking('reasoning.encrypted_content', 'message.output_text.logprobs'), []);
    assert.deepEqual(asking('reasoning.encrypted_content', 'file_search_call.results'), ['include']);
    assert.deepEqual(foreignMembers({ 'openai-chat': { metadata: null, response_format: { type: 'text' } } }, 'gemini'), []);
    assert.deepEqual(foreignMembers({ 'openai-chat': { response_format: { type: 'grammar' } } }, 'gemini'), ['response_format']);
    assert.deepEqual(foreignMembers({ 'openai-chat': { store: true, stream_options: {}, thinking: {} } }, 'gemini'), ['store']);
  });
});
