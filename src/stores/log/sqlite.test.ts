import { equal, ok, rejects } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { prepareSchema } from './schema.ts';
import { openSqliteLog } from './sqlite.ts';
import { SqlLogStore } from './sql-store.ts';
import { describeOddCalls } from './odd-calls.contract.ts';
import { logStoreContract, sampleCall } from './store.contract.ts';

const open = async (): Promise<SqlLogStore> => {
  const database = openSqliteLog({ path: ':memory:', isReadOnly: false });
  await prepareSchema(database);
  return new SqlLogStore(database);
};
logStoreContract('a log in SQLite', open);
describeOddCalls(open);

describe('a log in a file of SQLite', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-log-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('says that there is no room where there is none', async () => {
    const database = openSqliteLog({ path: path.join(folder, 'full.sqlite'), isReadOnly: false });
    await database.run('CREATE TABLE filled (bytes BLOB)');
    await database.all('PRAGMA max_page_count = 5');
    const fill = database.transaction(async (transaction) => void (await transaction.run('INSERT INTO filled VALUES (zeroblob(100000))')));
    await rejects(fill, /database or disk is full/);
    equal(await database.transaction((transaction) => transaction.run("INSERT INTO filled VALUES ('a')")), 1);
    await database.close();
  });

  test('gives space back when calls are forgotten', async () => {
    const database = openSqliteLog({ path: path.join(folder, 'shrinking.sqlite'), isReadOnly: false });
    await prepareSchema(database);
    const store = new SqlLogStore(database);
    await store.insert(Array.from({ length: 3000 }, (_, i) => sampleCall(i)));
    const before = (await database.size()) ?? 0;
    await store.prune({ age: 0, bytes: Infinity }, Date.UTC(2100, 0));
    ok(((await database.size()) ?? 0) < before / 2);
    await store.close();
  });
});
