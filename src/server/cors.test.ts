import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { corsHeaders } from './cors.ts';

describe('answers to pages of other origins', () => {
  const settings = { methods: 'POST', headers: undefined, exposed: '*' };
  const some = { ...settings, origins: ['https://app.example'] };
  const exposing = ['access-control-expose-headers', '*'];

  it('tell caches that they differ from origin to origin, to whomever they go', () => {
    assert.deepEqual(corsHeaders(some, 'https://app.example'), ['access-control-allow-origin', 'https://app.example', ...exposing, 'vary', 'origin']);
    assert.deepEqual(corsHeaders(some, 'https://other.example'), ['vary', 'origin']);
    assert.deepEqual(corsHeaders(some, undefined), ['vary', 'origin']);
  });

  it('are the same for all where all may read them, and say nothing where nobody may', () => {
    assert.deepEqual(corsHeaders({ ...settings, origins: ['*'] }, 'https://a.example'), ['access-control-allow-origin', '*', ...exposing]);
    assert.deepEqual(corsHeaders({ ...settings, origins: ['*'] }, undefined), []);
    assert.deepEqual(corsHeaders(undefined, 'https://a.example'), []);
  });
});
