import { isObject } from '../../dialects/read.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { AZURE_ADDRESS, LITELLM_NAMES, PLAIN_MODELS, VERSIONED } from '../../providers/foreign-names.ts';
import { providerById } from '../../providers/index.ts';
import { given, variableOf, type Grades } from './imported.ts';
import { isPrice, priceIn } from './litellm-price.ts';

/** One row of LiteLLM's model list. */
export interface Deployment {
  readonly group: string;
  readonly order: number;
  /** Share, as the row says it: by weight, else by what it may take. */
  readonly weight: number | undefined;
  /** A target of a config. */
  readonly target: JsonObject;
}

/** The saved providers that rows need, each once. */
export class Providers {
  readonly entries: Record<string, JsonObject> = {};
  readonly #slugs = new Map<string, string>();

  /** The slug of a provider with these members. */
  slugFor(provider: string, members: JsonObject): string {
    const key = JSON.stringify(members);
    const known = this.#slugs.get(key);
    if (known !== undefined) return known;
    let slug = provider;
    for (let count = 2; slug in this.entries; count++) slug = `${provider}-${count}`;
    this.#slugs.set(key, slug);
    this.entries[slug] = members;
    return slug;
  }
}

/** Parameters of a row that are read here, or mean the same without a word. */
const READ = new Set([
  'model',
  'api_key',
  'api_base',
  'base_url',
  'weight',
  'order',
  'timeout',
  'request_timeout',
  'stream_timeout',
  'max_retries',
  'max_parallel_requests',
  'rpm',
  'tpm',
  'custom_llm_provider',
  'drop_params',
]);

/** Parameters that LiteLLM writes into requests which do not have them. */
const DEFAULTS = new Set([
  'temperature',
  'top_p',
  'top_k',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'reasoning_effort',
  'response_format',
  'service_tier',
]);

interface Work {
  readonly grades: Grades;
  readonly providers: Providers;
}

/** A row of the model list as a target; undefined where its provider is not known. */
export function deploymentOf(row: JsonObject, at: string, { grades, providers }: Work): Deployment | undefined {
  const parameters = isObject(row['litellm_params']) ? row['litellm_params'] : {};
  const full = String(parameters['model'] ?? '');
  const named = nameOf(full, parameters['custom_llm_provider']);
  if (named === undefined) {
    grades.unsupported(`${at}.litellm_params.model`, `nobody knows the provider of '${full}'`);
    return undefined;
  }
  const slug = providers.slugFor(named.provider, membersOf(parameters, named, `${at}.litellm_params`, grades));
  if (named.model.includes('*')) grades.approximate(at, `${full} stands for many: ask for them as @${slug}/MODEL`);
  else grades.exact(at, `${full} is @${slug}/${named.model}`);
  const about = isObject(row['model_info']) ? row['model_info'] : {};
  const price = priceIn({ ...about, ...parameters });
  gradeRest(parameters, new Set([...READ, ...DEFAULTS, ...Object.keys(named.options)]), `${at}.litellm_params`, grades);
  gradeDefaults(parameters, `${at}.litellm_params`, grades);
  for (const name of Object.keys(about)) if (!isPrice(name)) grades.unsupported(`${at}.model_info.${name}`, 'only describes the model');
  gradePrice(price, { about, parameters }, at, grades);
  const weight = numberOf(parameters['weight']) ?? numberOf(parameters['rpm']) ?? numberOf(parameters['tpm']);
  const target = given({ ...targetOf(parameters, named, slug), price });
  return { group: String(row['model_name'] ?? full), order: numberOf(parameters['order']) ?? 1, weight, target };
}

function gradeDefaults(parameters: JsonObject, ...[at, grades]: readonly [string, Grades]): void {
  for (const name of Object.keys(parameters)) if (DEFAULTS.has(name)) grades.exact(`${at}.${name}`, 'is in default_params of the target');
}

interface Row {
  readonly about: JsonObject;
  readonly parameters: JsonObject;
}

function gradePrice(price: JsonObject | undefined, { about, parameters }: Row, ...[at, grades]: readonly [string, Grades]): void {
  for (const [place, members] of [['litellm_params', parameters] as const, ['model_info', about] as const])
    for (const name of Object.keys(members).filter(isPrice))
      if (price === undefined) grades.manual(`${at}.${place}.${name}`, 'a price needs input and output: see docs/cost.md');
      else grades.exact(`${at}.${place}.${name}`, 'is in the price of the target, in USD for a million tokens');
}

/** The saved provider that a row needs. */
function membersOf(parameters: JsonObject, { provider, options, modelOption }: Named, ...[at, grades]: readonly [string, Grades]): JsonObject {
  const found = Object.entries(options).flatMap(([parameter, option]) => {
    const value = parameters[parameter];
    return value === undefined ? [] : [[option, referred(value)] as const];
  });
  const address = String(parameters['api_base'] ?? parameters['base_url'] ?? '');
  const resource = modelOption === undefined ? undefined : AZURE_ADDRESS.exec(address)?.[1];
  const own = given({ ...Object.fromEntries(found), resource_name: resource });
  const isElsewhere = address !== '' && resource === undefined;
  return given({
    provider,
    key: keyOf(parameters['api_key'], provider, `${at}.api_key`, grades),
    options: Object.keys(own).length === 0 ? undefined : own,
    custom_host: isElsewhere ? hostOf(address, provider, `${at}.api_base`, grades) : undefined,
  });
}

function targetOf(parameters: JsonObject, { model, modelOption }: Named, slug: string): JsonObject {
  const first = millisecondsOf(parameters['stream_timeout']);
  const attempts = numberOf(parameters['max_retries']);
  const defaults = Object.entries(parameters).filter(([name]) => DEFAULTS.has(name));
  return given({
    virtual_key: slug,
    override_params: model.includes('*') ? undefined : { model },
    default_params: defaults.length === 0 ? undefined : Object.fromEntries(defaults),
    ...(modelOption === undefined ? {} : { [modelOption]: model }),
    request_timeout: millisecondsOf(parameters['timeout'] ?? parameters['request_timeout']),
    timeouts: first === undefined ? undefined : { first_event: first },
    retry: attempts === undefined ? undefined : { attempts: Math.min(5, attempts) },
    max_concurrency: numberOf(parameters['max_parallel_requests']),
  });
}

interface Named {
  readonly provider: string;
  readonly model: string;
  readonly options: Readonly<Record<string, string>>;
  readonly modelOption: string | undefined;
}

function nameOf(full: string, custom: Json | undefined): Named | undefined {
  const slash = full.indexOf('/');
  const prefix = typeof custom === 'string' ? custom : slash < 0 ? '' : full.slice(0, slash);
  const rest = slash >= 0 && full.startsWith(`${prefix}/`) ? full.slice(slash + 1) : full;
  // Bedrock's rows may say how to talk before they say to whom.
  const model = rest.replace(/^(?:converse|invoke)\//, '');
  const { provider, options = {}, modelOption } = LITELLM_NAMES[prefix] ?? { provider: prefix };
  if (providerById(provider) !== undefined) return { provider, model, options, modelOption };
  const plain = PLAIN_MODELS.find(([beginning]) => beginning.test(full));
  return plain === undefined ? undefined : { provider: plain[1], model: full, options: {}, modelOption: undefined };
}

/** `os.environ/NAME` is `${NAME}` here. */
export function referred(value: Json): Json {
  if (typeof value !== 'string') return value;
  const name = /^os\.environ\/(.+)$/.exec(value)?.[1];
  return name === undefined ? value.replaceAll('${', '$${') : `\${${name}}`;
}

function keyOf(key: Json | undefined, provider: string, ...[place, grades]: readonly [string, Grades]): Json | undefined {
  if (key !== undefined && key !== null) return referred(key);
  const known = providerById(provider);
  const isNeeded =
    known !== undefined &&
    !known.auth.some((auth) => auth.scheme === 'none' || ('option' in auth && auth.option !== undefined) || auth.scheme === 'aws');
  if (!isNeeded) return undefined;
  const variable = known.keyVariable ?? `${variableOf(provider)}_API_KEY`;
  grades.manual(place, `no key is written: set ${variable} in the environment of the gateway`);
  return `\${${variable}}`;
}

function hostOf(address: string, provider: string, ...[place, grades]: readonly [string, Grades]): string {
  const host = String(referred(address)).replace(/\/+$/, '');
  if (!VERSIONED.has(provider) || /\/v\d+$/.test(host) || host.includes('${')) return host;
  grades.approximate(place, `taken as ${host}/v1: look whether that is right`);
  return `${host}/v1`;
}

/** Seconds, as LiteLLM counts, in milliseconds. */
export function millisecondsOf(value: Json | undefined): number | undefined {
  const seconds = numberOf(value);
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

/** A number, where the value is one. */
export function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function gradeRest(parameters: JsonObject, read: ReadonlySet<string>, ...[at, grades]: readonly [string, Grades]): void {
  for (const limit of ['rpm', 'tpm'])
    if (parameters[limit] !== undefined)
      grades.approximate(`${at}.${limit}`, 'used as the share of the calls; as a limit it goes into rate_limits of the provider');
  for (const name of Object.keys(parameters))
    if (!read.has(name) && !isPrice(name))
      grades.manual(`${at}.${name}`, `is not taken over: look whether override_params or docs/routing.md has something like it`);
}
