import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import { providerById } from '../providers/index.ts';
import { deepFreeze, type Provider } from '../providers/provider.ts';
import { parseCustomHost } from './custom-host.ts';
import { elsewhere } from './expand.ts';
import { cachePolicy, placeCache } from './resolve-cache.ts';
import { priceOf } from './price.ts';
import { spellPath, type Path } from './problems.ts';
import { dialectsOf, optionsInTarget } from './provider-options.ts';
import { strategy } from './resolve-strategy.ts';
import type {
  BreakerPolicy,
  CachePolicy,
  ConcurrencyLimit,
  Fault,
  Price,
  ResolvedConfig,
  RetryPolicy,
  StreamBreak,
  TargetNode,
  Timeouts,
} from './resolved.ts';
import type { AccountUse, SavedAccount } from './saved.ts';
import type { Config } from './schema.ts';

const MAX_ATTEMPTS = 5;
const DEFAULT_RETRY_CODES = [429, 500, 502, 503, 504, 529];

/** What the headers of a request say beside its config. */
export interface RequestSettings {
  /** For configs, and pass-through targets, that name no provider. */
  readonly provider: Provider | undefined;
  /** The saved provider that they name instead. */
  readonly slug?: string | undefined;
  /** Options for that provider. */
  readonly options: Readonly<Record<string, string>>;
  /** These go before the config, for every target. */
  readonly customHost: string | undefined;
  readonly requestTimeout: number | undefined;
  readonly forwardHeaders: readonly string[] | undefined;
  readonly strict: boolean | undefined;
  /** Repetitions where the config says nothing of them. */
  readonly attempts: number | undefined;
}

/** Settings that pass from a node to its targets. */
interface Inherited {
  readonly overrideParams: JsonObject;
  readonly defaultParams: JsonObject;
  readonly dropParams: readonly string[];
  readonly retry: RetryPolicy;
  readonly requestTimeout: number | undefined;
  readonly customHost: string | undefined;
  readonly forwardHeaders: readonly string[];
  readonly strict: boolean;
  readonly dialect: string | undefined;
  readonly timeouts: Timeouts;
  readonly onStreamBreak: StreamBreak;
  readonly breaker: BreakerPolicy;
  readonly most: number | undefined;
  readonly queue: ConcurrencyLimit['queue'];
  readonly price: Price | undefined;
  readonly fault: Fault | undefined;
  /** Not yet in front of any node. */
  readonly cache: CachePolicy | undefined;
}

const NO_TIMEOUTS: Timeouts = { connect: undefined, firstEvent: undefined, idle: undefined, total: undefined };
const DEFAULT_BREAKER: BreakerPolicy = {
  failures: 5,
  percentage: undefined,
  minimumRequests: 5,
  cooldown: 3_000,
  longest: 12_000,
  statusCodes: undefined,
};

/** A validated config and the request's settings as a frozen tree, with inheritance and defaults applied. */
export function resolveConfig(config: Config, request: RequestSettings): ResolvedConfig {
  const inherited: Inherited = {
    overrideParams: {},
    defaultParams: {},
    dropParams: [],
    retry: retryPolicy({ attempts: request.attempts ?? 0 }),
    requestTimeout: undefined,
    customHost: undefined,
    forwardHeaders: [],
    strict: true,
    dialect: undefined,
    timeouts: NO_TIMEOUTS,
    onStreamBreak: 'resume',
    breaker: DEFAULT_BREAKER,
    most: undefined,
    queue: undefined,
    price: undefined,
    fault: undefined,
    cache: undefined,
  };
  const resolve = (node: Config, path: Path, parent: Inherited): ResolvedConfig => {
    const settings = inherit(node, parent);
    const { here, below } = placeCache(node, settings.cache);
    const base = { path: spellPath(path), name: node.name, weight: node.weight ?? 1, onStreamBreak: settings.onStreamBreak, ...here };
    if (node.targets === undefined) return keyed({ ...base, ...target(node, settings, request) }, node.account);
    const within = { ...settings, cache: below };
    const targets = node.targets.map((child, index) => resolve(child, [...path, 'targets', index], within));
    return { ...base, targets, ...strategy(node) };
  };
  return deepFreeze(resolve(config, [], inherited));
}

function inherit(node: Config, parent: Inherited): Inherited {
  return { ...inheritRequest(node, parent), ...inheritEndurance(node, parent) };
}

type Endurance = 'retry' | 'requestTimeout' | 'timeouts' | 'onStreamBreak' | 'breaker' | 'most' | 'queue' | 'fault';

/** What a target's requests are made of. */
function inheritRequest(node: Config, parent: Inherited): Omit<Inherited, Endurance> {
  return {
    overrideParams: merge(parent.overrideParams, node.override_params),
    defaultParams: merge(parent.defaultParams, node.default_params),
    dropParams: node.drop_params === undefined ? parent.dropParams : [...new Set([...parent.dropParams, ...node.drop_params])],
    customHost: node.custom_host === undefined ? parent.customHost : parseCustomHost(node.custom_host),
    forwardHeaders: node.forward_headers?.map((name) => name.toLowerCase()) ?? parent.forwardHeaders,
    strict: node.strict_open_ai_compliance ?? parent.strict,
    dialect: node.dialect ?? parent.dialect,
    price: node.price === undefined ? parent.price : priceOf(node.price),
    cache: node.cache === undefined ? parent.cache : cachePolicy(node.cache),
  };
}

/** How long and how often a target is tried. */
function inheritEndurance(node: Config, parent: Inherited): Pick<Inherited, Endurance> {
  return {
    retry: node.retry === undefined ? parent.retry : retryPolicy(node.retry),
    requestTimeout: node.request_timeout ?? parent.requestTimeout,
    timeouts: node.timeouts === undefined ? parent.timeouts : mergeTimeouts(parent.timeouts, node.timeouts),
    onStreamBreak: node.on_stream_break ?? parent.onStreamBreak,
    breaker: breakerPolicy(parent.breaker, node.cb_config ?? node.strategy?.cb_config),
    most: node.max_concurrency ?? parent.most,
    queue: node.queue === undefined ? parent.queue : queueOf(node.queue),
    fault: node.fault === undefined ? parent.fault : faultOf(node.fault),
  };
}

function queueOf({ size = 100, timeout = 10_000 }: NonNullable<Config['queue']>): ConcurrencyLimit['queue'] {
  return { size, timeout };
}

function mergeTimeouts(parent: Timeouts, child: NonNullable<Config['timeouts']>): Timeouts {
  return {
    connect: child.connect ?? parent.connect,
    firstEvent: child.first_event ?? parent.firstEvent,
    idle: child.idle ?? parent.idle,
    total: child.total ?? parent.total,
  };
}

/** A cooldown that the config names is kept to, and does not grow. */
function breakerPolicy(parent: BreakerPolicy, given: Config['cb_config']): BreakerPolicy {
  if (given === undefined) return parent;
  const hasPercentageOnly = given.failure_threshold === undefined && given.failure_threshold_percentage !== undefined;
  return {
    failures: hasPercentageOnly ? Infinity : (given.failure_threshold ?? parent.failures),
    percentage: given.failure_threshold_percentage ?? parent.percentage,
    minimumRequests: given.minimum_requests ?? parent.minimumRequests,
    cooldown: given.cooldown_interval ?? parent.cooldown,
    longest: given.cooldown_interval ?? parent.longest,
    statusCodes: given.failure_status_codes ?? parent.statusCodes,
  };
}

/** The parent's own object where the child adds nothing, so that large parameters are not copied for each target. */
function merge(parent: JsonObject, child: Readonly<Record<string, unknown>> | undefined): JsonObject {
  return child === undefined ? parent : { ...parent, ...(child as JsonObject) };
}

function retryPolicy(retry: NonNullable<Config['retry']>): RetryPolicy {
  return {
    attempts: Math.min(retry.attempts, MAX_ATTEMPTS),
    onStatusCodes: retry.on_status_codes ?? DEFAULT_RETRY_CODES,
    onErrors: retry.on_errors ?? [],
    useRetryAfter: retry.use_retry_after_header ?? retry.use_retry_after_headers,
  };
}

function faultOf({ stall, cut_after: cutAfter, stall_after: stallAfter, ...rest }: NonNullable<Config['fault']>): Fault {
  return { ...rest, cutAfter, stallAfter: stallAfter ?? (stall === true ? 1 : undefined) };
}

/** Some providers have an option that stands for a base URL. */
function hostInOptions(provider: Provider, options: Readonly<Record<string, string>>): string | undefined {
  const name = provider.options?.find((option) => option.replacesBaseURL === true)?.name;
  const value = name === undefined ? undefined : options[name];
  return value === undefined ? undefined : parseCustomHost(value);
}

function target(node: Config, settings: Inherited, request: RequestSettings): Omit<TargetNode, 'path' | 'name' | 'weight' | 'onStreamBreak'> {
  const { provider, apiKey, options } = node.account === undefined ? account(node, request) : savedAccount(node.account, node, request);
  const optionHost = node.custom_host === undefined ? hostInOptions(provider, options) : undefined;
  return {
    kind: 'target',
    provider: provider.id,
    apiKey,
    options,
    customHost: node.account === undefined ? (request.customHost ?? optionHost ?? settings.customHost) : savedHost(node.account, request, optionHost),
    dialect: dialectsOf(provider).find((id) => id === settings.dialect),
    overrideParams: settings.overrideParams,
    defaultParams: settings.defaultParams,
    dropParams: settings.dropParams,
    retry: settings.retry,
    requestTimeout: (request.requestTimeout ?? settings.requestTimeout) || undefined,
    timeouts: settings.timeouts,
    breaker: settings.breaker,
    forwardHeaders: request.forwardHeaders ?? settings.forwardHeaders,
    strict: request.strict ?? settings.strict,
    concurrency: settings.most === undefined ? undefined : { most: settings.most, queue: settings.queue },
    price: settings.price,
    fault: settings.fault,
    account: node.account === undefined ? undefined : useOf(node.account, undefined),
  };
}

/**
 * A target of a saved provider with its key. Several keys make a group that stands in the target's place: calls are spread over them, and
 * what is one key's trouble is asked with another.
 */
function keyed(node: TargetNode, saved: SavedAccount | undefined): ResolvedConfig {
  if (saved === undefined || saved.keys.length === 0) return node;
  const { cache, ...bare } = node;
  const here = cache === undefined ? {} : { cache };
  const members = saved.keys.map((key) => ({ ...bare, apiKey: key.secret, weight: key.weight, account: useOf(saved, key.id) }));
  const [only] = members;
  if (only !== undefined && members.length === 1) return { ...only, weight: node.weight, ...here };
  const hasWeight = members.some(({ weight }) => weight > 0);
  const { path, name, weight, onStreamBreak } = node;
  return {
    kind: 'loadbalance',
    path,
    name,
    weight,
    onStreamBreak,
    ...here,
    targets: hasWeight ? members : members.map((member) => ({ ...member, weight: 1 })),
    onStatusCodes: undefined,
    onErrors: ['auth', 'rate_limit', 'quota'],
    sticky: undefined,
    canary: undefined,
  };
}

function useOf({ keys: _keys, options: _options, customHost: _customHost, ...use }: SavedAccount, keyId: string | undefined): AccountUse {
  return { ...use, keyId };
}

/** The provider that a target names with what stands beside it, which never includes the caller's own key; else the one in the headers. */
function account(node: Config, request: RequestSettings): Pick<TargetNode, 'apiKey' | 'options'> & { readonly provider: Provider } {
  const own = node.provider === undefined ? undefined : providerById(node.provider);
  if (own !== undefined) return { provider: own, apiKey: node.api_key ?? '', options: optionsInTarget(own, node) };
  const provider = request.provider as Provider;
  return { provider, apiKey: node.api_key, options: { ...request.options, ...optionsInTarget(provider, node) } };
}

/** A saved provider's own options go before what stands beside its name. */
function savedAccount(saved: SavedAccount, node: Config, request: RequestSettings): ReturnType<typeof account> {
  const provider = providerById(saved.provider) as Provider;
  const named = request.slug === saved.id ? request.options : {};
  return { provider, apiKey: '', options: { ...named, ...optionsInTarget(provider, node), ...saved.options } };
}

/** Whoever may use a credential must not be able to have it sent to a host of their own. */
function savedHost(saved: SavedAccount, { customHost }: RequestSettings, optionHost: string | undefined): string | undefined {
  if (customHost !== undefined) throw new GatewayError('invalid_custom_host', elsewhere(saved.id, 'custom_host'), { param: 'x-portkey-custom-host' });
  return optionHost ?? (saved.customHost === undefined ? undefined : parseCustomHost(saved.customHost));
}
