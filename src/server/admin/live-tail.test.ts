import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '../../routing/clock.ts';
import { prepareSchema } from '../../stores/log/schema.ts';
import { openSqliteLog } from '../../stores/log/sqlite.ts';
import { SqlLogStore } from '../../stores/log/sql-store.ts';
import { sampleCall } from '../../stores/log/store.contract.ts';
import { liveTail } from './live-tail.ts';

async function emptyLog(): Promise<SqlLogStore> {
  const database = openSqliteLog({ path: ':memory:', isReadOnly: false });
  await prepareSchema(database);
  return new SqlLogStore(database);
}

/** A clock on which no time passes by itself. */
const clock = { ...systemClock, sleep: async (): Promise<void> => undefined };

describe('the live tail', () => {
  let isOver = false;

  test('ends when the gateway does', async () => {
    const store = await emptyLog();
    const tail = liveTail(store, {}, { clock, signal: new AbortController().signal, isOver: () => isOver })[Symbol.asyncIterator]();
    await tail.next();
    isOver = true;
    equal((await tail.next()).done, true);
    isOver = false;
    await store.close();
  });

  test('of a listener that does not read looks for nothing, and then shows the last calls and says that it skipped some', async () => {
    const store = await emptyLog();
    let looks = 0;
    const questions = {
      news: (question: Parameters<SqlLogStore['news']>[0]) => {
        looks += 1;
        return store.news(question);
      },
    } as unknown as SqlLogStore;
    const leaving = new AbortController();
    const tail = liveTail(questions, {}, { clock, signal: leaving.signal, isOver: () => isOver })[Symbol.asyncIterator]();
    await tail.next();
    for (let i = 0; i < 1000; i += 1) await store.insert([sampleCall(i)]);
    equal(looks, 1);
    const { value } = (await tail.next()) as { value: string };
    const ids = [...value.matchAll(/^id: (.*)$/gm)].map(([, id]) => id);
    equal(ids.length, 200);
    equal(ids.at(-1), sampleCall(999).record.id);
    ok(value.startsWith('event: skipped\n'));
    leaving.abort();
    equal((await tail.next()).done, true);
    await store.close();
  });

  test('shows a call that began long ago when it ends', async () => {
    const store = await emptyLog();
    await store.insert([sampleCall(500)]);
    const leaving = new AbortController();
    const tail = liveTail(store, {}, { clock, signal: leaving.signal, isOver: () => isOver })[Symbol.asyncIterator]();
    await tail.next();
    await store.insert([sampleCall(1)]);
    const { value } = (await tail.next()) as { value: string };
    deepEqual(
      [...value.matchAll(/^id: (.*)$/gm)].map(([, id]) => id),
      [sampleCall(1).record.id],
    );
    leaving.abort();
    await store.close();
  });
});
