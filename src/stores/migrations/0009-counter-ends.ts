import type { Migration } from './index.ts';

/** When the period of a counter ends, so that what is over can be removed; null: never, or an earlier version of the gateway counts it. */
export const counterEnds: Migration = async (db) => {
  await db.schema.alterTable('sluice_counters').addColumn('ends_at', 'bigint').execute();
  await db.schema.createIndex('sluice_counters_ends_at').on('sluice_counters').column('ends_at').execute();
};
