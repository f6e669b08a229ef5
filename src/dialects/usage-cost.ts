import type { Usage } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';

/** A usage record with what it cost, where the client is to read that. */
export function withCost(record: JsonObject, { cost }: Usage): JsonObject {
  return cost === undefined ? record : { ...record, cost };
}
