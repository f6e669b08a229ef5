import { providerById } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import { INVALID_HOST, parseCustomHost } from './custom-host.ts';
import type { Path, Problem } from './problems.ts';
import { dialectsOf, hasCredential, optionsInTarget, spellings, urlOptionProblem } from './provider-options.ts';
import { queryProblems } from './query.ts';
import type { Config } from './schema.ts';

/** Strategies within strategies, counted from the root. */
const MAX_DEPTH = 10;
const MAX_TARGETS = 1_000;

const INCOMPLETE =
  "Invalid configuration. It must have either 'provider' and 'api_key', or 'strategy' and 'targets', or 'cache', or 'retry', or 'request_timeout'";

/** Keys that make a config without a provider worth having: those of Portkey's rule, then ours. */
const EFFECTS = [
  'targets',
  'cache',
  'retry',
  'request_timeout',
  'before_request_hooks',
  'after_request_hooks',
  'input_guardrails',
  'output_guardrails',
  'virtual_key',
  'passthrough',
  'override_params',
  'default_params',
  'drop_params',
  'custom_host',
  'forward_headers',
] as const satisfies readonly (keyof Config)[];

const OWN_CREDENTIAL =
  "Invalid configuration. A target with a 'provider' needs its 'api_key' too: the key of the request is used only where the config names no provider";

const FORWARD_HEADERS = spellings('forward-headers');
export const FORWARDS_ITSELF = "forward_headers must not contain the 'x-portkey-forward-headers' header";

/** True for a list of forwarded headers with the header that holds such a list. */
export function forwardsItself(names: readonly string[]): boolean {
  return names.some((name) => FORWARD_HEADERS.includes(name.toLowerCase()));
}

/** A config or target with its place. */
interface Place {
  readonly node: Config;
  readonly path: Path;
  readonly provider: Provider | undefined;
  /** The request's headers name a provider, for the root and for pass-through targets. */
  readonly providerInHeaders: boolean;
  /** `max_concurrency` is set here or above. */
  readonly isLimited: boolean;
}

/** What keys alone cannot say: each rule lists what is wrong at one place. */
const RULES: readonly ((place: Place) => Problem[])[] = [
  isComplete,
  hasStrategyForTargets,
  namesProvider,
  hasCustomHost,
  hasUrlOptions,
  hasDialectOfProvider,
  hasForwardHeaders,
  hasWeights,
  hasCanary,
  hasSpare,
  hasLimitForQueue,
  hasConditions,
  hasNoChecks,
];

/** Everything that is wrong with a config whose keys and types are right. */
export function configProblems(config: Config, providerInHeaders: boolean): Problem[] {
  if (countTargets(config) > MAX_TARGETS) return [{ path: ['targets'], message: `A config can have at most ${MAX_TARGETS} targets` }];
  const problemsAt = (node: Config, path: Path, isBelowLimit: boolean): Problem[] => {
    if (path.length > 2 * MAX_DEPTH) return [{ path, message: `Targets can be nested ${MAX_DEPTH} levels deep` }];
    const provider = node.provider === undefined ? undefined : providerById(node.provider);
    const isLimited = isBelowLimit || node.max_concurrency !== undefined;
    const below = (node.targets ?? []).flatMap((target, index) => problemsAt(target, [...path, 'targets', index], isLimited));
    return [...RULES.flatMap((rule) => rule({ node, path, provider, providerInHeaders, isLimited })), ...below];
  };
  return problemsAt(config, [], false);
}

function countTargets(node: Config): number {
  return (node.targets ?? []).reduce((total, target) => total + 1 + countTargets(target), 0);
}

/** A leaf of the config. */
function isTarget(node: Config): boolean {
  return node.targets === undefined;
}

const CHECKS = [
  'input_guardrails',
  'output_guardrails',
  'input_mutators',
  'output_mutators',
  'before_request_hooks',
  'after_request_hooks',
] as const satisfies readonly (keyof Config)[];

/** Whoever asks for checks relies on them; to run unchecked would be worse than not to run. */
export const NO_CHECKS = 'Guardrails and mutators are not part of this version, and a config that relies on them is not run without them';

function hasNoChecks({ node, path }: Place): Problem[] {
  const asked = CHECKS.filter((key) => (node[key] ?? []).length > 0);
  return asked.map((key) => ({
    path: [...path, key],
    message: NO_CHECKS,
  }));
}

function isComplete({ node, path, provider }: Place): Problem[] {
  const hasEffect = EFFECTS.some((key) => node[key] !== undefined);
  if (provider === undefined) return hasEffect ? [] : [{ path, message: INCOMPLETE }];
  if (!isTarget(node) || node.account !== undefined || hasCredential(provider, node.api_key, optionsInTarget(provider, node))) return [];
  return [{ path, message: hasEffect ? OWN_CREDENTIAL : INCOMPLETE }];
}

function hasStrategyForTargets({ node, path }: Place): Problem[] {
  if (node.strategy !== undefined && node.targets === undefined) return [{ path: [...path, 'targets'], message: 'Required' }];
  const plain = node.strategy === undefined && node.targets !== undefined;
  if (!plain || (node.targets.length === 1 && node.provider === undefined)) return [];
  return [{ path: [...path, 'strategy'], message: "Required: 'strategy' says how one of the 'targets' is picked" }];
}

function namesProvider({ node, path, provider, providerInHeaders }: Place): Problem[] {
  if (!isTarget(node) || provider !== undefined) return [];
  if (node.passthrough !== true) return path.length === 0 ? [] : [{ path: [...path, 'provider'], message: 'Required' }];
  return providerInHeaders ? [] : [{ path: [...path, 'passthrough'], message: 'The x-portkey-provider header must name the provider' }];
}

function hasCustomHost({ node, path }: Place): Problem[] {
  const own = refusesHost(node.custom_host) ? [{ path: [...path, 'custom_host'], message: INVALID_HOST }] : [];
  const embedder = refusesHost(node.cache?.embedding?.custom_host)
    ? [{ path: [...path, 'cache', 'embedding', 'custom_host'], message: INVALID_HOST }]
    : [];
  return [...own, ...embedder];
}

function refusesHost(host: string | undefined): boolean {
  return host !== undefined && parseCustomHost(host) === undefined;
}

function hasUrlOptions({ node, path, provider }: Place): Problem[] {
  if (provider === undefined) return [];
  return Object.entries(optionsInTarget(provider, node)).flatMap(([name, value]) => {
    const message = urlOptionProblem(provider, name, value);
    return message === undefined ? [] : [{ path: [...path, name], message }];
  });
}

function hasDialectOfProvider({ node, path, provider }: Place): Problem[] {
  if (node.dialect === undefined || provider === undefined) return [];
  const spoken = dialectsOf(provider);
  if (spoken.includes(node.dialect)) return [];
  return [{ path: [...path, 'dialect'], message: `The provider does not speak it. Must be one of: ${spoken.join(', ')}` }];
}

function hasForwardHeaders({ node, path }: Place): Problem[] {
  return forwardsItself(node.forward_headers ?? []) ? [{ path: [...path, 'forward_headers'], message: FORWARDS_ITSELF }] : [];
}

/** Modes in which a target of weight 0 gets no calls. */
const WEIGHTED: ReadonlySet<string> = new Set(['loadbalance', 'latency', 'least_busy']);

function hasWeights({ node, path }: Place): Problem[] {
  if (node.strategy === undefined || !WEIGHTED.has(node.strategy.mode) || node.targets === undefined) return [];
  const some = node.targets.some((target) => target.weight !== 0);
  return some ? [] : [{ path: [...path, 'targets'], message: "At least one target must have a 'weight' above 0" }];
}

/** A target on trial that is taken back leaves its calls to the others. */
function hasCanary({ node, path }: Place): Problem[] {
  if (node.strategy?.mode !== 'loadbalance' || node.strategy.canary === undefined || node.targets === undefined) return [];
  const { target: name } = node.strategy.canary;
  const at = [...path, 'strategy', 'canary', 'target'];
  const named = node.targets.filter((target) => target.name === name);
  if (named.length !== 1) return [{ path: at, message: `Expected the name of one of the targets, got: ${name.slice(0, 100)}` }];
  const others = node.targets.some((target) => target.name !== name && target.weight !== 0);
  return others ? [] : [{ path: at, message: "Another target must have a 'weight' above 0" }];
}

function hasSpare({ node, path }: Place): Problem[] {
  if (node.strategy?.mode !== 'hedge' || node.targets === undefined || node.targets.length > 1) return [];
  return [{ path: [...path, 'targets'], message: "The mode 'hedge' needs a second target; it may be the same as the first" }];
}

function hasLimitForQueue({ node, path, isLimited }: Place): Problem[] {
  return node.queue === undefined || isLimited ? [] : [{ path: [...path, 'queue'], message: "Has no effect without 'max_concurrency'" }];
}

function hasConditions({ node, path }: Place): Problem[] {
  if (node.strategy?.mode !== 'conditional') return [];
  const { conditions = [], default: otherwise } = node.strategy;
  const at = [...path, 'strategy'];
  const names = (node.targets ?? []).map((target) => target.name);
  const unknown = (name: string | undefined, place: Path): Problem[] =>
    name === undefined || names.includes(name)
      ? []
      : [{ path: place, message: `Invalid target name found in the query router: ${name.slice(0, 100)}` }];
  return [
    ...(conditions.length === 0 ? [{ path: [...at, 'conditions'], message: 'No conditions passed in the query router' }] : []),
    ...conditions.flatMap(({ query, then }, index) => [
      ...queryProblems(query, [...at, 'conditions', index, 'query']),
      ...unknown(then, [...at, 'conditions', index, 'then']),
    ]),
    ...unknown(otherwise, [...at, 'default']),
    ...duplicateNames(names, path),
  ];
}

function duplicateNames(names: readonly (string | undefined)[], path: Path): Problem[] {
  const repeated = names.flatMap((name, index) => (name !== undefined && names.indexOf(name) < index ? [index] : []));
  return repeated.map((index) => ({ path: [...path, 'targets', index, 'name'], message: 'Another target has this name' }));
}
