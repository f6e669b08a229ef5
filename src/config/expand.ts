import { providerById } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { Path, Problem } from './problems.ts';
import { isUrlOption, optionsInTarget } from './provider-options.ts';
import type { Config } from './schema.ts';
import { isSlug, modelBehind, slugIn, type SavedAccount, type SavedThings } from './saved.ts';

/** What a request says of saved providers beside its config. */
export interface Naming {
  readonly saved?: SavedThings | undefined;
  /** The saved provider that the request's headers name. */
  readonly slug?: string | undefined;
  /** The model in the request's body or URL, where it could begin with `@slug/`. */
  readonly model?: string | undefined;
  /** Whoever asks takes the slug off that model where it stands; else targets override it. */
  readonly isModelInUrl?: boolean | undefined;
}

interface Expanded {
  readonly config: Config;
  readonly problems: readonly Problem[];
}

/** What comes down to a target from the request and from the nodes above it. */
interface Place {
  readonly path: Path;
  /** The model that it would be asked for. */
  readonly model: unknown;
  readonly customHost: string | undefined;
}

/**
 * A config whose targets carry the saved providers that they name: by `virtual_key`, by `provider: "@slug"`, or by a model `@slug/model`,
 * which is the model behind the slash then. Targets that name no provider take the one of the request.
 */
export function expandSaved(config: Config, naming: Naming): Expanded {
  const problems: Problem[] = [];
  const expand = (node: Config, above: Place): Config => {
    const place = { ...above, model: node.override_params?.['model'] ?? above.model, customHost: node.custom_host ?? above.customHost };
    if (node.targets === undefined) return target(node, place, { naming, problems });
    const targets = node.targets.map((child, index) => expand(child, { ...place, path: [...place.path, 'targets', index] }));
    return targets.every((child, index) => child === node.targets?.[index]) ? node : { ...node, targets };
  };
  return { config: expand(config, { path: [], model: naming.model, customHost: undefined }), problems };
}

interface Work {
  readonly naming: Naming;
  readonly problems: Problem[];
}

/** Where a target says which saved provider it uses. */
interface Reference {
  readonly slug: string;
  readonly at: Path;
}

function target(node: Config, place: Place, { naming, problems }: Work): Config {
  const reference = referenceOf(node, place, naming);
  const isSettled = naming.isModelInUrl === true && place.model === naming.model;
  const bare = isSettled ? undefined : bareModel(place.model, naming.saved);
  const changed = bare === undefined ? node : { ...node, override_params: { ...node.override_params, model: bare } };
  if (reference === undefined) return changed;
  const answer = naming.saved?.account(reference.slug) ?? {
    problem: `No providers are saved in this gateway: '${reference.slug.slice(0, 100)}' names one`,
  };
  if ('problem' in answer) {
    problems.push({ path: reference.at, message: answer.problem });
    return withoutReference(changed, undefined);
  }
  const account = answer.found;
  problems.push(...contradictions(node, place, account));
  return { ...withoutReference(changed, account.provider), account };
}

function referenceOf(node: Config, { path, model }: Place, { slug, saved }: Naming): Reference | undefined {
  const named = slugIn(node.provider);
  if (named !== undefined) return { slug: named, at: [...path, 'provider'] };
  if (node.virtual_key !== undefined) return { slug: node.virtual_key, at: [...path, 'virtual_key'] };
  if (node.provider !== undefined) return undefined;
  if (slug !== undefined) return { slug, at: [...path, 'provider'] };
  const before = typeof model === 'string' && model.includes('/') ? slugIn(model) : undefined;
  return before === undefined || !counts(before, saved) ? undefined : { slug: before, at: [...path, 'override_params', 'model'] };
}

/** The model behind a slug; undefined where there is none to be taken off. */
export function bareModel(model: unknown, saved: SavedThings | undefined): string | undefined {
  if (typeof model !== 'string' || !model.includes('/')) return undefined;
  const slug = slugIn(model);
  return slug !== undefined && counts(slug, saved) ? modelBehind(model) : undefined;
}

function counts(slug: string, saved: SavedThings | undefined): boolean {
  return isSlug(slug) || saved?.stamp('provider', slug) !== undefined;
}

function withoutReference(node: Config, provider: string | undefined): Config {
  const named = slugIn(node.provider) === undefined ? node.provider : undefined;
  return { ...node, virtual_key: undefined, provider: provider ?? named };
}

/** What would send a saved credential elsewhere than to where it was saved for. */
function contradictions(node: Config, { path, customHost }: Place, account: SavedAccount): readonly Problem[] {
  const problems: Problem[] = [];
  const provider = providerById(account.provider);
  if (slugIn(node.provider) === undefined && node.provider !== undefined && node.provider !== account.provider)
    problems.push({ path: [...path, 'provider'], message: `The provider saved as '${account.id}' is '${account.provider}'` });
  if (node.api_key !== undefined)
    problems.push({ path: [...path, 'api_key'], message: 'A saved provider has its own keys: leave one of the two out' });
  if (customHost !== undefined) problems.push({ path: [...path, 'custom_host'], message: elsewhere(account.id, 'custom_host') });
  if (provider !== undefined)
    for (const name of guarded(provider, node)) problems.push({ path: [...path, name], message: elsewhere(account.id, name) });
  return problems;
}

/** Options by which a target could change where requests go, or whose they are. */
export function guarded(provider: Provider, options: object): readonly string[] {
  return Object.keys(optionsInTarget(provider, options)).filter((name) => isUrlOption(provider, name));
}

/** Why something cannot stand beside a saved provider. */
export function elsewhere(slug: string, name: string): string {
  return `The credential of the saved provider goes nowhere else: set ${name} on the provider '${slug}' itself`;
}
