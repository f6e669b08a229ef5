import type { Json, JsonObject } from '../ir/json.ts';
import { RecordConflict, type RecordKind, type RecordStore, type StoredRecord } from './records/record-store.ts';
import type { Secrets } from './secrets.ts';

/** What became of saved credentials. */
export interface Resealing {
  /** Records of which a credential was sealed anew, as `provider/openai`. */
  readonly resealed: readonly string[];
  /** Records of which a credential cannot be opened with any key that is here. */
  readonly lost: readonly string[];
}

const KINDS: readonly RecordKind[] = ['config', 'provider', 'api_key', 'policy'];
const PAGE = 200;

/** Seals with the present key whatever is sealed with an earlier one; the last versions of records, not those before. */
export async function reseal(store: RecordStore, secrets: Secrets): Promise<Resealing> {
  const resealed: string[] = [];
  const lost: string[] = [];
  for await (const record of everyRecord(store)) {
    const name = nameOf(record);
    const fresh = await resealOne(record, store, secrets);
    if (fresh.isChanged) resealed.push(name);
    if (fresh.isLost) lost.push(name);
  }
  return { resealed, lost };
}

async function* everyRecord(store: RecordStore): AsyncGenerator<StoredRecord> {
  for (const kind of KINDS) {
    let after: string | undefined;
    do {
      const page = await store.list(kind, { after, limit: PAGE });
      yield* page.records;
      after = page.next;
    } while (after !== undefined);
  }
}

interface Resealed {
  readonly isChanged: boolean;
  readonly isLost: boolean;
}

/** Whoever changes the record meanwhile goes first: what they wrote is looked at again. */
async function resealOne(record: StoredRecord, store: RecordStore, secrets: Secrets): Promise<Resealed> {
  const { kind, id, version } = record;
  const { body, ...outcome } = resealedBody(record, secrets);
  if (!outcome.isChanged) return outcome;
  try {
    await store.update(kind, id, { body, ifVersion: version });
    return outcome;
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
    const changed = await store.get(kind, id);
    return changed === undefined ? { isChanged: false, isLost: false } : resealOne(changed, store, secrets);
  }
}

function resealedBody(record: StoredRecord, secrets: Secrets): Resealed & { readonly body: JsonObject } {
  const context = nameOf(record);
  let isChanged = false;
  let isLost = false;
  const walk = (value: Json): Json => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(walk);
    const members = Object.entries(value as JsonObject).flatMap(([name, member]) => (member === undefined ? [] : [[name, walk(member)] as const]));
    const { sealed } = value as JsonObject;
    if (typeof sealed !== 'string' || secrets.isCurrent(sealed)) return Object.fromEntries(members);
    const text = secrets.read({ sealed }, context);
    if (text === undefined) isLost = true;
    else isChanged = true;
    return Object.fromEntries([...members, ['sealed', text === undefined ? sealed : secrets.seal(text, context)]]);
  };
  return { body: walk(record.body) as JsonObject, isChanged, isLost };
}

function nameOf({ kind, id }: StoredRecord): string {
  return `${kind}/${id}`;
}
