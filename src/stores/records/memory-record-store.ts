import type { JsonObject, Json } from '../../ir/json.ts';
import {
  RecordConflict,
  type Change,
  type Changes,
  type ListOptions,
  type RecordKind,
  type RecordPage,
  type RecordStore,
  type StoredRecord,
} from './record-store.ts';
import { Watchers } from './watchers.ts';

interface Entry {
  readonly kind: RecordKind;
  readonly id: string;
  /** The revision that its last change made. */
  readonly revision: number;
  /** All versions, the last one first; none where it was removed. */
  readonly versions: readonly StoredRecord[];
}

/** Keeps records in this process until it ends. */
export class MemoryRecordStore implements RecordStore {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #watchers = new Watchers();
  #revision = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(kind: RecordKind, id: string): Promise<StoredRecord | undefined> {
    return this.#versionsOf(kind, id)[0];
  }

  async list(kind: RecordKind, { workspace, after, limit }: ListOptions): Promise<RecordPage> {
    const found = [...this.#entries.values()]
      .flatMap(({ versions }) => versions.slice(0, 1))
      .filter((record) => record.kind === kind && (workspace === undefined || record.workspace === workspace))
      .filter(({ id }) => after === undefined || id > after)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const records = found.slice(0, limit);
    return { records, next: found.length > limit ? records.at(-1)?.id : undefined };
  }

  async create({ kind, id, workspace, body }: Pick<StoredRecord, 'kind' | 'id' | 'workspace' | 'body'>): Promise<StoredRecord> {
    if (this.#versionsOf(kind, id).length > 0) throw new RecordConflict(`There is a ${kind} ${id} already.`);
    const now = this.#now();
    const record = Object.freeze({ kind, id, workspace, version: 1, createdAt: now, updatedAt: now, body: frozenCopy(body) });
    this.#write(kind, id, [record]);
    return record;
  }

  async update(
    kind: RecordKind,
    id: string,
    { body, ifVersion }: { readonly body: JsonObject; readonly ifVersion?: number | undefined },
  ): Promise<StoredRecord | undefined> {
    const versions = this.#versionsOf(kind, id);
    const last = versions[0];
    if (last === undefined) return undefined;
    expectVersion(last, ifVersion);
    const record = Object.freeze({ ...last, version: last.version + 1, updatedAt: this.#now(), body: frozenCopy(body) });
    this.#write(kind, id, [record, ...versions]);
    return record;
  }

  async remove(kind: RecordKind, id: string, ifVersion?: number): Promise<boolean> {
    const last = this.#versionsOf(kind, id)[0];
    if (last === undefined) return false;
    expectVersion(last, ifVersion);
    this.#write(kind, id, []);
    return true;
  }

  async versions(kind: RecordKind, id: string): Promise<readonly StoredRecord[]> {
    return this.#versionsOf(kind, id);
  }

  async changes(since: number): Promise<Changes> {
    // A number from before an older state was put back asks for all.
    const after = since > this.#revision ? 0 : since;
    const changed = [...this.#entries.values()].filter(({ revision }) => revision > after).toSorted((one, other) => one.revision - other.revision);
    return { revision: this.#revision, changes: changed.map(changeOf) };
  }

  watch(onChange: () => void): () => void {
    return this.#watchers.add(onChange);
  }

  async close(): Promise<void> {
    this.#watchers.clear();
  }

  #versionsOf(kind: RecordKind, id: string): readonly StoredRecord[] {
    return this.#entries.get(keyOf(kind, id))?.versions ?? [];
  }

  #write(kind: RecordKind, id: string, versions: readonly StoredRecord[]): void {
    this.#revision += 1;
    this.#entries.set(keyOf(kind, id), { kind, id, revision: this.#revision, versions });
    this.#watchers.tell();
  }
}

function changeOf({ kind, id, versions: [record] }: Entry): Change {
  return record === undefined ? { kind, id, deleted: true } : { kind, id, deleted: false, record };
}

function expectVersion({ kind, id, version }: StoredRecord, expected: number | undefined): void {
  if (expected === undefined || expected === version) return;
  throw new RecordConflict(`The ${kind} ${id} is at version ${version}, not ${expected}.`);
}

function keyOf(kind: RecordKind, id: string): string {
  return `${kind}/${id}`;
}

function frozenCopy(body: JsonObject): JsonObject {
  const copy = structuredClone(body);
  deepFreeze(copy);
  return copy;
}

function deepFreeze(value: Json | undefined): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}
