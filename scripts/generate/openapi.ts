import { operationsOf } from '../../src/server/admin/operations.ts';
import { openApiOf } from '../../src/server/admin/openapi.ts';
import type { AdminWorld } from '../../src/server/admin/world.ts';

/** Writes the OpenAPI document of the REST interface from the tables of operations, none of which looks at the world before it runs. */
export function generate(): { readonly path: string; readonly text: string }[] {
  return [{ path: 'docs/reference/openapi.json', text: `${JSON.stringify(openApiOf(operationsOf({} as AdminWorld)), null, 2)}\n` }];
}
