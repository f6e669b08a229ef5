import type { JsonObject } from '../../ir/json.ts';
import { completeEntry } from '../../logs/entry.ts';
import { indexable } from '../../logs/indexable.ts';
import type {
  Export,
  Feedback,
  Group,
  LogEntry,
  LogNews,
  LogPage,
  LogQuestions,
  LogStore,
  Point,
  Retention,
  Statistics,
} from '../../logs/log-store.ts';
import type { LogItem } from '../../logs/record.ts';
import type { LogDatabase, SqlRow, SqlValue } from './database.ts';
import { Dimensions } from './dimensions.ts';
import { insertCalls } from './insert.ts';
import { unpack } from './pack.ts';
import { pruneCalls } from './prune.ts';
import { KEYS_PER_MS } from './schema.ts';
import { groupsOf, seriesOf, summaryOf } from './statistics.ts';
import { selectionOf } from './where.ts';

type Question<Name extends keyof LogQuestions> = Parameters<LogQuestions[Name]>[0];

/** A log in a database of SQL. */
export class SqlLogStore implements LogStore {
  readonly #database: LogDatabase;
  readonly #dimensions = new Dimensions();

  constructor(database: LogDatabase) {
    this.#database = database;
  }

  async insert(items: readonly LogItem[]): Promise<void> {
    if (items.length > 0) await insertCalls(this.#database, this.#dimensions, items);
  }

  async list({ filter, limit, cursor }: Question<'list'>): Promise<LogPage> {
    const before = cursor === undefined ? undefined : Number(cursor);
    const bound = before === undefined ? [] : [{ sql: 'c.key < ?', values: [before] }];
    const selection = await selectionOf(this.#database, boundedBy(filter, before), bound);
    const rows = await this.#database.all(
      `SELECT k.key, e.entry FROM (SELECT ${selection.key} AS key ${selection.sql} ORDER BY ${selection.key} DESC LIMIT ?) k
       JOIN log_entry e ON e.key = k.key ORDER BY k.key DESC`,
      [...selection.values, limit + 1],
    );
    const shown = rows.slice(0, limit);
    return { entries: shown.map(entryIn), next: rows.length > limit ? String(shown.at(-1)?.['key']) : undefined };
  }

  async count({ filter }: Question<'count'>): Promise<number> {
    const { sql, values } = await selectionOf(this.#database, filter);
    const [row] = await this.#database.all(`SELECT count(*) AS calls ${sql}`, values);
    return row?.['calls'] as number;
  }

  async get({ id, workspace }: Question<'get'>): Promise<JsonObject | undefined> {
    const [row] = await this.#database.all('SELECT e.key, e.entry, b.packed FROM log_entry e JOIN log_body b ON b.key = e.key WHERE e.id = ?', [id]);
    if (row === undefined) return undefined;
    const entry = entryIn(row);
    if (workspace !== undefined && entry['workspace'] !== workspace) return undefined;
    const { detail, request, response } = unpack(row['packed'] as Uint8Array);
    const feedback = await this.#database.all('SELECT * FROM log_feedback WHERE trace_id = ? ORDER BY at', [indexable(String(entry['trace_id']))]);
    const judged = feedback.map(feedbackIn).filter((entryOfFeedback) => entryOfFeedback.workspace === entry['workspace']);
    return {
      ...entry,
      ...detail,
      request: withBody(detail['request'] as JsonObject | undefined, request),
      response: withBody(detail['response'] as JsonObject | undefined, response),
      feedback: judged.map(({ id: own, value, weight, metadata, at }) => ({ id: own, value, weight, metadata, at: new Date(at).toISOString() })),
    };
  }

  async news({ filter, place, limit }: Question<'news'>): Promise<LogNews> {
    const [{ last = 0 } = {}] = await this.#database.all('SELECT coalesce(max(seq), 0) AS last FROM log_call');
    const end = last as number;
    if (place === undefined || end <= place) return { entries: [], place: end, isCut: false };
    const { sql, values } = await selectionOf(this.#database, filter, [{ sql: 'c.seq > ? AND c.seq <= ?', values: [place, end] }]);
    // The last ones, should there be too many: a tail that falls behind shows what happens now.
    const rows = await this.#database.all(
      `SELECT k.seq, e.entry FROM (SELECT c.seq AS seq, c.key AS key ${sql} ORDER BY c.seq DESC LIMIT ?) k JOIN log_entry e ON e.key = k.key ORDER BY k.seq DESC`,
      [...values, limit + 1],
    );
    return { entries: rows.slice(0, limit).toReversed().map(entryIn), place: end, isCut: rows.length > limit };
  }

  summary({ filter }: Question<'summary'>): Promise<Statistics> {
    return summaryOf(this.#database, filter);
  }

  series({ filter, step }: Question<'series'>): Promise<readonly Point[]> {
    return seriesOf(this.#database, filter, step);
  }

  groups({ filter, by, limit }: Question<'groups'>): Promise<readonly Group[]> {
    return groupsOf(this.#database, filter, { by, limit });
  }

  async distinct({ filter, name, step }: Question<'distinct'>): Promise<readonly { at: number; count: number }[]> {
    const { sql, values } = await selectionOf(this.#database, filter, [{ sql: 'g.name = ?', values: [name] }]);
    const where = sql.indexOf(' WHERE ');
    const at = `(c.key / ${Math.trunc(step) * KEYS_PER_MS}) * ${Math.trunc(step)}`;
    const rows = await this.#database.all(
      `SELECT ${at} AS at, count(DISTINCT g.value) AS n ${sql.slice(0, where)} ${this.#database.flavour.join} log_metadata g ON g.key = c.key${sql.slice(where)}
       GROUP BY ${at} ORDER BY 1`,
      values,
    );
    return rows.map((row) => ({ at: row['at'] as number, count: row['n'] as number }));
  }

  async feedbacks({ workspace, from, to, limit }: Question<'feedbacks'>): Promise<readonly Feedback[]> {
    const own = workspace === undefined ? '' : ' AND workspace = ?';
    const values: SqlValue[] = [from, to, ...(workspace === undefined ? [] : [workspace]), limit];
    return (await this.#database.all(`SELECT * FROM log_feedback WHERE at >= ? AND at < ?${own} ORDER BY at DESC LIMIT ?`, values)).map(feedbackIn);
  }

  async feedback({ id }: Question<'feedback'>): Promise<Feedback | undefined> {
    const [row] = await this.#database.all('SELECT * FROM log_feedback WHERE id = ?', [id]);
    return row === undefined ? undefined : feedbackIn(row);
  }

  async saveFeedback({ feedback }: Question<'saveFeedback'>): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      for (const { id, traceId, workspace, at, value, weight, metadata } of feedback)
        await transaction.run(
          `INSERT INTO log_feedback (id, trace_id, workspace, at, value, weight, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET value = excluded.value, weight = excluded.weight, metadata = excluded.metadata`,
          [id, indexable(traceId), workspace, at, value, weight, JSON.stringify(metadata)],
        );
    });
  }

  async exports({ workspace }: Question<'exports'>): Promise<readonly Export[]> {
    const own = workspace === undefined ? '' : ' WHERE workspace = ?';
    const rows = await this.#database.all(`SELECT * FROM log_export${own} ORDER BY at DESC LIMIT 1000`, workspace === undefined ? [] : [workspace]);
    return rows.map(exportIn);
  }

  async saveExport({ entry: { id, workspace, at, body } }: Question<'saveExport'>): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction.run(
        'INSERT INTO log_export (id, workspace, at, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
        [id, workspace, at, JSON.stringify(body)],
      );
    });
  }

  prune(retention: Retention, now: number): Promise<number> {
    return pruneCalls(this.#database, retention, now);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** The rows of a page lie before the cursor in whichever table is walked; said of that table's key, the index is entered at the right place. */
function boundedBy(filter: Question<'list'>['filter'], before: number | undefined): Question<'list'>['filter'] {
  if (before === undefined) return filter;
  const to = Math.floor(before / KEYS_PER_MS) + 1;
  return { ...filter, to: filter.to === undefined ? to : Math.min(filter.to, to) };
}

function entryIn(row: SqlRow): LogEntry {
  return completeEntry(row['entry'] as string);
}

/** JSON as JSON, all else as text. */
function withBody(note: JsonObject | undefined, body: Buffer | undefined): JsonObject | undefined {
  if (note === undefined || body === undefined) return note;
  const text = body.toString('utf8');
  try {
    return { ...note, body: JSON.parse(text) as JsonObject };
  } catch {
    return { ...note, body: text };
  }
}

function feedbackIn(row: SqlRow): Feedback {
  return {
    id: row['id'] as string,
    traceId: row['trace_id'] as string,
    workspace: row['workspace'] as string,
    at: row['at'] as number,
    value: row['value'] as number,
    weight: row['weight'] as number,
    metadata: JSON.parse(row['metadata'] as string) as Feedback['metadata'],
  };
}

function exportIn(row: SqlRow): Export {
  return {
    id: row['id'] as string,
    workspace: row['workspace'] as string,
    at: row['at'] as number,
    body: JSON.parse(row['body'] as string) as JsonObject,
  };
}
