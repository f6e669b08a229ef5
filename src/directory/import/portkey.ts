import { isObject, parseJson } from '../../dialects/read.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { optionsOf, providerById } from '../../providers/index.ts';
import { Grades, given, idOf, variableOf, type Imported } from './imported.ts';

/** Members of exported entities that say what they are for, and nothing of how they work. */
const BOOKKEEPING = new Set(
  'id slug name object organisation_id workspace_id owner_id created_at last_updated_at updated_by is_default status format type version_id note usage_limits rate_limits expires_at masked_api_key ai_provider_name ai_provider_id provider model_config config integration_id reset_usage'.split(
    ' ',
  ),
);

/** The entities of an export: one, a list, or what Portkey's interface answers to a list. */
function entitiesOf(document: unknown): readonly JsonObject[] {
  if (Array.isArray(document)) return (document as readonly unknown[]).flatMap(entitiesOf);
  if (!isObject(document)) return [];
  if (isVirtualKey(document) || isConfig(document)) return [document];
  return ['data', 'configs', 'virtual_keys', 'providers', 'integrations'].flatMap((name) => entitiesOf(document[name]));
}

function isVirtualKey(entity: JsonObject): boolean {
  return typeof (entity['ai_provider_name'] ?? entity['ai_provider_id']) === 'string' || entity['object'] === 'virtual-key';
}

function isConfig(entity: JsonObject): boolean {
  return entity['config'] !== undefined || 'targets' in entity || 'strategy' in entity;
}

/** Whether a document is an export from Portkey. */
export function isPortkey(document: unknown): boolean {
  return entitiesOf(document).length > 0;
}

/** Configs and virtual keys exported from Portkey as a sluice.yaml. Portkey exports no keys. */
export function importPortkey(document: unknown): Imported {
  const grades = new Grades();
  const providers: Record<string, JsonObject> = {};
  const configs: Record<string, JsonObject> = {};
  for (const entity of entitiesOf(document)) {
    if (isVirtualKey(entity)) addProvider(providers, entity, grades);
    else addConfig(configs, entity, grades);
  }
  return { contents: given({ providers, configs }), lines: grades.lines };
}

function addProvider(providers: Record<string, JsonObject>, entity: JsonObject, grades: Grades): void {
  const slug = idOf(String(entity['slug'] ?? entity['name'] ?? 'unnamed'));
  const place = `virtual key ${slug}`;
  const id = String(entity['ai_provider_name'] ?? entity['ai_provider_id'] ?? '');
  const provider = providerById(id);
  if (provider === undefined) return grades.unsupported(place, `there is no provider '${id}' here`);
  const needsKey = !provider.auth.some((auth) => auth.scheme === 'none');
  const variable = `${variableOf(slug)}_KEY`;
  const { options, host } = optionsIn(isObject(entity['model_config']) ? entity['model_config'] : {}, {
    known: optionsOf(provider).map(({ name }) => name),
    place,
    grades,
  });
  providers[slug] = given({
    name: typeof entity['name'] === 'string' ? entity['name'] : undefined,
    provider: id,
    key: needsKey ? `\${${variable}}` : undefined,
    options: Object.keys(options).length === 0 ? undefined : options,
    custom_host: host,
    ...limitsIn(entity),
  });
  if (needsKey) grades.manual(place, `its key is not exported: set ${variable} in the environment of the gateway`);
  else grades.exact(place, `is the provider @${slug}`);
  gradeRest(entity, place, grades);
}

interface OptionWork {
  readonly known: readonly string[];
  readonly place: string;
  readonly grades: Grades;
}

function optionsIn(model: JsonObject, { known, place, grades }: OptionWork): { readonly options: JsonObject; readonly host: string | undefined } {
  const options: Record<string, Json> = {};
  for (const [name, value] of Object.entries(model)) {
    const option = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^deployment_name$/, 'deployment_id');
    if (value === null || value === undefined || option === 'custom_host') continue;
    if (known.includes(option)) options[option] = value;
    else grades.manual(`${place}.model_config.${name}`, 'is no option of the provider here');
  }
  const host = model['customHost'] ?? model['custom_host'];
  return { options, host: typeof host === 'string' ? host : undefined };
}

const LIMIT_MEMBERS = new Set(['type', 'credit_limit', 'alert_threshold', 'periodic_reset', 'periodic_reset_days', 'unit', 'value']);

function limitsIn(entity: JsonObject): JsonObject {
  const limits = (name: string): Json | undefined => {
    const list = [entity[name] ?? []].flat().filter((limit): limit is JsonObject => isObject(limit));
    const kept = list.map((limit) => ({
      ...(name === 'usage_limits' ? { type: 'cost' } : {}),
      ...Object.fromEntries(Object.entries(limit).filter(([member, value]) => LIMIT_MEMBERS.has(member) && value !== null)),
    }));
    return kept.length === 0 ? undefined : kept;
  };
  return { usage_limits: limits('usage_limits'), rate_limits: limits('rate_limits') };
}

function addConfig(configs: Record<string, JsonObject>, entity: JsonObject, grades: Grades): void {
  const config = entity['config'] === undefined ? entity : typeof entity['config'] === 'string' ? parseJson(entity['config']) : entity['config'];
  const id = idOf(String(entity['slug'] ?? entity['id'] ?? (typeof entity['name'] === 'string' ? `pc-${entity['name']}` : 'pc-imported')));
  const place = `config ${id}`;
  if (!isObject(config)) return grades.manual(place, 'its config is no JSON object');
  configs[id] = given({ name: typeof entity['name'] === 'string' ? entity['name'] : undefined, config });
  grades.exact(place, 'is taken as it is');
  const text = JSON.stringify(config);
  if (/guardrails|mutators|_request_hooks/.test(text)) grades.manual(place, 'it asks for guardrails: they are checks of this gateway, or none');
  if (/"prompt_id"/.test(text)) grades.unsupported(place, 'it names a saved prompt');
}

function gradeRest(entity: JsonObject, place: string, grades: Grades): void {
  for (const [name, value] of Object.entries(entity))
    if (!BOOKKEEPING.has(name) && value !== null) grades.manual(`${place}.${name}`, 'is not taken over');
  if (entity['usage_limits'] !== undefined && entity['usage_limits'] !== null)
    grades.approximate(`${place}.usage_limits`, 'what was used so far is not known: counting begins anew');
}
