import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aCall, aMember, aReply, scripted } from '../../test/support/calls.ts';
import type { Sticky } from '../config/resolved.ts';
import type { Member } from './member.ts';
import { tieOf, Ties } from './ties.ts';

const member = (identity: string, more: Partial<Member> = {}): Member => aMember(scripted(aReply(identity)), { identity, ...more });
const CALLERS = Array.from({ length: 4_000 }, (_, i) => `caller ${i}`);
/** Who has each caller. */
const homes = (members: readonly Member[]): (string | undefined)[] => {
  const ties = new Ties(members);
  return CALLERS.map((caller) => ties.order(caller)[0]?.identity);
};
const shareOf = (identity: string, of: readonly unknown[]): number => of.filter((home) => home === identity).length / of.length;

describe('callers are tied', () => {
  it('to the same member each time, whatever place it has in the config', () => {
    const names = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, fc.string(), fc.nat(), (identities, caller, turn) => {
        const members = identities.map((identity) => member(identity));
        const turned = [...members.slice(turn % members.length), ...members.slice(0, turn % members.length)];
        assert.deepEqual(
          new Ties(turned).order(caller).map(({ identity }) => identity),
          new Ties(members).order(caller).map(({ identity }) => identity),
        );
      }),
    );
  });

  it('to members by their weights', () => {
    const found = homes([member('a', { weight: 3 }), member('b', { weight: 1 })]);
    assert.ok(Math.abs(shareOf('a', found) - 0.75) < 0.03, String(shareOf('a', found)));
  });

  it('elsewhere only as far as a member that comes or goes makes it necessary', () => {
    const [a, b, c] = [member('a'), member('b'), member('c')];
    const before = homes([a, b]);
    const after = homes([c, a, b]);
    CALLERS.forEach((_, i) => assert.ok(after[i] === before[i] || after[i] === 'c'));
    assert.ok(Math.abs(shareOf('c', after) - 1 / 3) < 0.03);
  });

  it('by the rest of their order when their own member does not work', () => {
    const members = [member('a'), member('b'), member('c')];
    const all = new Ties(members);
    for (const caller of CALLERS.slice(0, 200)) {
      const [own, ...others] = all.order(caller);
      assert.deepEqual(new Ties(members.filter((one) => one !== own)).order(caller), others);
    }
  });

  it('to a name, where a member has one, so that its key may change', () => {
    const [before, after] = ['old', 'new'].map((key) => homes([member(`openai\n${key}`, { name: 'main' }), member('b')]).map((home) => home === 'b'));
    assert.deepEqual(after, before);
  });

  it('evenly to members that are all the same', () => {
    const members = [member('a'), member('a')];
    const ties = new Ties(members);
    const first = CALLERS.filter((caller) => ties.order(caller)[0] === members[0]).length / CALLERS.length;
    assert.ok(Math.abs(first - 0.5) < 0.03, String(first));
  });
});

describe('what ties a call', () => {
  const rule = (...hashFields: string[]): Sticky => ({ hashFields, ttl: undefined });
  const call = aCall({ metadata: { user: 'u', deep: { er: 1 } }, json: { user: 'p', tags: ['x'] }, headers: { 'x-session': 's' } });
  const tie = (sticky: Sticky, more: Partial<typeof call> = {}, { key = 'k', now = 0 } = {}): string | undefined =>
    tieOf({ ...call, ...more }, sticky, { key, now });

  it('is the key where no fields are named, and nothing where there is neither', () => {
    assert.ok(tie(rule()) !== undefined);
    assert.notEqual(tie(rule()), tie(rule(), {}, { key: 'other' }));
    assert.equal(tieOf(call, rule(), { key: undefined, now: 0 }), undefined);
  });

  it('is every field that the call has, of metadata, body and headers', () => {
    const all = rule('metadata.user', 'metadata.deep.er', 'params.user', 'params.tags', 'headers.X-Session');
    const changes: Partial<typeof call>[] = [
      { metadata: { user: 'v', deep: { er: 1 } } },
      { metadata: { user: 'u', deep: { er: 2 } } },
      { json: { user: 'q', tags: ['x'] } },
      { json: { user: 'p', tags: ['y'] } },
      { headers: { 'x-session': 't' } },
      { headers: {} },
    ];
    const ties = [tie(all), ...changes.map((more) => tie(all, more))];
    assert.equal(new Set(ties).size, ties.length);
    assert.equal(tie(all), tie(all, { json: { user: 'p', tags: ['x'], temperature: 1 } }));
  });

  it('keeps callers with different keys apart, and calls without any of the fields free', () => {
    assert.notEqual(tie(rule('metadata.user')), tie(rule('metadata.user'), {}, { key: 'other' }));
    assert.equal(tie(rule('metadata.team', 'params.none')), undefined);
    assert.ok(tie(rule('metadata.team', 'metadata.user')) !== undefined);
  });

  it('changes after its time, for each caller at a moment of its own', () => {
    const hourly: Sticky = { hashFields: [], ttl: 3_600_000 };
    const changesOf = (key: string): number[] =>
      Array.from({ length: 180 }, (_, minute) => minute).filter(
        (minute) => tie(hourly, {}, { key, now: minute * 60_000 }) !== tie(hourly, {}, { key, now: (minute + 1) * 60_000 }),
      );
    const [one, other] = [changesOf('one'), changesOf('other')];
    assert.equal(one.length, 3);
    assert.deepEqual(
      one.map((minute) => minute - (one[0] ?? 0)),
      [0, 60, 120],
    );
    assert.notDeepEqual(one, other);
  });
});
