import type { SavedAccount } from '../config/saved.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Caller, RateLimit, UsageLimit } from '../pipeline/caller.ts';
import type { StoredRecord } from '../stores/records/record-store.ts';

/** What every saved thing has in memory; frozen all the way down. */
export interface Saved {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly version: number;
  readonly source: 'api' | 'file';
  /** What it was read from. */
  readonly record: StoredRecord;
  /** Why it cannot be used, in words for the operator. */
  readonly problem: string | undefined;
}

export interface SavedConfig extends Saved {
  readonly kind: 'config';
  readonly isArchived: boolean;
  /** With its credentials. */
  readonly config: JsonObject;
  /** The same as JSON. */
  readonly text: string;
}

export interface SavedProvider extends Saved {
  readonly kind: 'provider';
  readonly isDisabled: boolean;
  /** Milliseconds since the epoch; undefined: never. */
  readonly expiresAt: number | undefined;
  readonly account: SavedAccount;
  /** Id of the saved provider whose credentials it uses; undefined: it has its own. */
  readonly integration: string | undefined;
  /** What is known of each key, in the order of the keys. */
  readonly keys: readonly ProviderKey[];
}

export interface ProviderKey {
  readonly id: string;
  readonly source: 'value' | 'env' | 'file';
  readonly reference: string | undefined;
  readonly masked: string | undefined;
  readonly weight: number;
  readonly expiresAt: number | undefined;
  /** Undefined: its source gives none. */
  readonly secret: string | undefined;
}

export interface SavedApiKey extends Saved {
  readonly kind: 'api_key';
  readonly isBlocked: boolean;
  readonly expiresAt: number | undefined;
  readonly caller: Caller;
  /** SHA-256 of the key and of those that it replaced, hex, with the time until which each is good. */
  readonly hashes: readonly { readonly hash: string; readonly until: number | undefined }[];
}

export interface SavedPolicy extends Saved {
  readonly kind: 'policy';
  readonly isArchived: boolean;
  readonly conditions: readonly PolicyCondition[];
  readonly groupBy: readonly string[];
  readonly limit: ({ readonly kind: 'usage' } & UsageLimit) | ({ readonly kind: 'rate' } & RateLimit);
}

export interface PolicyCondition {
  /** `api_key`, `provider`, `virtual_key`, `model`, `config`, `workspace`, or `metadata.<name>`. */
  readonly key: string;
  /** Undefined: any value. */
  readonly values: readonly string[] | undefined;
  readonly excluded: readonly string[];
}

/** What the records of each kind become. */
export interface Entities {
  readonly config: SavedConfig;
  readonly provider: SavedProvider;
  readonly api_key: SavedApiKey;
  readonly policy: SavedPolicy;
}
