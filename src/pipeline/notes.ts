import type { ResolvedConfig } from '../config/resolved.ts';
import type { Cost } from '../ir/cost.ts';
import type { Usage } from '../ir/events.ts';
import type { Caller } from './caller.ts';

/** What the cache did for a call, in Portkey's words. */
export type CacheStatus = 'HIT' | 'SEMANTIC HIT' | 'MISS' | 'SEMANTIC MISS' | 'REFRESH' | 'DISABLED';

export interface CacheNote {
  readonly status: CacheStatus;
  readonly key?: string | undefined;
  /** Seconds since the answer was made. */
  readonly age?: number | undefined;
  /** Of a semantic hit, 0 to 1. */
  readonly similarity?: number | undefined;
  /** Id of the entry that was hit, or made. */
  readonly entry?: string | undefined;
  /** USD that the hit saved. */
  readonly saved?: number | undefined;
}

export type { Cost } from '../ir/cost.ts';

/**
 * What the steps of a call leave for the response headers, the log and the metrics. Every copy of the call shares it, and a step writes only
 * its own members.
 */
export interface Notes {
  caller?: Caller | undefined;
  /** The saved config that the call uses. */
  config?: { readonly id: string; readonly version: number } | undefined;
  /** The config that the call uses, for whoever must know its secrets in order to mask them. */
  resolved?: ResolvedConfig | undefined;
  cache?: CacheNote | undefined;
  /** Headers of the limits, flat pairs. */
  limits?: readonly string[] | undefined;
  /** What the answer used, as far as it has been seen. */
  usage?: Usage | undefined;
  cost?: Cost | undefined;
  /** The model that answered, in the provider's words; else the one that was asked for. */
  model?: string | undefined;
}
