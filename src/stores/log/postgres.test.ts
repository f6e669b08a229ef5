import { describe } from 'node:test';
import { createDatabase, usePostgres, withoutPostgres } from '../../../test/support/services.ts';
import { openPostgresLog } from './postgres.ts';
import { prepareSchema } from './schema.ts';
import { SqlLogStore } from './sql-store.ts';
import { describeOddCalls } from './odd-calls.contract.ts';
import { logStoreContract } from './store.contract.ts';

describe('with Postgres', { skip: withoutPostgres }, () => {
  const server = usePostgres();
  const open = async (): Promise<SqlLogStore> => {
    const database = await openPostgresLog(await createDatabase(server.url));
    await prepareSchema(database);
    return new SqlLogStore(database);
  };
  logStoreContract('a log in Postgres', open);
  describeOddCalls(open);
});
