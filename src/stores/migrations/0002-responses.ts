import { sql } from 'kysely';
import { identifier } from './columns.ts';
import type { Migration } from './index.ts';

/** Responses that are kept for later requests, and where each of their items is. */
export const responses: Migration = async (db, kind) => {
  await db.schema
    .createTable('sluice_responses')
    .addColumn('tenant', identifier(kind), (column) => column.notNull())
    .addColumn('id', identifier(kind), (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('used_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('sluice_responses_key', ['tenant', 'id'])
    .execute();
  await db.schema.createIndex('sluice_responses_by_use').on('sluice_responses').column('used_at').execute();
  const items = db.schema
    .createTable('sluice_response_items')
    .addColumn('tenant', identifier(kind), (column) => column.notNull())
    .addColumn('item', identifier(kind), (column) => column.notNull())
    .addColumn('response', identifier(kind), (column) => column.notNull())
    .addPrimaryKeyConstraint('sluice_response_items_key', ['tenant', 'item']);
  await (kind === 'sqlite' ? items.modifyEnd(sql`without rowid`) : items).execute();
};
