/** What a key can be good for: the model calls, and Portkey's names for the parts of its REST interface. */
const SCOPES: readonly string[] = [
  'completions.write',
  'completions.read',
  'models.list',
  'logs.read',
  'logs.list',
  'logs.write',
  'logs.export',
  'feedbacks.read',
  'feedbacks.write',
  'analytics.read',
  'prompts.render',
  'mcp.invoke',
  ...['configs', 'virtual_keys', 'providers', 'integrations', 'api_keys', 'policies'].flatMap((thing) =>
    ['create', 'read', 'list', 'update', 'delete'].map((act) => `${thing}.${act}`),
  ),
];

/** What a key is good for where nobody says anything: the calls that applications make. */
export const DEFAULT_SCOPES: readonly string[] = [
  'completions.write',
  'completions.read',
  'models.list',
  'logs.write',
  'feedbacks.write',
  'prompts.render',
  'mcp.invoke',
];

/** Whether scopes include one: by its name, as `logs.*`, or by `*`. */
export function hasScope(scopes: readonly string[], wanted: string): boolean {
  return scopes.some((scope) => scope === wanted || scope === '*' || (scope.endsWith('.*') && wanted.startsWith(scope.slice(0, -1))));
}

/** Things whose scopes mean nothing here, or not all of them; keys from elsewhere have them. */
const OTHER_THINGS =
  /^(?:organisation|workspace|prompt|guardrail|agent|mcp|polic|log|feedback|analytics|virtual_key|config|provider|integration|api_key|secret)[a-z_]*\.(?:\*|[a-z_]+)$/;

/** The first of some scopes that nobody knows, which would be of no use; undefined: all are known. */
export function unknownScope(scopes: readonly string[]): string | undefined {
  return scopes.find((scope) => scope !== '*' && !OTHER_THINGS.test(scope) && !SCOPES.some((known) => hasScope([scope], known)));
}

/** The first of some scopes that is not among others; undefined: all are. */
export function scopeBeyond(scopes: readonly string[], most: readonly string[]): string | undefined {
  return scopes.find((scope) => !most.includes('*') && !most.includes(scope) && !(scope !== '*' && !scope.endsWith('.*') && hasScope(most, scope)));
}
