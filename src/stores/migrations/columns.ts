import { sql, type RawBuilder } from 'kysely';
import type { DatabaseKind } from '../database.ts';

/** The type of a column of ids: text in the order of its bytes, whatever the language of the database. */
export function identifier(kind: DatabaseKind): RawBuilder<string> {
  return kind === 'postgres' ? sql`text collate "C"` : sql`text`;
}
