import { isUrlOption, OPTIONS } from '../config/provider-options.ts';
import { inSnakeCase } from '../config/spelling.ts';
import { isObject } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import { providerById } from '../providers/index.ts';
import { secretsIn } from './config-secrets.ts';
import type { SavedProvider } from './entities.ts';
import { isMasked, masked } from './masks.ts';

/**
 * The first place in an edited config where a mask stands for a credential that would go elsewhere than before: to another host, provider
 * or target. Undefined: there is none. Whoever may change a config need not be one who may know what is in it.
 */
export function movedMask(config: JsonObject, before: JsonObject): string | undefined {
  const known = secretsIn(before);
  const [ways, earlier] = [waysOf(config), waysOf(before)];
  for (const [place, secret] of secretsIn(config)) {
    if (!isMasked(secret)) continue;
    const node = place.slice(0, place.lastIndexOf('.') + 1);
    const own = known.get(place);
    if (own === undefined || masked(own) !== secret || ways.get(node) !== earlier.get(node)) return place;
  }
  return undefined;
}

/** What of a target says where its requests go. */
const WAY: readonly string[] = ['provider', 'custom_host', ...[...OPTIONS.values()].flatMap(({ name, secret }) => (secret === true ? [] : [name]))];

/** Where each node of a config sends its requests, by its place, which ends with a dot but for the root. */
function waysOf(config: JsonObject): ReadonlyMap<string, string> {
  const ways = new Map<string, string>();
  const visit = (node: JsonObject, place: string, host: Json | undefined): void => {
    const own = node['custom_host'] ?? host;
    ways.set(place, JSON.stringify([own ?? null, WAY.map((name) => node[name] ?? null)]));
    if (!Array.isArray(node['targets'])) return;
    for (const [index, target] of (node['targets'] as readonly Json[]).entries())
      if (isObject(target)) visit(target, `${place}targets.${index}.`, own);
  };
  const { value } = inSnakeCase(config);
  if (isObject(value)) visit(value, '', undefined);
  return ways;
}

/** The member of a change by which the kept credentials of a saved provider would go elsewhere; undefined: there is none. */
export function movedBy(changes: JsonObject, { record, account, keys }: SavedProvider): string | undefined {
  const provider = providerById(account.provider);
  const options = (changes['options'] ?? {}) as JsonObject;
  const saved = (record.body['options'] ?? {}) as JsonObject;
  const isKept = (name: string): boolean => OPTIONS.get(name)?.secret === true && (options[name] === undefined || isMasked(options[name]));
  const keepsKey = keys.length > 0 && changes['key'] === undefined;
  if (!keepsKey && !Object.keys(saved).some(isKept)) return undefined;
  const host = changes['custom_host'];
  if (host !== undefined && host !== record.body['custom_host']) return 'custom_host';
  if (changes['provider'] !== undefined && changes['provider'] !== account.provider) return 'provider';
  return Object.keys(options).find(
    (name) => provider !== undefined && OPTIONS.get(name)?.secret !== true && isUrlOption(provider, name) && options[name] !== saved[name],
  );
}
