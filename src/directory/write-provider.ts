import { randomBytes } from 'node:crypto';
import { EXPECTED_HOST, parseCustomHost } from '../config/custom-host.ts';
import type { Problem } from '../config/problems.ts';
import { hasCredential, urlOptionProblem } from '../config/provider-options.ts';
import { nearest } from '../config/suggest.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import { optionsOf, PROVIDER_IDS, providerById } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import { withIds, type RateLimitBody, type UsageLimitBody } from './limits.ts';
import { isMasked, masked } from './masks.ts';
import { objectsOf } from './read-body.ts';
import { contextOf, isSecretReference, type SecretSource } from './secrets.ts';

/** A body to be saved, or what is wrong with what was given for it. */
export type Written = { readonly body: JsonObject } | { readonly problems: readonly Problem[] };

export interface Writing {
  readonly id: string;
  readonly secrets: Pick<SecretSource, 'seal'>;
  /** What is saved now. */
  readonly before?: JsonObject | undefined;
}

/** What is kept of a saved provider: as it was given, with its secrets sealed. The given members have been checked against the schema. */
export function writeProvider(given: JsonObject, writing: Writing): Written {
  if (given['integration'] !== undefined) return { body: { ...given, ...limitsOf(given, `provider.${writing.id}`) } };
  const problems: Problem[] = [];
  const provider = providerById(String(given['provider']));
  if (provider === undefined) return { problems: [{ path: ['provider'], message: unknownProvider(String(given['provider'])) }] };
  const { key, ...rest } = given;
  const entries = key === undefined ? objectsOf(given, 'keys') : [{ value: key }];
  const keys = entries.map((entry, index) => keyOf(entry, index, { ...writing, problems }));
  const options = Object.entries((given['options'] ?? {}) as JsonObject).flatMap(([name, value]) =>
    optionOf(name, value, { ...writing, provider, problems }),
  );
  problems.push(...hostProblems(given, provider), ...missing(given, provider, keys.length > 0));
  problems.push(...repeatedIds(keys));
  if (problems.length > 0) return { problems };
  const id = writing.id;
  return { body: { ...rest, keys, options: Object.fromEntries(options), ...limitsOf(given, `provider.${id}`) } };
}

/** Limits with the ids that they are counted under. */
export function limitsOf(given: JsonObject, owner: string): JsonObject {
  return {
    usage_limits: withIds(objectsOf(given, 'usage_limits') as unknown as UsageLimitBody[], owner) as unknown as Json,
    rate_limits: withIds(objectsOf(given, 'rate_limits') as unknown as RateLimitBody[], owner) as unknown as Json,
  };
}

function unknownProvider(id: string): string {
  const meant = nearest(id, PROVIDER_IDS);
  return `There is no provider '${id.slice(0, 100)}'${meant === undefined ? '' : `. Did you mean '${meant}'?`}`;
}

interface Work extends Writing {
  readonly problems: Problem[];
}

function keyOf(entry: JsonObject, index: number, { id: owner, secrets, before, problems }: Work): JsonObject {
  const { value, env, file, id, weight, expires_at: expiresAt } = entry;
  const rest = { id: id ?? `k-${randomBytes(4).toString('hex')}`, weight: weight ?? undefined, expires_at: expiresAt ?? undefined };
  if (typeof env === 'string') return { ...rest, env };
  if (typeof file === 'string') return { ...rest, file };
  if (typeof value === 'string' && !isMasked(value)) return { ...rest, sealed: secrets.seal(value, contextOf(owner)), masked: masked(value) };
  const earlier = before === undefined ? undefined : objectsOf(before, 'keys').find((key) => key['id'] === id);
  if (earlier === undefined)
    problems.push({ path: ['keys', index], message: "Expected one of 'value', 'env' and 'file', or the 'id' of an earlier key" });
  return { ...earlier, ...rest };
}

function repeatedIds(keys: readonly JsonObject[]): readonly Problem[] {
  const ids = keys.map((key) => key['id']);
  return ids.flatMap((id, index) => (ids.indexOf(id) < index ? [{ path: ['keys', index, 'id'], message: 'Another key has this id' }] : []));
}

interface OptionWork extends Work {
  readonly provider: Provider;
}

function optionOf(name: string, value: Json | undefined, work: OptionWork): readonly (readonly [string, Json])[] {
  const { provider, problems } = work;
  const path = ['options', name];
  const option = optionsOf(provider).find((candidate) => candidate.name === name);
  if (option === undefined) {
    problems.push({ path, message: unknownOption(provider, name) });
    return [];
  }
  if (value === undefined || value === null) return [];
  if (isSecretReference(value)) return [[name, value]];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const problem = urlOptionProblem(provider, name, text);
  if (problem !== undefined) problems.push({ path, message: problem });
  return [[name, option.secret === true ? sealedOption(name, text, work) : value]];
}

function unknownOption(provider: Provider, name: string): string {
  const known = optionsOf(provider).map((candidate) => candidate.name);
  const meant = nearest(name, known);
  return `${provider.name} has no such option${meant === undefined ? '' : `. Did you mean '${meant}'?`}`;
}

/** A mask stands for what it is shown for. */
function sealedOption(name: string, text: string, { id, secrets, before }: OptionWork): Json {
  const earlier = (before?.['options'] as JsonObject | undefined)?.[name];
  return isMasked(text) && earlier !== undefined ? earlier : { sealed: secrets.seal(text, contextOf(id)) };
}

function hostProblems(given: JsonObject, provider: Provider): readonly Problem[] {
  const host = given['custom_host'];
  if (typeof host === 'string' && parseCustomHost(host) === undefined)
    return [
      {
        path: ['custom_host'],
        message: EXPECTED_HOST,
      },
    ];
  const options = (given['options'] ?? {}) as JsonObject;
  const hasHost = (provider.options ?? []).some(({ name, replacesBaseURL }) => replacesBaseURL === true && name in options);
  const needsHost = provider.baseURL === undefined && provider.baseURLs === undefined && !hasHost;
  return needsHost && typeof host !== 'string' ? [{ path: ['custom_host'], message: `Required: ${provider.name} has no host of its own` }] : [];
}

function missing(given: JsonObject, provider: Provider, hasKey: boolean): readonly Problem[] {
  const options = (given['options'] ?? {}) as JsonObject;
  const texts = Object.fromEntries(Object.keys(options).map((name) => [name, 'given']));
  if (!hasCredential(provider, hasKey ? 'given' : undefined, texts))
    return [{ path: ['key'], message: `Required: ${provider.name} needs a credential` }];
  const lacking = (provider.options ?? []).filter(
    (option) => option.required === true && !(option.name in options) && given['custom_host'] === undefined,
  );
  return lacking.map(({ name }) => ({ path: ['options', name], message: 'Required' }));
}
