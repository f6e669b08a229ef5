import { isObject } from '../dialects/read.ts';
import { OPTIONS } from '../config/provider-options.ts';
import { inSnakeCase } from '../config/spelling.ts';
import type { Json, JsonObject } from '../ir/json.ts';

/** Members of targets that are credentials. */
const SECRETS: ReadonlySet<string> = new Set(['api_key', ...[...OPTIONS.values()].flatMap(({ name, secret }) => (secret === true ? [name] : []))]);

/** What becomes of a credential, which stands at a place as `targets.0.api_key`. */
export type SecretChange = (secret: Json, place: string) => Json;

/** A config with its credentials changed, wherever in it they stand. Its keys come out in snake case. */
export function mapSecrets(config: JsonObject, change: SecretChange): JsonObject {
  const { value } = inSnakeCase(config);
  return isObject(value) ? mapNode(value, '', change) : config;
}

function mapNode(node: JsonObject, place: string, change: SecretChange): JsonObject {
  const members = Object.entries(node).map(([name, value]): [string, Json | undefined] => {
    if (value === undefined || value === null) return [name, value];
    if (SECRETS.has(name)) return [name, change(value, place + name)];
    if (name !== 'targets' || !Array.isArray(value)) return [name, value];
    const targets = (value as readonly Json[]).map((target, index) =>
      isObject(target) ? mapNode(target, `${place}targets.${index}.`, change) : target,
    );
    return [name, targets];
  });
  return Object.fromEntries(members);
}

/** The credentials of a config by their places. */
export function secretsIn(config: JsonObject): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  mapSecrets(config, (secret, place) => {
    found.set(place, secret);
    return secret;
  });
  return found;
}
