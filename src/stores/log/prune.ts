import { setImmediate as immediate } from 'node:timers/promises';
import type { Retention } from '../../logs/log-store.ts';
import type { LogDatabase } from './database.ts';
import { HOUR, MINUTE } from './rollup.ts';
import { KEYS_PER_MS } from './schema.ts';

/** Calls that go in one transaction, so that nobody waits long for it. */
const AT_ONCE = 1000;
/** Transactions before others get their turn. */
const MOST_ROUNDS = 500;
/** Sums over hours outlive the calls, as they take next to nothing. */
const HOURLY_AGE = 400 * 24 * HOUR;
const DAY = 24 * HOUR;

/** Removes the oldest calls while they are too old or the log is too large; gives how many. */
export async function pruneCalls(database: LogDatabase, { age, bytes }: Retention, now: number): Promise<number> {
  const oldest = Math.floor(now - age) * KEYS_PER_MS;
  let removed = 0;
  let used = (await database.size()) ?? (await countedBytes(database));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const isFull = used > bytes;
    const [row] = await database.all(
      `SELECT max(key) AS last, count(*) AS calls, coalesce(sum(bytes), 0) AS bytes
       FROM (SELECT key, bytes FROM log_call ${isFull ? '' : 'WHERE key < ?'} ORDER BY key LIMIT ${AT_ONCE}) o`,
      isFull ? [] : [oldest],
    );
    const last = row?.['last'] as number | null | undefined;
    if (last === null || last === undefined) break;
    await removeUpTo(database, last);
    removed += row?.['calls'] as number;
    used = (await database.size()) ?? used - (row?.['bytes'] as number);
    // SQLite answers at once: without a pause nobody else on this thread would get a turn.
    await immediate();
  }
  await removeOldSums(database, age, now);
  if (removed > 0) await database.shrink();
  return removed;
}

async function removeUpTo(database: LogDatabase, last: number): Promise<void> {
  const { text } = database.flavour;
  await database.transaction(async (transaction) => {
    await transaction.run(`DELETE FROM log_text WHERE ${text.key} IN (SELECT key FROM log_call WHERE key <= ?)`, [last]);
    for (const table of ['log_metadata', 'log_body', 'log_entry', 'log_call']) await transaction.run(`DELETE FROM ${table} WHERE key <= ?`, [last]);
  });
}

async function removeOldSums(database: LogDatabase, age: number, now: number): Promise<void> {
  await database.transaction(async (transaction) => {
    for (const [hourly, oldest] of [
      [0, Math.floor((now - age) / MINUTE)],
      [1, Math.floor((now - Math.max(age, HOURLY_AGE)) / HOUR)],
    ] as const) {
      const kinds = await transaction.all('SELECT DISTINCT kind FROM log_rollup WHERE hourly = ?', [hourly]);
      for (const { kind } of kinds)
        await transaction.run('DELETE FROM log_rollup WHERE hourly = ? AND kind = ? AND slot < ?', [hourly, kind as string, oldest]);
    }
    await transaction.run('DELETE FROM log_feedback WHERE at < ?', [now - Math.max(age, 30 * DAY)]);
    await transaction.run('DELETE FROM log_export WHERE at < ?', [now - 30 * DAY]);
  });
}

/** What was written for the calls that are still there, about. */
async function countedBytes(database: LogDatabase): Promise<number> {
  const [row] = await database.all('SELECT coalesce(sum(bytes), 0) AS used FROM log_call');
  return row?.['used'] as number;
}
