import { isObject } from '../../dialects/read.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { Grades, given, idOf, type Imported } from './imported.ts';
import { deploymentOf, millisecondsOf, numberOf, Providers, type Deployment } from './litellm-deployment.ts';

/** Id of the config that finds a model's own by the name that the request asks for. */
const ROUTER = 'pc-litellm';

/** Whether a document is LiteLLM's `config.yaml`. */
export function isLitellm(document: unknown): document is JsonObject {
  return isObject(document) && (Array.isArray(document['model_list']) || 'litellm_settings' in document || 'router_settings' in document);
}

/** LiteLLM's `config.yaml` as a sluice.yaml: a config for each model group, and one that finds them by the model of the request. */
export function importLitellm(document: JsonObject): Imported {
  const grades = new Grades();
  const providers = new Providers();
  const rows = Array.isArray(document['model_list']) ? (document['model_list'] as readonly JsonObject[]) : [];
  const deployments = rows.flatMap((row, index) => deploymentOf(row, `model_list[${index}]`, { grades, providers }) ?? []);
  const settings = { ...section(document, 'litellm_settings'), ...section(document, 'router_settings') };
  const groups = Object.entries(Object.groupBy(deployments, ({ group }) => group));
  const nodes = new Map(groups.map(([group, members = []]) => [group, groupNode(members, settings, grades)]));
  const fallbacks = fallbacksOf(settings, nodes, grades);
  const configs = [...nodes].map(
    ([group, node]) => [`pc-${idOf(group)}`, { name: group, config: withFallbacks(node, fallbacks.get(group) ?? [], settings) }] as const,
  );
  gradeSettings(document, settings, grades);
  const aliases = aliasesOf(settings, nodes, grades);
  const budget = budgetOf(settings);
  const router = routerOf(configs, aliases, fallbacks.get('*') ?? []);
  return {
    contents: {
      providers: providers.entries,
      configs: { ...Object.fromEntries(configs), ...(router === undefined ? {} : { [ROUTER]: { name: 'Models by their names', config: router } }) },
      ...(budget === undefined ? {} : { policies: { 'litellm-budget': budget } }),
    },
    lines: grades.lines,
  };
}

/** What all calls together may cost, as a policy; undefined: there is no such bound, or not for whole days. */
function budgetOf({ max_budget: most, budget_duration: duration }: JsonObject): JsonObject | undefined {
  const days = /^(\d+)d$/.exec(String(duration ?? ''))?.[1];
  const isOver = duration !== undefined && duration !== null && (days === undefined || Number(days) < 1 || Number(days) > LONGEST_PERIOD);
  if (typeof most !== 'number' || most <= 0 || isOver) return undefined;
  return given({ kind: 'usage_limit', type: 'cost', credit_limit: most, periodic_reset_days: days === undefined ? undefined : Number(days) });
}

/** Days. */
const LONGEST_PERIOD = 365;

function section(document: JsonObject, name: string): JsonObject {
  const found = document[name];
  return isObject(found) ? found : {};
}

const MODES: Readonly<Record<string, readonly [mode: string, isExact: boolean]>> = {
  'simple-shuffle': ['loadbalance', true],
  'least-busy': ['least_busy', true],
  'latency-based-routing': ['latency', false],
  'cost-based-routing': ['cost', false],
  'usage-based-routing': ['loadbalance', false],
  'usage-based-routing-v2': ['loadbalance', false],
};

/** The deployments of a group: by their order, and among equals by the strategy of the router. */
function groupNode(members: readonly Deployment[], settings: JsonObject, grades: Grades): JsonObject {
  const levels = Object.entries(Object.groupBy(members, ({ order }) => order)).toSorted(([one], [other]) => Number(one) - Number(other));
  const nodes = levels.map(([, level = []]) => levelNode(level, settings));
  if (levels.length > 1) grades.exact(`model_list: ${members[0]?.group ?? ''}`, 'order is a fallback over its levels');
  return nodes.length === 1 ? (nodes[0] as JsonObject) : { strategy: { mode: 'fallback' }, targets: nodes };
}

function levelNode(level: readonly Deployment[], settings: JsonObject): JsonObject {
  if (level.length === 1) return level[0]?.target ?? {};
  const [mode] = MODES[String(settings['routing_strategy'] ?? 'simple-shuffle')] ?? ['loadbalance'];
  return { strategy: { mode }, targets: level.map(({ target, weight }) => given({ ...target, weight })) };
}

/** Which groups stand in for which; `*`: for every other one. */
function fallbacksOf(settings: JsonObject, nodes: ReadonlyMap<string, JsonObject>, grades: Grades): ReadonlyMap<string, readonly JsonObject[]> {
  const found = new Map<string, readonly JsonObject[]>();
  const add = (group: string, names: readonly Json[], place: string): void => {
    const known = names.flatMap((name): readonly JsonObject[] => [nodes.get(String(name))].filter((node) => node !== undefined));
    if (known.length < names.length) grades.manual(place, 'names a model group that is not in the list');
    else grades.exact(place, 'is a fallback');
    if (known.length > 0) found.set(group, [...(found.get(group) ?? []), ...known]);
  };
  for (const entry of listOf(settings['fallbacks']))
    for (const [group, names] of Object.entries(entry)) add(group, listOfTexts(names), `fallbacks: ${group}`);
  const everywhere = listOfTexts(settings['default_fallbacks']);
  if (everywhere.length > 0)
    for (const group of nodes.keys())
      if (!found.has(group))
        add(
          group,
          everywhere.filter((name) => name !== group),
          `default_fallbacks: ${group}`,
        );
  for (const name of ['context_window_fallbacks', 'content_policy_fallbacks'])
    if (settings[name] !== undefined)
      grades.manual(
        name,
        `write a fallback with on_errors: [${name === 'context_window_fallbacks' ? 'context_length' : 'content_policy'}] into the config`,
      );
  return found;
}

function withFallbacks(node: JsonObject, others: readonly JsonObject[], settings: JsonObject): JsonObject {
  const whole: JsonObject = others.length === 0 ? node : { strategy: { mode: 'fallback' }, targets: [node, ...others] };
  const attempts = numberOf(settings['num_retries']);
  const failures = numberOf(settings['allowed_fails']);
  const breaker =
    failures === undefined ? undefined : given({ failure_threshold: failures + 1, cooldown_interval: millisecondsOf(settings['cooldown_time']) });
  return given({
    ...whole,
    retry: whole['retry'] ?? (attempts === undefined ? undefined : { attempts: Math.min(5, attempts) }),
    request_timeout: whole['request_timeout'] ?? millisecondsOf(settings['timeout'] ?? settings['request_timeout']),
    cb_config: breaker,
  });
}

function aliasesOf(settings: JsonObject, nodes: ReadonlyMap<string, JsonObject>, grades: Grades): ReadonlyMap<string, string> {
  const entries = Object.entries(isObject(settings['model_group_alias']) ? settings['model_group_alias'] : {});
  const aliases = entries.map(([alias, value]) => [alias, String(isObject(value) ? value['model'] : value)] as const);
  for (const [alias, group] of aliases)
    if (nodes.has(group)) grades.exact(`model_group_alias: ${alias}`, `is ${group}`);
    else grades.manual(`model_group_alias: ${alias}`, 'names a model group that is not in the list');
  return new Map(aliases.filter(([, group]) => nodes.has(group)));
}

type NamedConfig = readonly [id: string, body: { readonly name: string; readonly config: JsonObject }];

function routerOf(configs: readonly NamedConfig[], aliases: ReadonlyMap<string, string>, others: readonly JsonObject[]): JsonObject | undefined {
  if (configs.length === 0) return undefined;
  const conditions = configs.map(([id, { name }]) => {
    const names = [name, ...[...aliases].filter(([, group]) => group === name).map(([alias]) => alias)];
    return { query: { 'params.model': names.length === 1 ? queryFor(name) : { $in: names } }, then: id };
  });
  const [fallback] = others;
  const rest = fallback === undefined ? {} : { default: 'any' };
  const targets = configs.map(([id, { config }]) => ({ ...config, name: id }));
  return {
    strategy: { mode: 'conditional', conditions, ...rest },
    targets: fallback === undefined ? targets : [...targets, { ...fallback, name: 'any' }],
  };
}

/** A name may stand for many: `openai/*`. */
function queryFor(name: string): Json {
  if (!name.includes('*')) return { $eq: name };
  return { $regex: `^${name.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$` };
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}

function listOfTexts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === 'string') : [];
}

/** What becomes of settings, by their names. */
const SETTINGS: Readonly<Record<string, readonly [grade: 'exact' | 'approximate' | 'manual' | 'unsupported', note: string]>> = {
  num_retries: ['exact', 'retry.attempts of every config, 5 at most'],
  timeout: ['approximate', 'request_timeout: until the provider begins to answer'],
  request_timeout: ['approximate', 'request_timeout: until the provider begins to answer'],
  allowed_fails: ['approximate', 'cb_config.failure_threshold: failures in a row, with half-open probes'],
  cooldown_time: ['approximate', 'cb_config.cooldown_interval'],
  drop_params: ['exact', 'members that a provider cannot take are dropped, and told of in x-sluice-dropped-params'],
  cache: ['manual', 'write cache: { mode: simple } into the configs that are to be cached'],
  cache_params: ['manual', 'see cache in the configs'],
  enable_pre_call_checks: ['approximate', 'a target whose context is too short is left for the next one when it says so'],
  max_budget: ['approximate', 'the policy litellm-budget: USD for all calls together; periods of days are counted from 1970-01-01'],
  budget_duration: ['approximate', 'the period of the policy litellm-budget'],
  alerting: ['manual', 'set SLUICE_ALERT_WEBHOOK, or alert_webhook in a budget'],
  master_key: ['manual', 'set SLUICE_ADMIN_KEY, and make API keys for callers'],
  database_url: ['manual', 'set DATABASE_URL to a database of its own'],
  callbacks: ['manual', 'logs, metrics and traces are built in: see docs/'],
  success_callback: ['manual', 'logs, metrics and traces are built in: see docs/'],
  failure_callback: ['manual', 'logs, metrics and traces are built in: see docs/'],
  redis_host: ['manual', 'set REDIS_URL'],
  redis_port: ['manual', 'set REDIS_URL'],
  redis_password: ['manual', 'set REDIS_URL'],
  set_verbose: ['exact', 'nothing to say'],
};

const READ_ELSEWHERE = new Set([
  'fallbacks',
  'default_fallbacks',
  'context_window_fallbacks',
  'content_policy_fallbacks',
  'model_group_alias',
  'routing_strategy',
]);

function gradeSettings(document: JsonObject, settings: JsonObject, grades: Grades): void {
  const strategy = settings['routing_strategy'];
  if (typeof strategy === 'string') {
    const [mode, isExact] = MODES[strategy] ?? ['loadbalance', false];
    grades[isExact ? 'exact' : 'approximate']('router_settings.routing_strategy', `${strategy} is ${mode}`);
  }
  for (const [name, value] of Object.entries(document)) {
    const isKnown = ['litellm_settings', 'router_settings', 'general_settings'].includes(name) && isObject(value);
    if (isKnown) gradeSection(name, value, grades);
    else if (name === 'environment_variables') grades.manual(name, 'set them in the environment of the gateway');
    else if (name !== 'model_list') grades.unsupported(name, 'has no counterpart here');
  }
}

const BUDGET = new Set(['max_budget', 'budget_duration']);
const NO_BUDGET = ['manual', 'make a policy of the kind usage_limit: see docs/budgets-and-limits.md'] as const;

function gradeSection(place: string, members: JsonObject, grades: Grades): void {
  const hasBudget = budgetOf(members) !== undefined;
  for (const name of Object.keys(members)) {
    if (READ_ELSEWHERE.has(name)) continue;
    const isLost = BUDGET.has(name) && !hasBudget;
    const [grade, note] = isLost ? NO_BUDGET : (SETTINGS[name] ?? ['unsupported', 'has no counterpart here']);
    grades[grade](`${place}.${name}`, note);
  }
}
