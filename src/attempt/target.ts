import { isTrustedHost } from '../config/custom-host.ts';
import type { TargetNode } from '../config/resolved.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { isObject, parseJson } from '../dialects/read.ts';
import { GatewayError } from '../errors.ts';
import { providerById } from '../providers/index.ts';
import type { ChatEndpoint, Condition, EmbedEndpoint, Provider, ProviderOption } from '../providers/provider.ts';
import { fillTemplate, hostOf, splitUrl, versioned } from './url.ts';

/** A target joined with its provider, with everything worked out that is the same for each call. */
export interface Target {
  readonly node: TargetNode;
  readonly provider: Provider;
  /** Options of the target over the provider's defaults. */
  readonly options: Readonly<Record<string, string>>;
  /** Base URL with its options filled in, no slash at the end. */
  readonly base: string;
  /** The host was named by a caller and is not trusted. */
  readonly guarded: boolean;
}

/** Joins a target of the config with its provider; throws `missing_option` where it cannot work. */
export function joinTarget(node: TargetNode, provider: Provider): Target {
  const options = withDefaults(node, provider);
  const own = provider.baseURLs?.find(({ when }) => optionsMeet(options, when))?.url ?? provider.baseURL;
  const template = node.customHost ?? own;
  if (template === undefined) {
    throw new GatewayError('missing_option', `Provider ${provider.id} has no host of its own: set custom_host at ${node.path}`, {
      param: `${node.path}.custom_host`,
    });
  }
  const base = node.customHost ?? versioned(fillTemplate(template, options, node.path), node.options['api_version']);
  return { node, provider, options, base: base.replace(/\/+$/, ''), guarded: node.customHost !== undefined && !isTrustedHost(hostOf(base)) };
}

/** Joins a target with its provider when it is first used; throws where it cannot work. */
export function joiner(node: TargetNode): () => Target {
  const provider = providerById(node.provider);
  let joined: Target | undefined;
  return () => {
    if (provider === undefined) throw new GatewayError('unknown_provider', `Provider ${node.provider} not found`, { param: `${node.path}.provider` });
    return (joined ??= joinTarget(node, provider));
  };
}

function withDefaults(node: TargetNode, provider: Provider): Readonly<Record<string, string>> {
  const defaults = (provider.options ?? []).flatMap((option) => {
    const value = option.default ?? derivedOption(node, option);
    return value === undefined ? [] : [[option.name, value]];
  });
  return { ...Object.fromEntries(defaults), ...node.options };
}

/** An option's value as another option's JSON says it. */
function derivedOption(node: TargetNode, { defaultFrom }: ProviderOption): string | undefined {
  const document = defaultFrom === undefined ? undefined : parseJson(node.options[defaultFrom.option] ?? '');
  const value = defaultFrom !== undefined && isObject(document) ? document[defaultFrom.member] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * The endpoint that serves a client of `dialect`: the one the target names, else the client's own dialect where the provider speaks it
 * (nothing is lost then), else the provider's first.
 */
export function chatEndpoint(target: Target, dialect: Dialect, model = ''): ChatEndpoint {
  const endpoints = (target.provider.endpoints.chat ?? []).filter((endpoint) => meets(target, endpoint.when, model) && isWithin(target, endpoint));
  const named = target.node.dialect;
  const found =
    named === undefined ? (endpoints.find((e) => e.dialect.id === dialect.id) ?? endpoints[0]) : endpoints.find((e) => e.dialect.id === named);
  if (found !== undefined) return found;
  const what = named === undefined ? 'chat' : `the dialect ${named}`;
  throw new GatewayError('unsupported_endpoint', `${what} is not supported by ${target.provider.id}`, {
    param: named === undefined ? undefined : `${target.node.path}.dialect`,
  });
}

/** The provider's endpoint for embeddings. */
export function embedEndpoint(target: Target, model = ''): EmbedEndpoint {
  const found = (target.provider.endpoints.embed ?? []).find((endpoint) => meets(target, endpoint.when, model));
  if (found === undefined) throw new GatewayError('unsupported_endpoint', `embed is not supported by ${target.provider.id}`);
  return found;
}

/** Whether a target's options, and the model asked for, are as a condition of its provider wants. */
export function meets({ options }: Target, condition: Condition | undefined, model = ''): boolean {
  return condition === undefined || optionsMeet({ ...options, model }, condition);
}

function optionsMeet(options: Readonly<Record<string, string>>, condition: Condition): boolean {
  return Object.entries(condition).every(([name, wanted]) => {
    const value = options[name] ?? '';
    return typeof wanted === 'string' ? value === wanted : wanted.test(value);
  });
}

/**
 * What the target names is there. Else a custom host stands for the provider's base URL: what lives at a base URL of its own is not behind
 * it, and neither is what servers that copy the provider mostly lack.
 */
function isWithin(target: Target, { dialect, baseURL, assumed }: ChatEndpoint): boolean {
  if (target.node.dialect === dialect.id) return true;
  if (assumed === 'never') return false;
  return target.node.customHost === undefined || (baseURL === undefined && assumed === undefined);
}

/** The target as an endpoint sees it: below the base URL that the endpoint has of its own, if no custom host stands for it. */
export function below(target: Target, endpoint: ChatEndpoint): Target {
  if (endpoint.baseURL === undefined || target.node.customHost !== undefined) return target;
  return { ...target, base: versioned(fillTemplate(endpoint.baseURL, target.options, target.node.path), target.node.options['api_version']) };
}

/** Origin and path of a URL below the target's base. `path` is a template of the provider's. */
export function locate(target: Target, path: string, model: string): { readonly origin: string; readonly path: string } {
  const template = versioned(path, target.node.options['api_version']);
  const filled = template.includes('{') ? fillTemplate(template, { ...target.options, model }, target.node.path) : template;
  const { origin, path: basePath } = splitUrl(target.base);
  return { origin, path: basePath + filled };
}
