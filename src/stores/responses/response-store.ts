import type { JsonObject } from '../../ir/json.ts';

/** A response of the Responses API as it is kept. */
export interface StoredResponse {
  /** The response object as its client got it, with its id and the items of its output. */
  readonly response: JsonObject;
  /** The items of its own request, each with an id. */
  readonly input: readonly JsonObject[];
  /** Id of the response that its request continued. */
  readonly previous?: string | undefined;
  /** The ids by which items of its input and output can be found. */
  readonly items: readonly string[];
  /** The host that keeps the response under the same id too, and can continue it by that. */
  readonly keeper?: string | undefined;
  /** Id of the provider that made it. */
  readonly provider: string;
}

/**
 * Where responses are kept for later requests. Tenants are apart: an id is looked up among the tenant's own responses only. What `put`
 * was called with is there for every `get` that follows it in this process, even while the promise is pending. Old responses may be
 * dropped at any time.
 */
export interface ResponseStore {
  get(tenant: string, id: string): Promise<StoredResponse | undefined>;
  /** The response whose input or output holds the item. */
  getByItem(tenant: string, itemId: string): Promise<StoredResponse | undefined>;
  put(tenant: string, response: StoredResponse): Promise<void>;
  /** Whether there was one to delete. */
  delete(tenant: string, id: string): Promise<boolean>;
  /** Of a store that writes behind: writes what waits. */
  close?(): Promise<void>;
}
