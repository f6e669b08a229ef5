import { expandHistory, missingRecord, referredItems, type ResponseRecord } from '../dialects/openai-responses/history.ts';
import type { JsonObject } from '../ir/json.ts';
import type { ResponseStore, StoredResponse } from '../stores/responses/response-store.ts';
import type { Recall } from './step.ts';

/** Kept responses of one tenant, as far as they were loaded. */
export class ResponseHistory {
  readonly #store: ResponseStore;
  readonly #tenant: string;
  readonly #loaded = new Map<string, StoredResponse>();
  readonly #records = new Map<string, ResponseRecord>();
  /** The loaded response that holds an item. */
  readonly #holders = new Map<string, StoredResponse>();

  constructor(store: ResponseStore, tenant: string) {
    this.#store = store;
    this.#tenant = tenant;
  }

  /** Loads what a request refers to, directly and by what that refers to, as far as it is kept. */
  async load(request: JsonObject): Promise<void> {
    let missing = missingRecord(request, this.#records);
    while (missing !== undefined && this.#take(await this.#store.get(this.#tenant, missing))) missing = missingRecord(request, this.#records);
    const wanted = [request['input'], ...[...this.#records.values()].map(({ input }) => input)].flatMap(referredItems);
    // The list grows by what is found.
    for (const id of wanted) {
      const found = this.#holders.has(id) ? undefined : await this.#store.getByItem(this.#tenant, id);
      if (found !== undefined && this.#take(found)) wanted.push(...referredItems(found.input));
    }
  }

  get records(): ReadonlyMap<string, ResponseRecord> {
    return this.#records;
  }

  /** Spells out what a body refers to, unless a host keeps all of that itself. */
  readonly recall: Recall = (body, keeper) => {
    if (keeper !== undefined && this.#isKnownTo(keeper, body)) return body;
    const own = keeper === undefined && body['store'] !== undefined ? without(body, 'store') : body;
    return refers(own) ? expandHistory(own, this.#records) : own;
  };

  /** What was never kept here may be the host's own. */
  #isKnownTo(keeper: string, body: JsonObject): boolean {
    const previous = body['previous_response_id'];
    const holders = [
      ...(typeof previous === 'string' ? [this.#loaded.get(previous)] : []),
      ...referredItems(body['input']).map((id) => this.#holders.get(id)),
    ];
    return holders.every((holder) => holder === undefined || holder.keeper === keeper);
  }

  #take(stored: StoredResponse | undefined): boolean {
    const id = stored?.response['id'];
    if (stored === undefined || typeof id !== 'string' || this.#loaded.has(id)) return false;
    this.#loaded.set(id, stored);
    this.#records.set(id, recordOfStored(stored));
    for (const item of stored.items) this.#holders.set(item, stored);
    return true;
  }
}

function refers(body: JsonObject): boolean {
  return (body['previous_response_id'] ?? undefined) !== undefined || referredItems(body['input']).length > 0;
}

function without(body: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([member]) => member !== name));
}

function recordOfStored({ response, input, previous }: StoredResponse): ResponseRecord {
  return { id: String(response['id']), input, output: response['output'] as readonly JsonObject[], previous };
}
