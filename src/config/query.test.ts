import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matches, queryProblems, type Facts, type Query } from './query.ts';

const facts: Facts = {
  metadata: { tier: 'gold', age: '17', 'a.b': 'dotted', flag: 'true' },
  params: { model: 'gpt-4o', temperature: 0.5, stream: true, user: null, a: { b: { c: 1 } }, messages: [{ role: 'user' }], 'x.y': 2 },
  url: { pathname: '/v1/chat/completions' },
};

/** Queries that hold for the facts above, and queries that do not. */
const HOLD: readonly Query[] = [
  {},
  { 'metadata.tier': 'gold' },
  { 'metadata.tier': { $eq: 'gold' } },
  { 'metadata.tier': { $ne: 'silver' } },
  { 'metadata.none': { $ne: 'gold' } },
  { 'metadata.age': { $gt: 16, $lt: '18' } },
  { 'params.temperature': { $gte: 0.5, $lte: 0.5 } },
  { 'metadata.tier': { $in: ['silver', 'gold'] } },
  { 'metadata.none': { $nin: ['gold'] } },
  { 'params.model': { $regex: '^gpt-' } },
  { 'params.temperature': { $regex: '^0' } },
  { 'params.stream': true },
  { 'params.user': null },
  { 'params.a.b.c': 1 },
  { 'params.messages.0.role': 'user' },
  { 'metadata.a.b': 'dotted' },
  { 'params.x.y': 2 },
  { 'url.pathname': { $regex: '/chat/' } },
  { $or: [{ 'metadata.tier': 'silver' }, { 'metadata.tier': 'gold' }], 'params.stream': true },
  { $and: [{ 'metadata.tier': 'gold' }, { $or: [{ 'params.model': 'x' }, { 'params.model': 'gpt-4o' }] }] },
];
const FAIL: readonly Query[] = [
  { 'metadata.tier': 'silver' },
  { 'metadata.flag': true },
  { 'metadata.none': 'gold' },
  { 'metadata.tier': { $ne: 'gold' } },
  { 'metadata.tier': { $gt: 1 } },
  { 'metadata.none': { $lt: 1 } },
  { 'metadata.none': { $in: ['gold'] } },
  { 'metadata.tier': { $nin: ['gold'] } },
  { 'params.none': { $regex: 'undefined' } },
  { 'params.user': { $regex: 'null' } },
  { 'params.a': { $regex: 'object' } },
  { 'params.a.none.c': 1 },
  { 'params.constructor.name': 'Object' },
  { 'params.__proto__.__proto__': null },
  { 'metadata.tier': 'gold', 'params.stream': false },
  { $or: [{ 'metadata.tier': 'gold' }], 'params.stream': false },
  { 'params.stream': false, $or: [{ 'metadata.tier': 'gold' }] },
  { $and: [{ 'metadata.tier': 'gold' }], $or: [{ 'params.stream': false }] },
  { 'params.model': { $regex: '^gpt-', $ne: 'gpt-4o' } },
];

describe('A condition', () => {
  for (const query of HOLD) it(`holds as ${JSON.stringify(query)}`, () => assert.equal(matches(query, facts), true));
  for (const query of FAIL) it(`does not hold as ${JSON.stringify(query)}`, () => assert.equal(matches(query, facts), false));

  it('is valid where it is well formed', () => {
    for (const query of [...HOLD, ...FAIL]) assert.deepEqual(queryProblems(query, []), []);
  });

  it('is refused, with its place, where it is malformed', () => {
    const cases: readonly (readonly [query: unknown, path: string, message: RegExp])[] = [
      [[], '', /Expected object/],
      [{ 'metadata.tier': { $like: 'g' } }, 'metadata.tier,$like', /^Unsupported operator used in the query router: \$like$/],
      [{ 'metadata.tier': { constructor: 1 } }, 'metadata.tier,constructor', /^Unsupported operator/],
      [{ $not: [] }, '$not', /^Unsupported operator used in the query router: \$not$/],
      [{ $or: {} }, '$or', /Expected a list of conditions/],
      [{ $and: [{ $or: [1] }] }, '$and,0,$or,0', /Expected object/],
      [{ tier: 'gold' }, 'tier', /below one of: metadata, params, url/],
      [{ 'headers.x': 1 }, 'headers.x', /below one of/],
      [{ 'metadata.': 1 }, 'metadata.', /below one of/],
      [{ 'metadata.tier': ['gold'] }, 'metadata.tier', /\$in/],
      [{ 'metadata.tier': {} }, 'metadata.tier', /at least one operator/],
      [{ 'metadata.tier': { $in: 'gold' } }, 'metadata.tier,$in', /Expected array/],
      [{ 'metadata.tier': { $gt: 'old' } }, 'metadata.tier,$gt', /Expected number/],
      [{ 'metadata.tier': { $regex: 1 } }, 'metadata.tier,$regex', /Expected string/],
      [{ 'metadata.tier': { $regex: '(' } }, 'metadata.tier,$regex', /Invalid regular expression/],
    ];
    for (const [query, path, message] of cases) {
      const problems = queryProblems(query, []);
      assert.equal(problems.length, 1, JSON.stringify(query));
      assert.equal(problems[0]?.path.join(','), path);
      assert.match(problems[0]?.message ?? '', message);
    }
  });

  it('takes nothing that has members for a number', () => {
    for (const value of [{ toString: 0 }, [{ toString: 0 }], [5], { valueOf: 5 }, true, null]) {
      assert.equal(matches({ 'params.a': { $gt: 1 } }, { ...facts, params: { a: value } }), false);
      assert.equal(queryProblems({ 'params.a': { $gt: value } }, []).length, 1, JSON.stringify(value));
    }
  });

  it('can be evaluated on any facts once it is valid', () => {
    const path = fc.constantFrom('metadata.a', 'params.a.b', 'url.pathname', 'params.__proto__.x');
    const operators = fc.dictionary(fc.constantFrom('$eq', '$ne', '$gt', '$in', '$regex', '$like'), fc.jsonValue(), { maxKeys: 3 });
    const query = fc.letrec<{ query: unknown }>((tie) => ({
      query: fc.oneof(
        { depthSize: 'small' },
        fc.dictionary(path, fc.oneof(operators, fc.jsonValue())),
        fc.record({ $or: fc.array(tie('query')) }),
        fc.record({ $and: fc.array(tie('query')) }),
      ),
    })).query;
    fc.assert(
      fc.property(query, fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue()), (candidate, params) => {
        if (queryProblems(candidate, []).length > 0) return;
        assert.equal(typeof matches(candidate as Query, { ...facts, params }), 'boolean');
      }),
    );
  });
});
