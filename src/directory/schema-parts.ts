import * as z from 'zod/mini';
import { parseWebhook } from '../config/custom-host.ts';
import { described, oneOf, text } from '../config/schema-parts.ts';

/** Id of a saved thing, or a workspace. */
export const identifier = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, { error: 'Expected up to 128 letters, digits, dots, dashes and underscores' }));

/** A point in time. */
export const time = z.iso.datetime({ offset: true, error: 'Expected a time as 2030-01-31T00:00:00Z' });

/** A member that may be left out, or taken away with null. */
export function field<T extends z.core.$ZodType>(description: string, schema: T): z.ZodMiniOptional<z.ZodMiniNullable<T>> {
  return described(description, z.optional(z.nullable(schema)));
}

/** A member of every reply; null where there is nothing. */
export function shown<T extends z.core.$ZodType>(description: string, schema: T): z.ZodMiniNullable<T> {
  return described(description, z.nullable(schema));
}

const limitId = z.optional(identifier);

const reset = oneOf('periodic_reset', ['daily', 'weekly', 'monthly', 'yearly']);

/** What a usage limit counts. */
export const usageType = oneOf('type', ['cost', 'tokens', 'requests']);

const MOST_WEBHOOKS = 10;
const NO_WEBHOOK = `Expected a URL, or up to ${MOST_WEBHOOKS} of them, that begin with https:// or http://; private hosts must be TRUSTED_CUSTOM_HOSTS`;
const webhook = z.string().check(z.refine((url) => parseWebhook(url) !== undefined, { error: NO_WEBHOOK }));

/** Members that usage limits and usage policies share. */
export const usageFields = {
  credit_limit: described('USD, tokens or requests that may be used.', z.number().check(z.gt(0))),
  alert_threshold: field(
    'What is told to the webhook when so much has been used, in the unit of the limit; one or several.',
    z.union([z.number().check(z.gt(0)), z.array(z.number().check(z.gt(0)))], { error: 'Expected a number, or a list of numbers' }),
  ),
  alert_webhook: field(
    'Where thresholds are told beside SLUICE_ALERT_WEBHOOK; a URL, or several.',
    z.union([webhook, z.array(webhook).check(z.maxLength(MOST_WEBHOOKS, { error: NO_WEBHOOK }))], { error: NO_WEBHOOK }),
  ),
  periodic_reset: field('When the count begins anew, at 00:00 UTC; never by default.', reset),
  periodic_reset_days: field('Days after which the count begins anew, instead of `periodic_reset`.', z.int().check(z.gte(1), z.lte(365))),
  unpriced: field(
    'Of a budget in USD: whether it takes calls to models whose price nobody knows. By default it does, unless REFUSE_UNPRICED is set.',
    oneOf('unpriced', ['allow', 'refuse']),
  ),
};

/** A bound on what may be used. */
export const usageLimit = z.strictObject({ id: limitId, type: described('What is counted.', usageType), ...usageFields });

/** What a rate limit counts. */
export const rateType = oneOf('type', ['requests', 'tokens', 'concurrency']);

/** Members that rate limits and rate policies share. */
export const rateFields = {
  unit: field('Per second, minute, hour, day or week; nothing for concurrency.', oneOf('unit', ['rps', 'rpm', 'rph', 'rpd', 'rpw'])),
  value: described('How many; 0 for none at all.', z.number().check(z.gte(0))),
  shadow: field('Counts and tells, but refuses nothing.', z.boolean()),
};

/** A bound on how fast something may be used. */
export const rateLimit = z
  .strictObject({ id: limitId, type: described('What is counted.', rateType), ...rateFields })
  .check(z.refine((limit) => limit.type === 'concurrency' || (limit.unit ?? undefined) !== undefined, { path: ['unit'], error: 'Required' }));

/** Lists of limits, as keys and providers have them. */
export const limitFields = {
  usage_limits: field('Budgets; all of them must hold.', z.array(usageLimit)),
  rate_limits: field('Rate limits; all of them must hold.', z.array(rateLimit)),
};

/** Names, or beginnings of names that end in `*`. */
export const patterns = z.array(text);

/** What every saved thing shows. */
export const savedFields = {
  id: described('Unique among its kind.', z.string()),
  name: described('A name for people.', z.string()),
  workspace: described('The workspace that owns it. What is in `shared` can be used from all workspaces.', z.string()),
  version: described('1 for a new one, incremented with every change; also the ETag.', z.int()),
  source: described('`file`: it is defined in sluice.yaml and can only be changed there.', z.enum(['api', 'file'])),
  created_at: described('When it was created.', z.string()),
  updated_at: described('When it was last changed.', z.string()),
};

/** What may be said only when something is made. */
export const createFields = {
  id: z.optional(described('Made from the name by default.', identifier)),
  workspace: z.optional(described('The workspace that owns it; `default` by default.', identifier)),
};

/** The name that people call a thing by. */
export const nameField = z.optional(described('A name for people.', z.string().check(z.minLength(1), z.maxLength(255))));
