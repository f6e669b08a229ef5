import * as z from 'zod/mini';
import { described, flag, headerText, parameters, text, weight } from '../config/schema-parts.ts';
import {
  createFields,
  field,
  identifier,
  limitFields,
  nameField,
  patterns,
  rateFields,
  rateLimit,
  rateType,
  savedFields,
  shown,
  time,
  usageFields,
  usageLimit,
  usageType,
} from './schema-parts.ts';

const configFields = {
  name: nameField,
  config: described('The config, as described by gateway.schema.json.', parameters),
  status: field('An archived config is not used any more.', z.enum(['active', 'archived'])),
};

/** What makes a saved config. */
export const configCreate = z.strictObject({ ...createFields, ...configFields });
/** What changes one; what is not named stays. */
export const configUpdate = z.strictObject({ ...configFields, config: z.optional(configFields.config) });
/** A saved config as it is shown. */
export const configShown = z.object({ ...savedFields, status: z.string(), config: parameters });

const secret = described('The credential itself; it is encrypted, and never shown.', headerText.check(z.minLength(1)));
const variable = described('Name of an environment variable that holds the credential.', text.check(z.regex(/^(?!SLUICE_)\w+$/)));

const key = z
  .strictObject({
    id: z.optional(described('Of an earlier key, to keep its credential.', identifier)),
    value: z.optional(secret),
    env: z.optional(variable),
    file: z.optional(described('Path of a file that holds the credential.', text)),
    weight: field('Share among the keys; 1 by default, 0 for none.', weight),
    expires_at: field('When it is no longer used.', time),
  })
  .check(
    z.refine((given) => [given.value, given.env, given.file].filter((source) => source !== undefined).length <= 1, {
      error: "Expected one of 'value', 'env' and 'file'",
    }),
  );

/** An option of a provider: text, a reference to a secret, or a document. */
const option = z.union([z.string(), z.strictObject({ env: variable }), z.strictObject({ file: text }), parameters], {
  error: 'Expected string or object',
});

const providerFields = {
  name: nameField,
  provider: described('Id of the provider, such as `openai`.', z.string()),
  key: z.optional(described('The only credential. The same as `keys` with one entry.', secret)),
  keys: z.optional(described('Credentials; calls are spread over them by weight, and repeated with another one if one is refused.', z.array(key))),
  options: field("The provider's options, as `aws_region`; secret ones are sealed.", z.record(z.string(), option)),
  custom_host: field("Base URL instead of the provider's.", z.string()),
  models: field('The only models that it may be asked for; names may end in `*`.', patterns),
  status: field('A disabled one is not used.', z.enum(['active', 'disabled'])),
  expires_at: field('When it is no longer used.', time),
  note: field('What people should know of it.', z.string()),
  ...limitFields,
};

/** What makes a saved provider. */
export const providerCreate = z.strictObject({ ...createFields, ...providerFields });
/** What changes one; what is not named stays. */
export const providerUpdate = z.strictObject({ ...providerFields, provider: z.optional(providerFields.provider) });
/** A saved provider as it is shown: without its secrets. */
export const providerShown = z.object({
  ...savedFields,
  status: z.enum(['active', 'expired', 'disabled', 'exhausted']),
  provider: z.string(),
  integration: shown('Id of the saved provider whose credentials it uses.', z.string()),
  keys: z.array(
    z.object({
      id: z.string(),
      masked: shown('The end of the credential.', z.string()),
      source: z.enum(['value', 'env', 'file']),
      reference: shown('Name of the variable, or path of the file.', z.string()),
      weight: z.number(),
      expires_at: z.nullable(z.string()),
      status: z.enum(['active', 'expired', 'missing']),
    }),
  ),
  options: z.record(z.string(), z.unknown()),
  custom_host: z.nullable(z.string()),
  models: z.nullable(z.array(z.string())),
  usage_limits: z.array(usageLimit),
  rate_limits: z.array(rateLimit),
  expires_at: z.nullable(z.string()),
  note: z.nullable(z.string()),
});

const apiKeyFields = {
  name: nameField,
  description: field('What people should know of it.', z.string()),
  scopes: z.optional(described('What the key may do; `*` for everything.', z.array(text))),
  status: field('A blocked key is refused.', z.enum(['active', 'blocked'])),
  expires_at: field('When it is refused.', time),
  default_config: field('Id of the config of calls that bring none.', identifier),
  allow_config_override: field('Whether calls may bring a config of their own; true by default.', flag),
  metadata: field('Metadata of every call; it goes before what calls say.', z.record(z.string(), z.string())),
  log_bodies: field('Whether the log keeps bodies and headers of its calls; true by default.', flag),
  allowed_models: field('The only models that calls may ask for; names may end in `*`.', patterns),
  allowed_providers: field('The only providers: ids as `openai`, or saved ones as `@slug`; names may end in `*`.', patterns),
  allowed_configs: field('The only saved configs that calls may name; a call may bring no others.', patterns),
  ...limitFields,
};

/** What makes an API key. */
export const apiKeyCreate = z.strictObject({
  ...createFields,
  ...apiKeyFields,
  key: z.optional(
    described('The text of an existing key from elsewhere; by default a new one is generated.', headerText.check(z.minLength(16), z.maxLength(512))),
  ),
});
/** What changes one; what is not named stays. */
export const apiKeyUpdate = z.strictObject(apiKeyFields);
/** How a key is replaced. */
export const apiKeyRotate = z.strictObject({
  overlap_seconds: z.optional(
    described('Seconds for which the old key stays valid beside the new one; 0 by default.', z.int().check(z.gte(0), z.lte(31_536_000))),
  ),
});
/** An API key as it is shown. */
export const apiKeyShown = z.object({
  ...savedFields,
  status: z.enum(['active', 'blocked', 'expired', 'exhausted']),
  masked: z.string(),
  previous: described('Keys that were replaced, and when they expire.', z.array(z.object({ masked: z.string(), until: z.string() }))),
  description: z.nullable(z.string()),
  scopes: z.array(z.string()),
  expires_at: z.nullable(z.string()),
  default_config: z.nullable(z.string()),
  allow_config_override: z.boolean(),
  metadata: z.record(z.string(), z.string()),
  log_bodies: z.boolean(),
  allowed_models: z.nullable(z.array(z.string())),
  allowed_providers: z.nullable(z.array(z.string())),
  allowed_configs: z.nullable(z.array(z.string())),
  usage_limits: z.array(usageLimit),
  rate_limits: z.array(rateLimit),
  last_used_at: shown('As far as this process knows.', z.string()),
});
/** The same with the key itself, which is shown once. */
export const apiKeyMade = z.object({ ...apiKeyShown.shape, key: z.string() });

const condition = z.strictObject({
  key: described('`api_key`, `provider`, `virtual_key`, `model`, `config`, `workspace`, or `metadata.<name>`.', text),
  value: described('One of these values; `*` for any.', z.union([text, z.array(text)], { error: 'Expected string, or a list of strings' })),
  excludes: field('True: none of these values. Or values beside, none of which it may be.', z.union([flag, text, z.array(text)])),
});

const policyBase = {
  name: nameField,
  conditions: field('For which calls it holds: all conditions must be met.', z.array(condition)),
  group_by: field('What is counted apart: `api_key`, `provider`, `model`, `metadata.<name>`, …', z.array(text)),
  status: field('An archived policy does not count.', z.enum(['active', 'archived'])),
};
const usagePolicy = { ...policyBase, kind: z.literal('usage_limit'), type: described('What is counted.', usageType), ...usageFields };
const ratePolicy = { ...policyBase, kind: z.literal('rate_limit'), type: described('What is counted.', rateType), ...rateFields };

/** What makes a policy. */
export const policyCreate = z.discriminatedUnion('kind', [
  z.strictObject({ ...createFields, ...usagePolicy }),
  z.strictObject({ ...createFields, ...ratePolicy }),
]);
/** What changes one; what is not named stays. */
export const policyUpdate = z.strictObject({
  ...policyBase,
  ...usageFields,
  ...rateFields,
  type: z.optional(z.string()),
  credit_limit: z.optional(usageFields.credit_limit),
  value: z.optional(rateFields.value),
});
/** A policy as it is shown. */
export const policyShown = z.looseObject({
  ...savedFields,
  status: z.string(),
  kind: z.enum(['usage_limit', 'rate_limit']),
  type: z.string(),
  conditions: z.array(condition),
  group_by: z.array(z.string()),
});
