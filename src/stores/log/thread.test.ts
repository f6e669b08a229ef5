import { deepEqual, equal, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LogThread } from './thread.ts';

const COUNT = { filter: {} };
const AWAY = { code: 'store_unavailable' };

/** A thread that answers questions, and a way to make it fail. */
function failing(): { readonly thread: LogThread; readonly fail: () => Promise<void>; readonly restarted: Promise<void> } {
  const crash = Promise.withResolvers<void>();
  const restart = Promise.withResolvers<void>();
  const thread = new LogThread(
    { place: { kind: 'memory' }, writing: undefined },
    { crashed: () => crash.resolve(), restarted: () => restart.resolve() },
  );
  const fail = (): Promise<void> => {
    thread.say(null as never);
    return crash.promise;
  };
  return { thread, fail, restarted: restart.promise };
}

describe('a thread of the log that failed', () => {
  test('refuses questions until it has been started again, and keeps nobody waiting', async () => {
    const { thread, fail, restarted } = failing();
    const order: string[] = [];
    equal(await thread.ask('count', COUNT), 0);
    const failed = fail();
    const underWay = rejects(thread.ask('count', COUNT), AWAY);
    await failed;
    await underWay;
    const refused = rejects(thread.ask('count', COUNT), AWAY).then(() => order.push('refused'));
    await restarted;
    order.push('restarted');
    equal(await thread.ask('count', COUNT), 0);
    await refused;
    deepEqual(order, ['refused', 'restarted']);
    equal(await thread.close(5000), true);
  });

  test('is not waited for at the end, and is not started again', { timeout: 20_000 }, async () => {
    const { thread, fail } = failing();
    await fail();
    equal(await thread.close(60_000), false);
    await rejects(thread.ask('count', COUNT), AWAY);
  });
});
