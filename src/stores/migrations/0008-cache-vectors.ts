import { identifier } from './columns.ts';
import type { Migration } from './index.ts';

/** What semantic caches compare. */
export const cacheVectors: Migration = async (db, kind) => {
  await db.schema
    .createTable('sluice_cache_vectors')
    .addColumn('partition', identifier(kind), (column) => column.notNull())
    .addColumn('key', identifier(kind), (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('vector', kind === 'postgres' ? 'bytea' : 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('sluice_cache_vectors_key', ['partition', 'key'])
    .execute();
  await db.schema.createIndex('sluice_cache_vectors_expires_at').on('sluice_cache_vectors').column('expires_at').execute();
};
