import type { Json, JsonObject } from '../../api/types.ts';
import { spelled, type Path } from './paths.ts';

/** A node of a config: a strategy with its targets, or a target. */
export interface ConfigNode {
  readonly path: Path;
  /** As the gateway spells it. */
  readonly id: string;
  readonly kind: 'strategy' | 'target';
  readonly title: string;
  readonly detail: string;
  /** What is said at the line that leads to it. */
  readonly edge: string;
  readonly badges: readonly string[];
  readonly children: readonly ConfigNode[];
}

/** The tree that a config is. */
export function treeOf(config: JsonObject, path: Path = [], edge = ''): ConfigNode {
  const targets = config['targets'];
  const isStrategy = Array.isArray(targets);
  const base = { path, id: spelled(path), edge, badges: badgesOf(config) };
  if (!isStrategy) return { ...base, kind: 'target', title: targetTitle(config), detail: targetDetail(config), children: [] };
  const strategy = objectAt(config, 'strategy');
  const mode = textAt(strategy, 'mode') ?? 'single';
  const children = targets.map((target, i) => {
    const node = isObject(target) ? target : {};
    return treeOf(node, [...path, 'targets', i], edgeOf(mode, { strategy, targets, node, i }));
  });
  return {
    ...base,
    kind: 'strategy',
    title: mode.replace('_', ' '),
    detail: textAt(config, 'name') ?? `${targets.length} ${targets.length === 1 ? 'target' : 'targets'}`,
    children,
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(config: JsonObject, name: string): JsonObject {
  const value = config[name];
  return isObject(value) ? value : {};
}

function textAt(config: JsonObject, name: string): string | undefined {
  const value = config[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function targetTitle(config: JsonObject): string {
  if (config['passthrough'] === true) return 'as the headers say';
  return textAt(config, 'virtual_key') ?? textAt(config, 'provider') ?? 'the provider of the headers';
}

function targetDetail(config: JsonObject): string {
  const model = textAt(objectAt(config, 'override_params'), 'model');
  return model ?? textAt(config, 'name') ?? textAt(config, 'custom_host') ?? (textAt(config, 'virtual_key') === undefined ? '' : 'saved');
}

const BADGES: readonly (readonly [name: string, badge: (value: Json) => string])[] = [
  ['retry', (value) => (isObject(value) && typeof value['attempts'] === 'number' ? `retry ×${value['attempts']}` : 'retry')],
  ['cache', (value) => (isObject(value) && value['mode'] === 'semantic' ? 'semantic cache' : 'cache')],
  ['request_timeout', (value) => (typeof value === 'number' ? `${value / 1000} s` : 'timeout')],
  ['timeouts', () => 'timeouts'],
  ['cb_config', () => 'breaker'],
  ['fault', () => 'fault'],
  ['input_guardrails', () => 'guarded'],
  ['output_guardrails', () => 'guarded'],
];

function badgesOf(config: JsonObject): readonly string[] {
  const all: JsonObject = { ...config, ...('cb_config' in objectAt(config, 'strategy') ? { cb_config: {} } : {}) };
  return [...new Set(BADGES.flatMap(([name, badge]) => (all[name] === undefined || all[name] === null ? [] : [badge(all[name] as Json)])))];
}

interface Sibling {
  readonly strategy: JsonObject;
  readonly targets: readonly Json[];
  readonly node: JsonObject;
  readonly i: number;
}

const EDGES: Readonly<Record<string, (sibling: Sibling) => string>> = {
  fallback: ({ i }) => (i === 0 ? 'first' : 'then'),
  hedge: ({ i }) => (i === 0 ? 'first' : 'beside it'),
  single: ({ i }) => (i === 0 ? 'always' : 'never'),
  loadbalance: shareOf,
  conditional: conditionOf,
};

function edgeOf(mode: string, sibling: Sibling): string {
  return EDGES[mode]?.(sibling) ?? '';
}

function weightOf(target: Json | undefined): number {
  const weight = isObject(target) ? target['weight'] : undefined;
  return typeof weight === 'number' && weight >= 0 ? weight : 1;
}

function shareOf({ targets, node }: Sibling): string {
  const sum = targets.reduce<number>((total, target) => total + weightOf(target), 0);
  return sum === 0 ? '0 %' : `${Number(((weightOf(node) / sum) * 100).toFixed(1))} %`;
}

function conditionOf({ strategy, node }: Sibling): string {
  const name = textAt(node, 'name');
  const conditions = Array.isArray(strategy['conditions']) ? strategy['conditions'] : [];
  const condition = conditions.find((one) => isObject(one) && one['then'] === name);
  if (isObject(condition)) return queryText(condition['query']);
  return strategy['default'] === name && name !== undefined ? 'else' : 'never';
}

const SIGNS: Readonly<Record<string, string>> = {
  $eq: '=',
  $ne: '≠',
  $gt: '>',
  $gte: '≥',
  $lt: '<',
  $lte: '≤',
  $in: 'in',
  $nin: 'not in',
  $regex: '~',
};

/** A condition in a few letters: `metadata.tier = gold`. */
export function queryText(query: Json | undefined): string {
  if (!isObject(query)) return 'if';
  return Object.entries(query)
    .map(([field, test]) => {
      if ((field === '$and' || field === '$or') && Array.isArray(test)) return test.map(queryText).join(field === '$and' ? ' and ' : ' or ');
      if (!isObject(test)) return `${field} = ${String(test)}`;
      return Object.entries(test)
        .map(([sign, value]) => `${field} ${SIGNS[sign] ?? sign} ${Array.isArray(value) ? value.join(', ') : String(value)}`)
        .join(' and ');
    })
    .join(' and ');
}

/** All nodes, the root first. */
export function nodesOf(node: ConfigNode): readonly ConfigNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}
