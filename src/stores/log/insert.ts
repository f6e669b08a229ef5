import { indexable } from '../../logs/indexable.ts';
import { DIMENSIONS } from '../../logs/log-store.ts';
import { prepareCall, type PreparedCall } from '../../logs/prepare.ts';
import type { LogItem, LogRecord } from '../../logs/record.ts';
import { insertRows, rowsWith, type LogDatabase, type SqlValue } from './database.ts';
import type { Dimensions, DimensionValues } from './dimensions.ts';
import { pack } from './pack.ts';
import { addToRollups, type Counted } from './rollup.ts';
import { CALL_COLUMNS, KEYS_PER_MS } from './schema.ts';

/** A call with its place in the log. */
interface PlacedCall extends PreparedCall {
  readonly key: number;
  readonly seq: number;
  readonly values: DimensionValues;
  readonly numbers: Counted['numbers'];
  readonly packed: Buffer;
}

/** Adds calls to a log, and to the sums over it; those that are there already are left out, so that a batch may come twice. */
export async function insertCalls(database: LogDatabase, dimensions: Dimensions, items: readonly LogItem[]): Promise<void> {
  const prepared = items.map(prepareCall);
  try {
    await database.transaction(async (transaction) => {
      const fresh = await withoutKnown(transaction, prepared);
      if (fresh.length === 0) return;
      await dimensions.ensure(
        transaction,
        fresh.map(({ record }) => valuesOf(record)),
        keyNames(fresh),
      );
      await write(transaction, await placed(transaction, dimensions, fresh));
    });
  } catch (error) {
    dimensions.forget();
    throw error;
  }
}

async function withoutKnown(database: LogDatabase, calls: readonly PreparedCall[]): Promise<readonly PreparedCall[]> {
  const byId = new Map(calls.map((call) => [call.record.id, call]));
  const known = await rowsWith(database, 'SELECT id FROM log_entry WHERE id', [...byId.keys()]);
  for (const { id } of known) byId.delete(id as string);
  return [...byId.values()];
}

/** Gives every call a key and a number in the order of arrival. */
async function placed(database: LogDatabase, dimensions: Dimensions, calls: readonly PreparedCall[]): Promise<readonly PlacedCall[]> {
  const [{ last = 0 } = {}] = await database.all('SELECT coalesce(max(seq), 0) AS last FROM log_call');
  const taken = new Set<number>();
  const wanted = calls.map(({ record }) => wantedKey(record));
  for (const { key } of await rowsWith(database, 'SELECT key FROM log_call WHERE key', wanted)) taken.add(key as number);
  const found: PlacedCall[] = [];
  for (const [i, call] of calls.entries()) {
    const key = await freeKey(database, wanted[i] as number, taken);
    taken.add(key);
    const values = valuesOf(call.record);
    const numbers = Object.fromEntries(DIMENSIONS.map((kind) => [kind, dimensions.known(kind, values[kind]) ?? 0])) as Counted['numbers'];
    found.push({ ...call, key, seq: (last as number) + i + 1, values, numbers, packed: pack(call) });
  }
  return found;
}

/** Keys of calls that came in one millisecond are spread by their ids. */
function wantedKey({ at, id }: LogRecord): number {
  const spread = Number.parseInt(id.slice(0, 8), 16);
  return at * KEYS_PER_MS + (Number.isNaN(spread) ? 0 : spread % KEYS_PER_MS);
}

async function freeKey(database: LogDatabase, wanted: number, taken: ReadonlySet<number>): Promise<number> {
  if (!taken.has(wanted)) return wanted;
  for (let key = wanted + 1; ; key += 1) {
    if (taken.has(key)) continue;
    if ((await database.all('SELECT key FROM log_call WHERE key = ?', [key])).length === 0) return key;
  }
}

function valuesOf(record: LogRecord): DimensionValues {
  return {
    model: record.model,
    provider: record.provider,
    api_key: record.keyId,
    config: record.configId,
    workspace: record.workspace,
    error_class: record.errorClass,
    cache: record.cacheStatus,
  };
}

function keyNames(calls: readonly PreparedCall[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { record } of calls) if (record.keyId !== undefined && record.keyName !== undefined) names.set(record.keyId, record.keyName);
  return names;
}

async function write(database: LogDatabase, calls: readonly PlacedCall[]): Promise<void> {
  const ordered = calls.toSorted((one, other) => one.key - other.key);
  await insertRows(database, { table: 'log_call', columns: ['key', ...CALL_COLUMNS] }, ordered.map(callRow));
  await insertRows(database, { table: 'log_entry', columns: ['key', 'id', 'trace_id', 'session_id', 'entry'] }, ordered.map(entryRow));
  await insertRows(
    database,
    { table: 'log_body', columns: ['key', 'packed'] },
    ordered.map(({ key, packed }) => [key, packed]),
  );
  const { text } = database.flavour;
  await insertRows(
    database,
    { table: 'log_text', columns: [text.key, 'words'], row: text.insert },
    ordered.map((call) => [call.key, call.text]),
  );
  const labels = ordered.flatMap((call) => call.labels.map(([name, value]): readonly SqlValue[] => [name, value, call.key]));
  await insertRows(database, { table: 'log_metadata', columns: ['name', 'value', 'key'], tail: 'ON CONFLICT DO NOTHING' }, labels);
  await addToRollups(database, ordered.map(countedOf));
}

function countedOf({ record, facts, numbers, ...call }: PlacedCall): Counted {
  return { at: record.at, status: record.status, facts, numbers, bytes: sizeOf(call) };
}

/** Bytes that a call takes, about. */
function sizeOf({ packed, text }: Pick<PlacedCall, 'packed' | 'text'>): number {
  return 1000 + packed.length + Math.round(text.length / 4);
}

function callRow(call: PlacedCall): readonly SqlValue[] {
  const { record, facts, numbers } = call;
  const values: Readonly<Record<(typeof CALL_COLUMNS)[number], SqlValue>> = {
    ...facts,
    ...numbers,
    seq: call.seq,
    status: record.status,
    failed: facts.errors,
    ms: record.ms,
    first_ms: record.firstMs ?? null,
    ms_class: facts.msClass,
    first_class: facts.firstClass ?? null,
    cost: record.cost ?? null,
    bytes: sizeOf(call),
  };
  return [call.key, ...CALL_COLUMNS.map((name) => values[name])];
}

function entryRow({ key, record, entry }: PlacedCall): readonly SqlValue[] {
  const traceId = record.traceId === record.id ? null : indexable(record.traceId);
  return [key, record.id, traceId, record.sessionId === undefined ? null : indexable(record.sessionId), JSON.stringify(entry)];
}
