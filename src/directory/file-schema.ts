import * as z from 'zod/mini';
import { described } from '../config/schema-parts.ts';
import { apiKeyCreate, configCreate, policyCreate, providerCreate } from './schemas.ts';
import { identifier } from './schema-parts.ts';

/** Settings by their names in the file, with the environment variable that each stands for. */
export const FILE_SETTINGS = {
  host: 'HOST',
  port: 'PORT',
  data: 'SLUICE_DATA',
  database_url: 'DATABASE_URL',
  redis_url: 'REDIS_URL',
  require_api_key: 'REQUIRE_API_KEY',
  body_limit_mb: 'BODY_LIMIT_MB',
  max_concurrent_calls: 'MAX_CONCURRENT_CALLS',
  drain_timeout: 'DRAIN_TIMEOUT',
  cors_allowed_origins: 'CORS_ALLOWED_ORIGINS',
} as const;

const setting = z.union([z.string(), z.number(), z.boolean()], { error: 'Expected string, number or boolean' });

const settings = z.strictObject(
  Object.fromEntries(
    Object.entries(FILE_SETTINGS).map(([name, variable]) => [
      name,
      z.optional(described(`The same as the environment variable ${variable}, which goes before it.`, setting)),
    ]),
  ),
);

const apiKey = z
  .extend(z.omit(apiKeyCreate, { id: true }), {
    hash: z.optional(described('SHA-256 of the key, hex, instead of the key.', z.string().check(z.regex(/^[0-9a-f]{64}$/)))),
  })
  .check(z.refine((given) => (given.key === undefined) !== (given.hash === undefined), { path: ['key'], error: "Expected one of 'key' and 'hash'" }));

/** What can stand in sluice.yaml. */
export const fileSchema = z.strictObject({
  settings: z.optional(described('How the gateway serves; read at its start.', settings)),
  providers: z.optional(described('Saved providers by their slugs.', z.record(identifier, z.omit(providerCreate, { id: true })))),
  configs: z.optional(described('Saved configs by their ids.', z.record(identifier, z.omit(configCreate, { id: true })))),
  api_keys: z.optional(described('Keys of callers by their ids.', z.record(identifier, apiKey))),
  policies: z.optional(described('Policies by their ids.', z.record(identifier, policyCreate))),
});

/** The JSON Schema of sluice.yaml, for editors. */
export function fileJsonSchema(): object {
  const schema = z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' });
  const config = (schema as unknown as { properties: { configs: { additionalProperties: { properties: Record<string, unknown> } } } }).properties
    .configs;
  config.additionalProperties.properties['config'] = { $ref: './gateway.schema.json' };
  return { title: 'sluice.yaml', ...schema };
}
