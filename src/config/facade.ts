import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import { expandSaved, type Naming } from './expand.ts';
import { decodeUtf8 } from './header-text.ts';
import { keepCredentials } from './kept-credentials.ts';
import { parseConfig } from './parse.ts';
import { firstHeader, spellings, type RequestHeaders } from './provider-options.ts';
import { readSettings, SETTING_HEADERS } from './request-settings.ts';
import { resolveConfig } from './resolve.ts';
import type { ResolvedConfig } from './resolved.ts';
import { isSlug, slugIn, type Found, type NamedConfig, type SavedAccount, type SavedThings } from './saved.ts';
import type { Config } from './schema.ts';
import { weigh } from './weigh.ts';

const CONFIG = spellings('config');
/** As clients of Portkey know it. */
const PROVIDER = 'x-portkey-provider';
/** All headers that a resolved config depends on: requests that agree in them share it. */
const RELEVANT = new Set([...CONFIG, ...SETTING_HEADERS]);

/** A resolved config that is kept, with what it was made of. */
interface Kept extends ConfigRead {
  /** The saved things that it names, as they were. */
  readonly stamps: readonly Stamp[];
  /** When one of them is over, milliseconds since the epoch. */
  readonly until: number;
  /** At which the stamps were seen to be right. */
  epoch: number;
}

interface Stamp {
  readonly kind: 'provider' | 'config';
  readonly id: string;
  readonly stamp: unknown;
}

/** Configs are kept whole, with the keys in them: their number and their bytes are bounded. */
const resolved = new LRUCache<string, Kept>({ max: 10_000, maxSize: 32 * 1024 * 1024 });

/** What a request says of its config. */
export interface ConfigRequest {
  /** Header names are lower case. */
  readonly headers: RequestHeaders;
  /** The model in the request's body or URL. */
  readonly model?: string | undefined;
  /** Whoever asks takes the slug off a model in the URL. */
  readonly isModelInUrl?: boolean | undefined;
  /** What is saved; undefined: nothing is. */
  readonly saved?: SavedThings | undefined;
  /** Id of the saved config of requests that bring none. */
  readonly defaultConfig?: string | undefined;
}

/** The text of the config that a request brings or names; undefined: none. */
export function configIn(headers: RequestHeaders): string | undefined {
  return firstHeader(headers, CONFIG);
}

/** The config of a request. */
export interface ConfigRead {
  /** Frozen. */
  readonly config: ResolvedConfig;
  /** The saved config that it is. */
  readonly named: { readonly id: string; readonly version: number } | undefined;
}

/** The config that a request's headers, and the model that it asks for, hold or name; throws a GatewayError where they hold none. */
export function readConfig(request: ConfigRequest): ConfigRead {
  const key = cacheKey(request);
  const known = resolved.get(key);
  if (known !== undefined && isCurrent(known, request.saved)) return known;
  const asked = request.saved === undefined ? undefined : new Asked(request.saved);
  const read = resolveRequest({ ...request, saved: asked });
  const kept: Kept = { ...read, stamps: asked?.stamps ?? [], until: asked?.until ?? Infinity, epoch: request.saved?.epoch ?? 0 };
  resolved.set(key, kept, { size: weigh(key) + weigh(read.config) });
  return kept;
}

/** Whether the saved things that a config was made of are still what they were. */
function isCurrent(kept: Kept, saved: SavedThings | undefined): boolean {
  if (kept.stamps.length === 0 || saved === undefined) return true;
  if (kept.until !== Infinity && saved.now() >= kept.until) return false;
  if (kept.epoch === saved.epoch) return true;
  if (kept.stamps.some(({ kind, id, stamp }) => saved.stamp(kind, id) !== stamp)) return false;
  kept.epoch = saved.epoch;
  return true;
}

/** Notes what is asked of saved things, so that it is known what a config depends on. */
class Asked implements SavedThings {
  readonly #saved: SavedThings;
  readonly stamps: Stamp[] = [];
  until = Infinity;

  constructor(saved: SavedThings) {
    this.#saved = saved;
  }

  get scope(): string {
    return this.#saved.scope;
  }

  get epoch(): number {
    return this.#saved.epoch;
  }

  now = (): number => this.#saved.now();

  account(slug: string): Found<SavedAccount> {
    return this.#noted('provider', slug, this.#saved.account(slug));
  }

  config(id: string): Found<NamedConfig> {
    return this.#noted('config', id, this.#saved.config(id));
  }

  stamp(kind: Stamp['kind'], id: string): unknown {
    const stamp = this.#saved.stamp(kind, id);
    this.stamps.push({ kind, id, stamp });
    return stamp;
  }

  #noted<T>(kind: Stamp['kind'], id: string, answer: Found<T>): Found<T> {
    this.stamp(kind, id);
    if ('found' in answer) this.until = Math.min(this.until, answer.until ?? Infinity);
    return answer;
  }
}

/** Whose view of saved things it is, and names and values of the relevant headers; none of them can hold a line break. */
function cacheKey({ headers, model, isModelInUrl, saved, defaultConfig }: ConfigRequest): string {
  let key = saved === undefined ? '' : `${saved.scope}\n${defaultConfig ?? ''}\n`;
  if (model?.startsWith('@') === true) key += `${JSON.stringify(model)}${isModelInUrl === true}\n`;
  for (const name in headers) if (RELEVANT.has(name)) key += `${name}\n${headers[name]}\n`;
  return key;
}

function resolveRequest({ headers, model, isModelInUrl, saved, defaultConfig }: ConfigRequest): ConfigRead {
  const text = configIn(headers) ?? defaultConfig;
  const settings = readSettings(headers, saved);
  const providerInHeaders = settings.provider !== undefined || settings.slug !== undefined || namesSlug(model, saved);
  const asked = settings.provider === undefined || namesSlug(model, saved) ? model : undefined;
  const options = { providerInHeaders, saved, slug: settings.slug, model: asked, isModelInUrl };
  if (text === undefined) {
    if (!providerInHeaders) throw new GatewayError('provider_required', 'Either x-portkey-config or x-portkey-provider header is required');
    return { config: resolveConfig(withRequest(options), settings), named: undefined };
  }
  const { json, named } = readConfigText(text, saved, text === defaultConfig ? "The API key's default_config" : CONFIG[1]);
  const config = parseConfig(json, options);
  if (named !== undefined) keepCredentials(config, settings, named.id);
  return { config: resolveConfig(config, settings), named };
}

/** A request without a config is one target, which its headers or its model name. */
function withRequest(naming: Naming): Config {
  const { config, problems } = expandSaved({}, naming);
  const [problem] = problems;
  if (problem === undefined) return config;
  const param = naming.slug === undefined ? 'model' : PROVIDER;
  throw new GatewayError('unknown_provider', problem.message, { param });
}

function namesSlug(model: string | undefined, saved: SavedThings | undefined): boolean {
  const slug = model?.includes('/') === true ? slugIn(model) : undefined;
  return slug !== undefined && (isSlug(slug) || saved?.stamp('provider', slug) !== undefined);
}

interface ConfigText {
  readonly json: string;
  readonly named: ConfigRead['named'];
}

/** The text of a config, or of the saved one that it names. */
function readConfigText(text: string, saved: SavedThings | undefined, who = CONFIG[1]): ConfigText {
  const json = decodeUtf8(text).trim();
  if (/^[[{"]/.test(json)) return { json, named: undefined };
  const answer = saved?.config(json) ?? { problem: 'No configs are saved in this gateway' };
  if ('problem' in answer)
    throw new GatewayError('unknown_config', `${answer.problem}: ${who} must name a saved config, or be a JSON object`, { param: CONFIG[1] });
  const { id, version, text: found } = answer.found;
  return { json: found, named: { id, version } };
}
