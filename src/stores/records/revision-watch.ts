import type { Database } from '../database.ts';
import { followPostgres } from '../sql/postgres-listener.ts';
import type { RecordTables } from './sql-record-store.ts';
import { Watchers } from './watchers.ts';

/** Tells of changes to records, whoever makes them, while anyone wants to hear of them. */
export interface RevisionWatch {
  add(onChange: () => void): () => void;
  /** A change of this process's own is told at once. */
  saw(revision: number): void;
  close(): Promise<void>;
}

/** Milliseconds between looks at SQLite's file, which tells nobody of changes. */
const PERIOD = 250;

/** Reads the number of the last change. */
type ReadRevision = () => Promise<number>;

/** Begins with the first who wants to hear, and ends with the last. */
export function watchRevision(database: Database): RevisionWatch {
  const watchers = new Watchers();
  let last: number | undefined;
  const saw = (revision: number): void => {
    if (revision === last) return;
    last = revision;
    watchers.tell();
  };
  // Whatever was asked for while the database was away went unanswered, so its return is news too.
  const returned = (): void => watchers.tell();
  let stop: (() => Promise<void>) | undefined;
  const end = async (): Promise<void> => {
    const ending = stop;
    stop = undefined;
    await ending?.();
  };
  return {
    add: (onChange) => {
      const remove = watchers.add(onChange);
      // Whatever changed before anyone listened is told by the first look.
      if (stop === undefined) last = undefined;
      stop ??= begin(database, { saw, returned });
      return () => {
        remove();
        if (watchers.size === 0) void end();
      };
    },
    saw,
    close: async () => {
      watchers.clear();
      await end();
    },
  };
}

interface Follower {
  readonly saw: (revision: number) => void;
  readonly returned: () => void;
}

function begin(database: Database, follower: Follower): () => Promise<void> {
  const { kind, location } = database;
  return kind === 'postgres' && location !== undefined
    ? followPostgres(location, { ...follower, ready: () => database.prepare() })
    : look(() => readRevision(database), follower);
}

async function readRevision({ db }: Database): Promise<number> {
  const row = await db.withTables<RecordTables>().selectFrom('sluice_revision').select('revision').executeTakeFirstOrThrow();
  return row.revision;
}

function look(read: ReadRevision, { saw, returned }: Follower): () => Promise<void> {
  let hasFailed = false;
  let looking: Promise<void> | undefined;
  const lookOnce = async (): Promise<void> => {
    try {
      saw(await read());
      if (hasFailed) returned();
      hasFailed = false;
    } catch {
      hasFailed = true;
    }
    looking = undefined;
  };
  const timer = setInterval(() => void (looking ??= lookOnce()), PERIOD);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
