import { fileJsonSchema } from '../../src/directory/file-schema.ts';

/** Writes the JSON Schema of sluice.yaml from the schemas in `src/directory`. */
export function generate(): { readonly path: string; readonly text: string }[] {
  return [{ path: 'sluice.schema.json', text: `${JSON.stringify(fileJsonSchema(), null, 2)}\n` }];
}
