import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { safeToolIds, toolInput } from './tool-input.ts';

describe('the input of a tool call', () => {
  it('is the object that the arguments spell', () => assert.deepEqual(toolInput({ arguments: '{"a":[1]}' }), { a: [1] }));
  it('is empty where there are no arguments', () => {
    for (const text of ['', '  ', 'null']) assert.deepEqual(toolInput({ arguments: text }), {});
  });
  it('keeps what is no object', () => {
    assert.deepEqual(toolInput({ arguments: '{"a":' }), { arguments: '{"a":' });
    assert.deepEqual(toolInput({ arguments: '[1]' }), { arguments: '[1]' });
    assert.deepEqual(toolInput({ arguments: '{}', custom: true }), { input: '{}' });
  });
});

describe('tool call ids', () => {
  it('stay as they are where they are safe', () => assert.equal(safeToolIds()('call_aB-1'), 'call_aB-1'));
  it('are the same for a call and its result', () => {
    const safe = safeToolIds();
    assert.equal(safe('functions.get:0'), 'functions_get_0');
    assert.equal(safe('functions.get:0'), 'functions_get_0');
  });
  it('are never the same for two calls', () => {
    const safe = safeToolIds();
    const ids = ['a.b', 'a:b', 'a_b', '', 'x'.repeat(80), 'x'.repeat(81)].map(safe);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[a-zA-Z0-9_-]{1,64}$/);
  });
});
