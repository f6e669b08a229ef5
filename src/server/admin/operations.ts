import { configOperations } from './config-operations.ts';
import type { Operation } from './operation.ts';
import type { AdminWorld } from './world.ts';

/**
 * Every operation of the REST interface. A table must not look at the world before one of its operations runs: the OpenAPI document is
 * made without one.
 */
export function operationsOf(world: AdminWorld): readonly Operation[] {
  return [...configOperations(world)];
}
