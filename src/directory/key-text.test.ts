import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isWellFormed, makeKey } from './key-text.ts';
import { hasScope, scopeBeyond, unknownScope } from './scopes.ts';
import { withVariables } from './variables.ts';
import { withIds } from './limits.ts';

describe('a key', () => {
  it('is known for a mistyped one without a look-up', () => {
    fc.assert(
      fc.property(fc.nat(55), fc.constantFrom('a', 'Z', '0', '9'), (place, letter) => {
        const key = makeKey();
        assert.ok(isWellFormed(key));
        const changed = key.slice(0, place) + letter + key.slice(place + 1);
        assert.equal(isWellFormed(changed), changed === key);
        assert.ok(!isWellFormed(key.slice(0, -1)) && !isWellFormed(`${key}0`));
      }),
    );
  });

  it('is never made twice', () => assert.equal(new Set(Array.from({ length: 1000 }, makeKey)).size, 1000));
});

describe('scopes', () => {
  it('include others by their stars, and by nothing else', () => {
    assert.ok(hasScope(['logs.*'], 'logs.read') && hasScope(['*'], 'anything.at.all') && hasScope(['logs.read'], 'logs.read'));
    assert.ok(!hasScope(['logs.*'], 'logsread') && !hasScope(['logs.read'], 'logs.list') && !hasScope([], 'logs.read'));
  });

  it('are not given away by those who lack them', () => {
    assert.equal(scopeBeyond(['logs.read'], ['logs.*']), undefined);
    assert.equal(scopeBeyond(['logs.*'], ['logs.*']), undefined);
    assert.equal(scopeBeyond(['logs.*'], ['logs.read']), 'logs.*');
    assert.equal(scopeBeyond(['*'], ['logs.*']), '*');
    assert.equal(scopeBeyond(['*'], ['*']), undefined);
  });

  it('that mean nothing here are told from those that are mistyped', () => {
    assert.equal(unknownScope(['organisation_users.create', 'logs.view', 'completions.write', '*', 'completions.*']), undefined);
    assert.equal(unknownScope(['completions.write', 'completions.writ']), 'completions.writ');
    assert.equal(unknownScope(['nonsense']), 'nonsense');
  });
});

describe('references to variables', () => {
  const env = { A: '1', EMPTY: '' };

  it('are filled in wherever text stands', () => {
    const { value, problems } = withVariables(
      { a: ['${A}${A}', { b: 'x-${A}' }], c: '${NONE:-d}', e: '${EMPTY:-f}', g: '$${A}', h: '$A', i: 1 },
      env,
    );
    assert.deepEqual(value, { a: ['11', { b: 'x-1' }], c: 'd', e: '', g: '${A}', h: '$A', i: 1 });
    assert.deepEqual(problems, []);
  });

  it('are told of by their places where there is no such variable', () => {
    assert.deepEqual(withVariables({ a: [{ b: '${NONE}' }] }, env).problems, [
      { path: ['a', 0, 'b'], message: 'The environment has no variable NONE' },
    ]);
  });
});

describe('limits without ids', () => {
  it('are counted under the same id as long as they count the same', () => {
    const idsOf = (...limits: { type: string; id?: string; unit?: string; periodic_reset?: string }[]): string[] =>
      withIds(limits, 'key.k').map(({ id }) => id);
    assert.deepEqual(idsOf({ type: 'cost', periodic_reset: 'monthly' }, { type: 'cost' }), ['key.k.cost.monthly', 'key.k.cost.total']);
    assert.deepEqual(idsOf({ type: 'requests', unit: 'rpm' }, { type: 'requests', unit: 'rpm' }), ['key.k.requests.rpm', 'key.k.requests.rpm.2']);
    assert.deepEqual(idsOf({ type: 'cost', id: 'own' }), ['own']);
  });
});
