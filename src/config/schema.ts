import * as z from 'zod/mini';
import type { Provider } from '../providers/provider.ts';
import { PROVIDER_IDS, PROVIDERS } from '../providers/index.ts';
import { expected } from './issues.ts';
import { OPTIONS } from './provider-options.ts';
import {
  amount,
  count,
  described,
  errorClasses,
  flag,
  headerText,
  member,
  milliseconds,
  oneOf,
  parameters,
  share,
  statusCodes,
  text,
  weight,
} from './schema-parts.ts';
import type { SavedAccount } from './saved.ts';
import { price } from './price.ts';
import { cbConfig, onErrors, strategy } from './strategy-schema.ts';

const embedding = z.strictObject({
  provider: described('A provider that makes embeddings.', oneOf('cache.embedding.provider', PROVIDER_IDS)),
  model: described('Its model for that.', text),
  api_key: member("The provider's API key.", headerText),
  custom_host: member("Base URL instead of the provider's.", z.string()),
  dimensions: member('Numbers in a vector; by default as many as the model makes.', z.int().check(z.gte(1), z.lte(16_384))),
});

const cache = z.strictObject({
  mode: described('Identifies the request in the cache.', oneOf('cache.mode', ['simple', 'semantic'])),
  max_age: member('Seconds that an answer is kept; 7 days by default, 90 days at most.', amount),
  pace: member('Pieces a second in which an answer from the cache is streamed; all at once by default.', z.number().check(z.gt(0), z.lte(10_000))),
  similarity_threshold: member('How like two questions must be for one answer, up to 1; 0.95 by default.', share),
  max_messages: member(
    'Longest conversation, without system messages, that counts as like another; 4 by default.',
    z.int().check(z.gte(1), z.lte(100)),
  ),
  embedding: member('What tells how like two questions are; by default the words and letters that they have in common.', embedding),
});

const retry = z.strictObject({
  attempts: described('How often a failed request is retried; at most 5.', count),
  on_status_codes: member('Statuses that are repeated; 429, 500, 502, 503, 504 and 529 by default.', statusCodes),
  on_errors: member('Error classes that are repeated beside the statuses.', errorClasses),
  use_retry_after_header: member(
    'Whether to wait as long as the provider asks (`retry-after` and its kin); by default only while no other target can be had sooner.',
    flag,
  ),
  use_retry_after_headers: member('Another spelling of `use_retry_after_header`.', flag),
});

const timeouts = z.strictObject({
  connect: member('Until connected.', milliseconds),
  first_event: member('Until the first content.', milliseconds),
  idle: member('Between two pieces of an answer.', milliseconds),
  total: member('For the whole answer.', milliseconds),
});

const queue = z.strictObject({
  size: member('How many calls may wait; 100 by default.', count),
  timeout: member('Milliseconds that a call may wait; 10 000 by default.', milliseconds),
});

const fault = z.strictObject({
  status: member('Answer with this status.', z.int().check(z.gte(400), z.lte(599))),
  delay: member('Milliseconds before the answer.', milliseconds),
  reset: member('Break the connection instead of answering.', flag),
  cut_after: member('Break the stream after so many events; an answer that is not streamed breaks in its middle.', count),
  stall: member('Send nothing more after the first event.', flag),
  stall_after: member('Send nothing more after so many events.', count),
  malformed: member('Put an event that cannot be read behind the first one; an answer that is not streamed ends in its middle.', flag),
  probability: member('Share of requests that the fault happens to; 1 by default.', share),
});

/** Long form of guardrails and mutators. What a check takes is the check's own business. */
const hook = z.looseObject({
  id: z.optional(z.string()),
  type: z.optional(oneOf('type', ['guardrail', 'mutator'])),
  deny: z.optional(flag),
  async: z.optional(flag),
  sequential: z.optional(flag),
  soft_deny_200: z.optional(flag),
  on_fail: z.optional(parameters),
  on_success: z.optional(parameters),
  checks: z.optional(z.array(z.looseObject({ id: text, parameters: z.optional(parameters), is_enabled: z.optional(flag) }))),
});
const hooks = z.array(hook);
/** Short form: ids of saved guardrails, or objects keyed by check. */
const guardrails = z.array(z.union([text, parameters], { error: 'Expected string or object' }));

const unknownProvider = `Invalid 'provider' value. Must be one of: ${PROVIDER_IDS.join(', ')}`;
const providerName = z.union([oneOf('provider', PROVIDER_IDS), z.string().check(z.regex(/^@[\w.-]+$/, { error: unknownProvider }))], {
  error: ({ input }) => (typeof input === 'string' ? unknownProvider : expected('string', input)),
});

const dialectIds = [...new Set(PROVIDERS.flatMap((provider: Provider) => (provider.endpoints.chat ?? []).map((endpoint) => endpoint.dialect.id)))];

const ownFields = {
  name: member('Name by which conditions refer to the target.', text),
  id: member('Id of the config; has no effect.', z.string()),
  strategy: member('How one of the targets is picked.', strategy),
  provider: member('Where requests go: a provider, or `@slug` for a saved one.', providerName),
  api_key: member("The provider's API key.", headerText),
  virtual_key: member('Slug of a saved provider; the same as `@slug` for a provider.', text),
  prompt_id: member('Id of a saved prompt.', text),
  passthrough: member("The target is the provider that the request's headers name.", flag),
  weight: member('Share among its siblings in a load balancer; 1 by default, 0 for none.', weight),
  dialect: member('Wire format to speak upstream; by default the one of the client where the provider speaks it.', oneOf('dialect', dialectIds)),
  override_params: member('Members of the request body that replace what the client sent.', parameters),
  default_params: member('Members of the request body where the client sent none.', parameters),
  drop_params: member('Members of the request body that are not sent.', z.array(text)),
  unsupported_params: member('What happens to members that the target cannot take.', oneOf('unsupported_params', ['drop', 'warn', 'reject'])),
  custom_host: member("Base URL instead of the provider's.", z.string()),
  forward_headers: member('Names of request headers that are copied to the provider.', z.array(text)),
  strict_open_ai_compliance: member("False: answers are extended beyond OpenAI's shape.", flag),
  retry: member('Repetition of failed requests, per target.', retry),
  request_timeout: member('Milliseconds until the provider must have begun to answer; 0 for no limit.', milliseconds),
  timeouts: member('Further time limits, in milliseconds.', timeouts),
  on_status_codes: member('Accepted for compatibility; the strategy has its own.', statusCodes),
  on_errors: onErrors,
  on_stream_break: member('What happens when a stream breaks.', oneOf('on_stream_break', ['resume', 'error', 'restart'])),
  cb_config: cbConfig,
  max_concurrency: member('How many calls the target takes at once, from this process; a streamed one until its end.', z.int().check(z.gte(1))),
  queue: member('Where calls beyond `max_concurrency` wait; without it they go to the next target or fail.', queue),
  price: member('What the target charges, instead of what the price list says.', price),
  cache: member('Answers from the cache.', cache),
  fault: member('Fault injection for rehearsals; needs ALLOW_FAULT_INJECTION=1 in the environment of the gateway.', fault),
  input_guardrails: member('Checks of the request.', guardrails),
  output_guardrails: member('Checks of the answer.', guardrails),
  input_mutators: member('Changes to the request.', guardrails),
  output_mutators: member('Changes to the answer.', guardrails),
  before_request_hooks: member('Checks and changes of the request, long form.', hooks),
  after_request_hooks: member('Checks and changes of the answer, long form.', hooks),
  fetch_integrated_models: member('Model lists show saved providers too.', flag),
};

/** Providers' options. A target may carry those of other providers; JSON documents can be given as such or as text. */
const optionFields = Object.fromEntries(
  [...OPTIONS].map(([name, option]) => [
    name,
    member(
      option.description,
      name.endsWith('_json') ? z.union([text, parameters], { error: 'Expected string or object' }) : optionText(option.sendAs),
    ),
  ]),
);

function optionText(sendAs: string | undefined) {
  return sendAs === undefined ? z.string() : headerText;
}

/** A config, or one target of a config, with its own keys in snake case. */
export interface Config extends z.infer<z.ZodMiniObject<typeof ownFields>> {
  readonly targets?: readonly Config[] | undefined;
  /** The saved provider that the target names; never written by anyone, but found. */
  readonly account?: SavedAccount | undefined;
}

/** The schema of a config: every key that can be written, and no other. */
export const configSchema: z.ZodMiniType<Config> = z.strictObject({
  ...ownFields,
  ...(optionFields as object),
  get targets(): z.ZodMiniType<readonly Config[] | undefined> {
    return member('Providers, or strategies over providers.', z.array(configSchema).check(z.minLength(1)));
  },
});
