import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aCall, aMember, aReply, scripted } from '../../test/support/calls.ts';
import { chances } from './choice.ts';
import { fallback } from './fallback.ts';
import { latency } from './latency.ts';
import { loadbalance } from './loadbalance.ts';
import type { MeasuredMember, Member } from './member.ts';
import { Vitals } from './vitals.ts';

const RULE = { onStatusCodes: undefined, onErrors: undefined, onStreamBreak: 'resume' } as const;
const BALANCED = { rule: RULE, tieOf: () => undefined };
const member = (path: string, more: Partial<Member> = {}): Member => aMember(scripted(aReply(path)), { path, ...more });
const shown = async (...asked: Parameters<typeof chances>): Promise<unknown[]> =>
  (await chances(...asked)).map(({ member: { path }, first }) => [path, first]);

describe('the chances of members', () => {
  it('are certain where nothing is drawn', async () => {
    const members = [member('a', { isAvailable: () => false }), member('b'), member('c')];
    assert.deepEqual(await shown(fallback(members, RULE), aCall()), [
      ['b', 1],
      ['c', 0],
      ['a', 0],
    ]);
  });

  it('are the shares by weight, and the same each time', async () => {
    const members = [member('a', { weight: 1 }), member('b', { weight: 7 }), member('none', { weight: 0 }), member('c', { weight: 2 })];
    for (let i = 0; i < 2; i++)
      assert.deepEqual(await shown(loadbalance(members, BALANCED), aCall()), [
        ['b', 0.7],
        ['c', 0.2],
        ['a', 0.1],
      ]);
  });

  it('fall to the others where one is held back', async () => {
    const members = [member('a', { weight: 3 }), member('b', { weight: 1 }), member('c', { weight: 6, hasRoom: () => false })];
    const held = await chances(loadbalance(members, BALANCED), aCall());
    assert.deepEqual(
      held.map(({ member: { path }, first }) => [path, Math.round(first * 100)]),
      [
        ['a', 75],
        ['b', 25],
        ['c', 0],
      ],
    );
  });

  it('are within two percent of what happens, also where two are drawn to be compared', async () => {
    const weights = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), mean: fc.integer({ min: 1, max: 900 }) }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(weights, fc.nat(), async (list, seed) => {
        const members = list.map(({ weight, mean }, i): MeasuredMember => {
          const vitals = new Vitals();
          vitals.pace(aCall()).record(mean, 0);
          return { ...member(String(i), { weight }), vitals: () => vitals };
        });
        const tactics = latency(members, BALANCED, { now: () => 0 });
        const random = seeded(seed);
        const counts = new Map<string | undefined, number>();
        const DRAWS = 8_000;
        for (let i = 0; i < DRAWS; i++) {
          const [first] = await tactics.order(aCall(), random);
          counts.set(first?.path, (counts.get(first?.path) ?? 0) + 1);
        }
        for (const {
          member: { path },
          first,
        } of await chances(tactics, aCall())) {
          const actual = (counts.get(path) ?? 0) / DRAWS;
          assert.ok(Math.abs(actual - first) < 0.025, `${path}: ${first} was told, ${actual} happened`);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('take no long time of hundreds of members', async () => {
    const members = Array.from({ length: 500 }, (_, i) => member(String(i)));
    let draws = 0;
    const tactics = loadbalance(members, BALANCED);
    const order: typeof tactics.order = (call, random) => {
      draws++;
      return tactics.order(call, random);
    };
    assert.equal((await chances({ order }, aCall())).length, 500);
    assert.ok(draws <= 33);
  });
});

/** Numbers in [0, 1) that look random and are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed % 2 ** 32;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
