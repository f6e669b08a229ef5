import { describe } from 'node:test';
import { createDatabase, usePostgres, withoutPostgres } from '../../../test/support/services.ts';
import { openPostgresLog } from './postgres.ts';
import { prepareSchema } from './schema.ts';
import { SqlLogStore } from './sql-store.ts';
import { logStoreContract } from './store.contract.ts';

describe('with Postgres', { skip: withoutPostgres }, () => {
  const server = usePostgres();
  logStoreContract('a log in Postgres', async () => {
    const database = await openPostgresLog(await createDatabase(server.url));
    await prepareSchema(database);
    return new SqlLogStore(database);
  });
});
