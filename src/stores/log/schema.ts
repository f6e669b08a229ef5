import { DIMENSIONS } from '../../logs/log-store.ts';
import type { LogDatabase, SqlFlavour } from './database.ts';

/**
 * The tables of a log.
 *
 *   log_call       what calls are found and added up by, in few bytes a row, so that a million of them are walked in a moment
 *   log_entry      what lists show of a call, and the ids that it is looked up by
 *   log_body       all else: attempts, headers and bodies, packed
 *   log_text       the words of its bodies
 *   log_metadata   the members of its metadata
 *   log_dimension  the texts that rows of `log_call` and `log_rollup` name by number
 *   log_rollup     sums over minutes and hours, for all calls and by each dimension
 *
 * A key is the time of the call in milliseconds × 2048 plus a number that tells calls of one millisecond apart, so that the order of keys
 * is the order of time in every table.
 */
function tables(flavour: SqlFlavour): readonly string[] {
  const { integer, blob, real, keyOnly, text } = flavour;
  const ofCalls = CALL_COLUMNS.map((name) => `${name} ${numberType(name, flavour)}${MAY_BE_NULL.has(name) ? '' : ' NOT NULL'}`).join(', ');
  const sums = SUMS.map((name) => `${name} ${numberType(name, flavour)} NOT NULL`).join(', ');
  return [
    `CREATE TABLE IF NOT EXISTS log_call (key ${integer} PRIMARY KEY, ${ofCalls})`,
    `CREATE INDEX IF NOT EXISTS log_call_seq ON log_call (seq)`,
    `CREATE INDEX IF NOT EXISTS log_call_failed ON log_call (key) WHERE failed = 1`,
    `CREATE TABLE IF NOT EXISTS log_entry (key ${integer} PRIMARY KEY, id TEXT NOT NULL UNIQUE, trace_id TEXT, session_id TEXT, entry TEXT NOT NULL)`,
    `CREATE INDEX IF NOT EXISTS log_entry_trace ON log_entry (trace_id, key) WHERE trace_id IS NOT NULL`,
    `CREATE INDEX IF NOT EXISTS log_entry_session ON log_entry (session_id, key) WHERE session_id IS NOT NULL`,
    `CREATE TABLE IF NOT EXISTS log_body (key ${integer} PRIMARY KEY, packed ${blob} NOT NULL)`,
    ...text.create,
    `CREATE TABLE IF NOT EXISTS log_metadata (name TEXT NOT NULL, value TEXT NOT NULL, key ${integer} NOT NULL, PRIMARY KEY (name, value, key)) ${keyOnly}`,
    `CREATE INDEX IF NOT EXISTS log_metadata_key ON log_metadata (key)`,
    `CREATE TABLE IF NOT EXISTS log_dimension (id ${integer} PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, name TEXT, UNIQUE (kind, value))`,
    `CREATE TABLE IF NOT EXISTS log_rollup (hourly ${integer} NOT NULL, kind TEXT NOT NULL, slot ${integer} NOT NULL, value ${integer} NOT NULL, ` +
      `workspace ${integer} NOT NULL, ${sums}, ms ${blob} NOT NULL, first_ms ${blob} NOT NULL, PRIMARY KEY (hourly, kind, slot, value, workspace)) ${keyOnly}`,
    `CREATE TABLE IF NOT EXISTS log_feedback (id TEXT PRIMARY KEY, trace_id TEXT NOT NULL, workspace TEXT NOT NULL, at ${integer} NOT NULL, ` +
      `value ${real} NOT NULL, weight ${real} NOT NULL, metadata TEXT NOT NULL)`,
    `CREATE INDEX IF NOT EXISTS log_feedback_trace ON log_feedback (trace_id)`,
    `CREATE INDEX IF NOT EXISTS log_feedback_at ON log_feedback (at)`,
    `CREATE TABLE IF NOT EXISTS log_export (id TEXT PRIMARY KEY, workspace TEXT NOT NULL, at ${integer} NOT NULL, body TEXT NOT NULL)`,
  ];
}

/** Columns of sums: the same in the rows of calls and in the rollups. */
export const SUMS = [
  'calls',
  'errors',
  'cost',
  'unpriced',
  'saved',
  'hits',
  'semantic_hits',
  'misses',
  'input',
  'cache_read',
  'cache_write',
  'output',
  'reasoning',
  'tokens',
  'rescued',
  'bytes',
] as const;

export type Sum = (typeof SUMS)[number];

/** What the row of a call holds of these: not that it is one call, and its error as `failed`. */
const [, , ...SUMS_OF_CALL] = SUMS;

/** The columns of `log_call` behind its key; `status` and the dimensions are numbers, the latter of `log_dimension`, 0 for none. */
export const CALL_COLUMNS = ['seq', 'status', 'failed', ...DIMENSIONS, 'ms', 'first_ms', 'ms_class', 'first_class', ...SUMS_OF_CALL] as const;

const MAY_BE_NULL: ReadonlySet<string> = new Set(['cost', 'first_ms', 'first_class']);
const FRACTIONS: ReadonlySet<string> = new Set(['cost', 'saved', 'ms', 'first_ms']);

function numberType(name: string, { integer, real }: SqlFlavour): string {
  return FRACTIONS.has(name) ? real : integer;
}

/** Makes the tables that are not there yet. */
export async function prepareSchema(database: LogDatabase): Promise<void> {
  await database.transaction(async (transaction) => {
    for (const statement of tables(transaction.flavour)) await transaction.run(statement);
  });
}

/** So many keys a millisecond has. */
export const KEYS_PER_MS = 2048;
