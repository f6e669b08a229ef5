import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patched } from './location.ts';
import { matchPath } from './match.ts';

test('a path is matched whole, and its parts are decoded', () => {
  assert.deepEqual(matchPath('/logs/:id', '/logs/a%2Fb'), { id: 'a/b' });
  assert.deepEqual(matchPath('/', '/'), {});
  assert.equal(matchPath('/logs/:id', '/logs'), undefined);
  assert.equal(matchPath('/logs', '/logs/x'), undefined);
  assert.equal(matchPath('/logs', '/configs'), undefined);
});

test('a query is changed in place; empty members go', () => {
  assert.equal(patched('?a=1&b=2', { a: '3' }), '?b=2&a=3');
  assert.equal(patched('?a=1', { a: '' }), '');
  assert.equal(patched('?c=x', { c: ['one', 'two'] }), '?c=one&c=two');
});
