import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe } from 'node:test';
import { createDatabase, usePostgres, withoutPostgres } from '../../../test/support/services.ts';
import { openDatabase, type Database } from '../database.ts';
import { describeAgainstModel } from './record-store-model.contract.ts';
import { describeRecordStore, describeSharedRecordStore } from './record-store.contract.ts';
import type { RecordStore } from './record-store.ts';
import { SqlRecordStore } from './sql-record-store.ts';

/** Opens stores on one database, each over connections of its own, and closes them behind the test. */
function opener(openOne: () => Promise<Database>): () => Promise<RecordStore> {
  const open: { store: RecordStore; database: Database }[] = [];
  afterEach(async () => {
    for (const { store, database } of open.splice(0)) {
      await store.close();
      await database.close();
    }
  });
  return async () => {
    const database = await openOne();
    const store = new SqlRecordStore(database, Date.now);
    open.push({ store, database });
    return store;
  };
}

describe('records in SQLite', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-records-'));
  });
  const open = opener(() => openDatabase({}, folder));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  describeRecordStore(open);
  describeAgainstModel(open);
  describeSharedRecordStore(open);
});

describe('records in a SQLite in memory', () => {
  describeRecordStore(opener(() => openDatabase({}, undefined)));
});

describe('records in Postgres', { skip: withoutPostgres }, () => {
  const server = usePostgres();
  let url = '';
  beforeEach(async () => {
    url = await createDatabase(server.url);
  });
  const open = opener(() => openDatabase({ DATABASE_URL: url }, undefined));
  describeRecordStore(open);
  describeAgainstModel(open);
  describeSharedRecordStore(open);
});
