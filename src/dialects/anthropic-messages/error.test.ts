import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectOf } from '../lenient.ts';
import { error } from './error.ts';

test("the type of an error follows from its status, in Anthropic's words", () => {
  const types = (status: number, type?: string) => objectOf(error.encode({ status, message: 'No.', type }).error).type;
  assert.deepEqual(
    [400, 401, 402, 403, 404, 408, 413, 422, 429, 499, 500, 502, 503, 504, 529].map((status) => types(status)),
    [
      'invalid_request_error',
      'authentication_error',
      'billing_error',
      'permission_error',
      'not_found_error',
      'timeout_error',
      'request_too_large',
      'invalid_request_error',
      'rate_limit_error',
      'invalid_request_error',
      'api_error',
      'api_error',
      'overloaded_error',
      'timeout_error',
      'overloaded_error',
    ],
  );
  assert.equal(types(424, 'rate_limit_error'), 'rate_limit_error');
  assert.equal(types(404, 'invalid_request_error'), 'not_found_error');
});

test('an error is an object of its own type', () => {
  assert.deepEqual(error.encode({ status: 429, message: 'Slow down.' }), {
    type: 'error',
    error: { type: 'rate_limit_error', message: 'Slow down.' },
  });
});

test('a code by which clients choose what to do next is among the details; other dialects’ codes have no place', () => {
  const details = { error_code: 'thread_not_found' };
  const body = { type: 'error', error: { type: 'not_found_error', message: 'Gone.', details } };
  const info = error.decode(404, body);
  assert.equal(info.code, 'thread_not_found');
  assert.deepEqual(error.encode(info), body);
  assert.equal(objectOf(error.encode({ status: 429, message: 'Slow down.', code: 'rate_limit_exceeded' }).error).details, undefined);
});
