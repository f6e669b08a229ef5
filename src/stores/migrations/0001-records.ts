import { sql } from 'kysely';
import type { Migration } from './index.ts';
import { identifier } from './columns.ts';

/** Records as they are now, with tombstones of those that were removed; all their versions; and the number of the last change. */
export const records: Migration = async (db, kind) => {
  await db.schema
    .createTable('sluice_records')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', identifier(kind), (column) => column.notNull())
    .addColumn('workspace', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    // Null: the record was removed.
    .addColumn('body', 'text')
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('sluice_records_key', ['kind', 'id'])
    .execute();
  await db.schema.createIndex('sluice_records_by_revision').on('sluice_records').column('revision').execute();
  await db.schema
    .createTable('sluice_record_versions')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', identifier(kind), (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('sluice_record_versions_key', ['kind', 'id', 'version'])
    .execute();
  await db.schema
    .createTable('sluice_revision')
    .addColumn('only', 'integer', (column) => column.primaryKey())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .execute();
  await sql`insert into sluice_revision ("only", revision) values (1, 0)`.execute(db);
};
