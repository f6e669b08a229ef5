import { identifier } from './columns.ts';
import type { Migration } from './index.ts';

/** What has been used of budgets, by whom, and which alerts have been told. */
export const counters: Migration = async (db, kind) => {
  await db.schema
    .createTable('sluice_counters')
    .addColumn('counter', identifier(kind), (column) => column.primaryKey())
    .addColumn('period', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('sluice_counter_holders')
    .addColumn('counter', identifier(kind), (column) => column.notNull())
    .addColumn('holder', identifier(kind), (column) => column.notNull())
    .addColumn('period', 'bigint', (column) => column.notNull())
    .addColumn('turn', 'bigint', (column) => column.notNull())
    .addColumn('used', 'bigint', (column) => column.notNull())
    .addColumn('lease', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('sluice_counter_holders_key', ['counter', 'holder'])
    .execute();
  await db.schema
    .createTable('sluice_counter_marks')
    .addColumn('counter', identifier(kind), (column) => column.notNull())
    .addColumn('period', 'bigint', (column) => column.notNull())
    .addColumn('mark', identifier(kind), (column) => column.notNull())
    .addPrimaryKeyConstraint('sluice_counter_marks_key', ['counter', 'period', 'mark'])
    .execute();
};
