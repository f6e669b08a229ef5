import type { Problem } from '../config/problems.ts';
import { isObject } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import { mapSecrets, secretsIn } from './config-secrets.ts';
import { isMasked, masked } from './masks.ts';
import type { SecretSource } from './secrets.ts';

/** What the credentials in a saved config are sealed for. */
function configContext(id: string): string {
  return `config/${id}`;
}

/** A config with its credentials sealed, to be kept. */
export function sealedConfig(config: JsonObject, id: string, secrets: Pick<SecretSource, 'seal'>): JsonObject {
  return mapSecrets(config, (secret) => ({ sealed: secrets.seal(JSON.stringify(secret), configContext(id)) }));
}

/** A kept config with its credentials opened; undefined where one of them cannot be. */
export function openedConfig(config: JsonObject, id: string, secrets: Pick<SecretSource, 'read'>): JsonObject | undefined {
  let isWhole = true;
  const opened = mapSecrets(config, (secret) => {
    if (!isObject(secret) || typeof secret['sealed'] !== 'string') return secret;
    const text = secrets.read({ sealed: secret['sealed'] }, configContext(id));
    isWhole &&= text !== undefined;
    return text === undefined ? '' : (JSON.parse(text) as Json);
  });
  return isWhole ? opened : undefined;
}

/** A config as it is shown. */
export function maskedConfig(config: JsonObject): JsonObject {
  return mapSecrets(config, (secret) => (isObject(secret) && 'sealed' in secret ? masked('') : masked(secret)));
}

/** A config that was edited as it is shown, with the credentials that the masks in it stand for. */
export function unmaskedConfig(
  config: JsonObject,
  before: JsonObject | undefined,
): { readonly config: JsonObject; readonly problems: readonly Problem[] } {
  const known = before === undefined ? new Map<string, Json>() : secretsIn(before);
  const problems: Problem[] = [];
  const whole = mapSecrets(config, (secret, place) => {
    if (!isMasked(secret)) return secret;
    const found = [known.get(place), ...known.values()].find((candidate) => candidate !== undefined && masked(candidate) === secret);
    if (found === undefined)
      problems.push({ path: ['config', ...place.split('.')], message: 'Expected the credential itself, not the mask that is shown for it' });
    return found ?? secret;
  });
  return { config: whole, problems };
}
