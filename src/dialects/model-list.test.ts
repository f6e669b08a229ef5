import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readModelList, writeModelList } from './model-list.ts';

const OPENAI = { object: 'list', data: [{ id: 'gpt-4', object: 'model', created: 1_700_000_000, owned_by: 'openai' }] };
const ANTHROPIC = { data: [{ type: 'model', id: 'claude', display_name: 'Claude', created_at: '2025-01-01T00:00:00Z' }], has_more: false };
const GEMINI = { models: [{ name: 'models/gemini-pro', displayName: 'Gemini Pro', inputTokenLimit: 1000, outputTokenLimit: 10 }] };

it('reads the models of every provider’s list', () => {
  assert.deepEqual(
    [OPENAI, ANTHROPIC, GEMINI, [{ id: 'x' }], { modelSummaries: [{ modelId: 'y' }] }].flatMap(readModelList).map(({ id }) => id),
    ['gpt-4', 'claude', 'gemini-pro', 'x', 'y'],
  );
  assert.deepEqual([null, 'x', {}, { data: [null, {}, { id: 7 }] }].flatMap(readModelList), []);
});

it('writes any list in the shape of the client that asks', () => {
  const models = [OPENAI, ANTHROPIC, GEMINI].flatMap(readModelList);
  const openai = writeModelList(models, 'openai-chat', 'host') as { data: { id: string; owned_by: string; created: number }[] };
  assert.deepEqual(
    openai.data.map(({ id, owned_by }) => [id, owned_by]),
    [
      ['gpt-4', 'openai'],
      ['claude', 'host'],
      ['gemini-pro', 'host'],
    ],
  );
  assert.equal(openai.data[1]?.created, 1_735_689_600);
  const anthropic = writeModelList(models, 'anthropic-messages', 'host') as {
    data: { id: string; display_name: string }[];
    first_id: string;
    last_id: string;
  };
  assert.deepEqual(
    anthropic.data.map(({ display_name }) => display_name),
    ['gpt-4', 'Claude', 'Gemini Pro'],
  );
  assert.deepEqual([anthropic.first_id, anthropic.last_id], ['gpt-4', 'gemini-pro']);
  const gemini = writeModelList(models, 'gemini', 'host') as { models: { name: string }[] };
  assert.deepEqual(
    gemini.models.map(({ name }) => name),
    ['models/gpt-4', 'models/claude', 'models/gemini-pro'],
  );
});
