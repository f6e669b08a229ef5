import { configJsonSchema } from '../../src/config/json-schema.ts';

/** Writes the JSON Schema of configs from the schemas in `src/config`. */
export function generate(): { readonly path: string; readonly text: string }[] {
  return [{ path: 'gateway.schema.json', text: `${JSON.stringify(configJsonSchema(), null, 2)}\n` }];
}
