import type { JsonObject } from '../../ir/json.ts';

/** What is saved in a gateway: configs, providers with their credentials, the keys of callers, and policies (budgets and rate limits). */
export type RecordKind = 'config' | 'provider' | 'api_key' | 'policy';

/** One saved thing. What its body holds is the business of whoever saves it; secrets in it are sealed before they get here. */
export interface StoredRecord {
  readonly kind: RecordKind;
  /** Unique among its kind; letters, digits, `-`, `_` and `.`. */
  readonly id: string;
  readonly workspace: string;
  /** 1 for a new record, one more with every change. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly body: JsonObject;
}

/** A record that was written, or deleted, since a revision. */
export type Change = { readonly kind: RecordKind; readonly id: string } & (
  | { readonly deleted: false; readonly record: StoredRecord }
  | { readonly deleted: true }
);

export interface Changes {
  /** What to ask from the next time; grows with every change anywhere. */
  readonly revision: number;
  readonly changes: readonly Change[];
}

export interface RecordPage {
  readonly records: readonly StoredRecord[];
  /** The id to go on behind; undefined on the last page. */
  readonly next: string | undefined;
}

export interface ListOptions {
  readonly workspace?: string | undefined;
  /** Id of the record that the page begins behind; records are in the order of their ids. */
  readonly after?: string | undefined;
  /** 1 to 1000. */
  readonly limit: number;
}

/** Written by someone else in the meantime: the version that was named is not the last one, or the id is taken. */
export class RecordConflict extends Error {
  override readonly name = 'RecordConflict';
}

/**
 * Where saved things live. All processes of a gateway share one; each keeps what it needs in memory and follows the changes. Every method
 * rejects, and none hangs, where the store cannot be reached.
 */
export interface RecordStore {
  get(kind: RecordKind, id: string): Promise<StoredRecord | undefined>;
  list(kind: RecordKind, options: ListOptions): Promise<RecordPage>;
  /** Rejects with a RecordConflict where the id is taken. */
  create(record: Pick<StoredRecord, 'kind' | 'id' | 'workspace' | 'body'>): Promise<StoredRecord>;
  /** Undefined: there is none. Rejects with a RecordConflict where `ifVersion` is not its version. */
  update(
    kind: RecordKind,
    id: string,
    change: { readonly body: JsonObject; readonly ifVersion?: number | undefined },
  ): Promise<StoredRecord | undefined>;
  /** Whether there was one. Its earlier versions go with it. */
  remove(kind: RecordKind, id: string, ifVersion?: number): Promise<boolean>;
  /** All versions of a record, the last one first. */
  versions(kind: RecordKind, id: string): Promise<readonly StoredRecord[]>;
  /** What changed since a revision, each record as it is now; since 0 everything that there is. */
  changes(since: number): Promise<Changes>;
  /** Calls back soon (well within a second) after anything changed, in this process or another one. */
  watch(onChange: () => void): () => void;
  close(): Promise<void>;
}
