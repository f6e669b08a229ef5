import assert from 'node:assert/strict';
import { it } from 'node:test';
import { foreignMembers } from './foreign-members.ts';

it('members of other dialects are lost unless they are modelled, adopted or the dialect’s own', () => {
  const extra = { 'openai-chat': { top_k: 1, logit_bias: {}, documents: [] }, gemini: { labels: {} }, 'cohere-chat': { priority: 1 } };
  assert.deepEqual(foreignMembers(extra, 'cohere-chat', ['documents']), ['logit_bias', 'labels']);
});
