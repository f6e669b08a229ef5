import * as z from 'zod/mini';
import { amount, count, described, errorClasses, flag, member, milliseconds, parameters, percentage, statusCodes, text } from './schema-parts.ts';

/** Error classes that move on to another target. */
export const onErrors = member('Error classes that move on to the next target, beside `on_status_codes`.', errorClasses);

const breaker = z.strictObject({
  failure_threshold: member('Failures that open the breaker.', count),
  failure_threshold_percentage: member('Share of failed requests, in percent, that opens the breaker.', percentage),
  minimum_requests: member('Requests before the percentage counts.', count),
  cooldown_interval: member('Milliseconds that the breaker stays open.', milliseconds),
  failure_status_codes: member('Statuses that count as failures; 500 and above by default.', statusCodes),
});

/** The circuit breaker, of a strategy or of a target. */
export const cbConfig = member('Circuit breaker.', breaker);

const sticky = z.strictObject({
  enabled: flag,
  hash_fields: member(
    'What ties a caller to a target, beside the key; a request that has none of them is not tied.',
    z.array(z.string().check(z.regex(/^(?:metadata|params|headers)\../, { error: "Must start with 'metadata.', 'params.' or 'headers.'" }))),
  ),
  ttl: member('Seconds after which a caller is tied anew; never by default.', z.number().check(z.gte(1), z.lte(1e9))),
});

const canary = z.strictObject({
  target: described('Name of the target on trial; its `weight` is its share.', text),
  max_error_percentage: member('Share of failed requests, in percent, beyond which it gets no more; 5 by default.', percentage),
  minimum_requests: member('Requests before the percentage counts, of the last 100; 20 by default.', z.int().check(z.gte(1), z.lte(100))),
});

const condition = z.strictObject({
  query: described(
    'Condition on `metadata`, `params` and `url`, with `$eq $ne $gt $gte $lt $lte $in $nin $regex $and $or`. A `$regex` has up to 1 000 ' +
      'characters, looks at the first 10 000 of the text, and counts as not matching after 50 ms.',
    parameters,
  ),
  then: described('Name of the target.', text),
});

/** What every mode takes. Portkey takes the status codes in every mode, so they are no error where they have no effect. */
const anyMode = {
  on_status_codes: member(
    'Statuses that move on to the next target; by default all that are not 2xx in `fallback`, `cost` and `hedge`. No effect in `single`, `loadbalance` and `conditional`.',
    statusCodes,
  ),
  on_errors: onErrors,
  cb_config: cbConfig,
};
const keepsCallers = { sticky: member('Keeps a caller on one target.', sticky) };

/** How one of the targets is picked. */
export const strategy = z.discriminatedUnion('mode', [
  described('Always the first target.', z.strictObject({ mode: z.literal('single'), ...anyMode })),
  described(
    'A random target, by weight.',
    z.strictObject({ mode: z.literal('loadbalance'), ...anyMode, ...keepsCallers, canary: member('A target on trial.', canary) }),
  ),
  described('One target after another, until one succeeds.', z.strictObject({ mode: z.literal('fallback'), ...anyMode })),
  described(
    'The target of the first condition that matches.',
    z.strictObject({
      mode: z.literal('conditional'),
      ...anyMode,
      conditions: member('Tried in order.', z.array(condition)),
      default: member('Name of the target where no condition matches.', text),
    }),
  ),
  described('The one of two random targets whose answers begin sooner.', z.strictObject({ mode: z.literal('latency'), ...anyMode, ...keepsCallers })),
  described(
    'The target with the fewest calls under way for its weight.',
    z.strictObject({ mode: z.literal('least_busy'), ...anyMode, ...keepsCallers }),
  ),
  described('The targets in the order of their prices, those without a known price last.', z.strictObject({ mode: z.literal('cost'), ...anyMode })),
  described(
    'The targets in their order; the second as well if the first is slow.',
    z.strictObject({
      mode: z.literal('hedge'),
      ...anyMode,
      delay: member('Milliseconds after which the second request is sent.', milliseconds),
      percentile: member(
        'Sends the second request once the first has taken longer than so many percent of its recent ones; 95 where there is no `delay`. Until enough was measured, `delay` counts.',
        z.number().check(z.gte(50), z.lte(99)),
      ),
      max_tokens: member('Estimated tokens, in and out, beyond which no second request is sent.', amount),
    }),
  ),
]);
