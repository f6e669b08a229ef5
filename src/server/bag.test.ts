import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bag, type Place } from './bag.ts';

test('a bag holds what was put into it and not taken out, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(), { nil: undefined })), (steps) => {
      const bag = new Bag<number>();
      const held: Place<number>[] = [];
      for (const [number, takeOut] of steps.entries()) {
        if (takeOut === undefined || held.length === 0) held.push(bag.add(number));
        else {
          const place = held.splice(takeOut % held.length, 1)[0] as Place<number>;
          bag.remove(place);
          bag.remove(place);
        }
      }
      assert.equal(bag.size, held.length);
      assert.deepEqual(
        [...bag.items()].sort((one, other) => one - other),
        held.map(({ item }) => item).sort((one, other) => one - other),
      );
    }),
  );
});
