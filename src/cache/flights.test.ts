import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Flights } from './flights.ts';

const never = () => () => {};

describe('answers under way', () => {
  it('are found while they are being made, and no longer', () => {
    const flights = new Flights(never);
    const flight = flights.begin('key', new AbortController().signal);
    assert.equal(flights.find('key'), flight);
    flight.land(undefined);
    assert.equal(flights.find('key'), undefined);
  });

  it('give way to a later one for the same key, which outlives their end', () => {
    const flights = new Flights(never);
    const first = flights.begin('key', new AbortController().signal);
    const second = flights.begin('key', new AbortController().signal);
    first.land(undefined);
    assert.equal(flights.find('key'), second);
  });

  it('are over at once where the client has left before', () => {
    const flights = new Flights(never);
    const flight = flights.begin('key', AbortSignal.abort());
    assert.ok(flight.signal.aborted);
    assert.equal(flights.find('key'), undefined);
  });
});
