import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../ir/json.ts';
import { MemoryRecordStore } from './memory-record-store.ts';
import type { OpenRecordStore } from './record-store.contract.ts';
import { RecordConflict, type Change, type Changes, type RecordKind, type RecordStore } from './record-store.ts';

type Step = (store: RecordStore) => Promise<unknown>;

const kinds = fc.constantFrom<RecordKind>('config', 'policy');
const ids = fc.constantFrom('a', 'b', 'c');
const version = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
const body = fc
  .dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>, { maxKeys: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(kinds, ids, body).map(
    ([kind, id, given]): Step =>
      async (store) =>
        store.create({ kind, id, workspace: `of ${id}`, body: given }),
  ),
  fc.tuple(kinds, ids, body, version).map(
    ([kind, id, given, ifVersion]): Step =>
      async (store) =>
        store.update(kind, id, { body: given, ifVersion }),
  ),
  fc.tuple(kinds, ids, version).map(
    ([kind, id, ifVersion]): Step =>
      async (store) =>
        store.remove(kind, id, ifVersion),
  ),
  fc.tuple(kinds, ids).map(
    ([kind, id]): Step =>
      async (store) =>
        store.versions(kind, id),
  ),
  fc.tuple(kinds, fc.option(ids, { nil: undefined })).map(
    ([kind, after]): Step =>
      async (store) =>
        store.list(kind, { limit: 2, after }),
  ),
);

/** What a step gave, without the times and the words of a refusal. */
async function outcome(run: Step, store: RecordStore): Promise<string> {
  try {
    return JSON.stringify(await run(store), (name, value: unknown) => (name === 'createdAt' || name === 'updatedAt' ? 0 : value));
  } catch (error) {
    assert.ok(error instanceof RecordConflict, String(error));
    return 'conflict';
  }
}

/** Holds a store to what the one in memory does. */
export function describeAgainstModel(open: OpenRecordStore): void {
  it('does what a store in memory does, whatever is asked of it', async () => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        for (const kind of ['config', 'policy'] as const) for (const id of ['a', 'b', 'c']) await store.remove(kind, id);
        const model = new MemoryRecordStore(() => 0);
        const { revision } = await store.changes(0);
        for (const run of steps) assert.equal(await outcome(run, store), await outcome(run, model));
        const [real, expected] = await Promise.all([outcome(() => store.changes(revision), store), outcome(() => model.changes(0), model)]);
        const changesOf = (text: string): Change[] =>
          (JSON.parse(text) as Changes).changes.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
        assert.deepEqual(changesOf(real), changesOf(expected));
      }),
      { numRuns: 15 },
    );
  });
}

function keyOf({ kind, id }: Change): string {
  return `${kind}/${id}`;
}
