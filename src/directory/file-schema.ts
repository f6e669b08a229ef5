import * as z from 'zod/mini';
import { modelPrices } from '../config/price.ts';
import { described, parameters } from '../config/schema-parts.ts';
import { apiKeyCreate, configCreate, policyCreate, providerCreate } from './schemas.ts';
import { identifier } from './schema-parts.ts';

/** Environment variables that can be set in the file too. */
const VARIABLES = [
  'HOST',
  'PORT',
  'SLUICE_DATA',
  'DATABASE_URL',
  'REDIS_URL',
  'REDIS_PREFIX',
  'SLUICE_ADMIN_KEY',
  'REQUIRE_API_KEY',
  'BODY_LIMIT_MB',
  'RESPONSES_LIMIT_MB',
  'CACHE_LIMIT_MB',
  'CACHE_DATABASE_LIMIT_MB',
  'CACHE_STORE',
  'MAX_CONCURRENT_CALLS',
  'DRAIN_TIMEOUT',
  'PRE_DRAIN_DELAY',
  'BUDGETS_ON_STORE_ERROR',
  'RATE_LIMITS_ON_STORE_ERROR',
  'REFUSE_UNPRICED',
  'MODEL_PRICES',
  'SLUICE_ALERT_WEBHOOK',
  'SLUICE_ALERT_SECRET',
  'LOG_REQUESTS',
  'LOG_BODIES',
  'LOG_CALLS',
  'METRICS',
  'METRICS_PORT',
  'METRICS_MODELS',
  'METRICS_LABELS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
  'OTEL_PROPAGATE_UPSTREAM',
  'ALLOW_AMBIENT_CREDENTIALS',
  'ALLOW_FAULT_INJECTION',
  'CORS_ALLOWED_ORIGINS',
  'CORS_ALLOWED_METHODS',
  'CORS_ALLOWED_HEADERS',
  'CORS_EXPOSE_HEADERS',
] as const;

/** Settings by their names in the file, as `admin_key`, with the environment variable that each stands for. */
export const FILE_SETTINGS: Readonly<Record<string, string>> = Object.fromEntries(
  VARIABLES.map((variable) => [variable.toLowerCase().replace(/^sluice_/, ''), variable]),
);

const setting = z.union([z.string(), z.number(), z.boolean(), parameters], { error: 'Expected string, number or boolean' });

const settings = z.strictObject(
  Object.fromEntries(
    Object.entries(FILE_SETTINGS).map(([name, variable]) => [
      name,
      z.optional(described(`The same as the environment variable ${variable}, which takes precedence.`, setting)),
    ]),
  ),
);

const apiKey = z
  .extend(z.omit(apiKeyCreate, { id: true }), {
    hash: z.optional(described('SHA-256 of the key in hex, in place of the key.', z.string().check(z.regex(/^[0-9a-f]{64}$/)))),
  })
  .check(z.refine((given) => (given.key === undefined) !== (given.hash === undefined), { path: ['key'], error: "Expected one of 'key' and 'hash'" }));

/** What can stand in sluice.yaml. */
export const fileSchema = z.strictObject({
  settings: z.optional(described('Settings of the gateway; read at its start.', settings)),
  providers: z.optional(described('Saved providers, by slug.', z.record(identifier, z.omit(providerCreate, { id: true })))),
  configs: z.optional(described('Saved configs, by id.', z.record(identifier, z.omit(configCreate, { id: true })))),
  api_keys: z.optional(described('API keys of callers, by id.', z.record(identifier, apiKey))),
  policies: z.optional(described('Policies, by id.', z.record(identifier, policyCreate))),
  prices: z.optional(
    described('Prices of models, by `model` or `provider/model`; names may end in `*`. MODEL_PRICES takes precedence, name by name.', modelPrices),
  ),
});

/** The JSON Schema of sluice.yaml, for editors. */
export function fileJsonSchema(): object {
  const schema = z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' });
  const config = (schema as unknown as { properties: { configs: { additionalProperties: { properties: Record<string, unknown> } } } }).properties
    .configs;
  config.additionalProperties.properties['config'] = { $ref: './gateway.schema.json' };
  return { title: 'sluice.yaml', ...schema };
}
