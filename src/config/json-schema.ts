import * as z from 'zod/mini';
import type { JsonSchema } from '../ir/json.ts';
import { configSchema } from './schema.ts';

/** The JSON Schema of a config, for editors and forms. Rules that only code can check are not in it. */
export function configJsonSchema(): JsonSchema {
  const schema: unknown = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' });
  return { title: 'Sluice config', ...(schema as JsonSchema) };
}
