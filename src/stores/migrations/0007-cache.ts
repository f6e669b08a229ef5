import { identifier } from './columns.ts';
import type { Migration } from './index.ts';

/** Answers in the cache. */
export const cache: Migration = async (db, kind) => {
  await db.schema
    .createTable('sluice_cache')
    .addColumn('key', identifier(kind), (column) => column.primaryKey())
    .addColumn('workspace', identifier(kind), (column) => column.notNull())
    .addColumn('namespace', identifier(kind), (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('entry', kind === 'postgres' ? 'bytea' : 'blob', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sluice_cache_expires_at').on('sluice_cache').column('expires_at').execute();
  await db.schema.createIndex('sluice_cache_place').on('sluice_cache').columns(['workspace', 'namespace']).execute();
};
