import type { JsonObject } from '../ir/json.ts';

/** A condition of a conditional strategy, in the query language of the config (`$eq`, `$and`, …). */
export type Query = JsonObject;
