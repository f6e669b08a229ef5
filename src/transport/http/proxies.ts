import { isIP } from 'node:net';
import type { Environment } from '../../environment.ts';

/** The URL of the proxy that requests to an origin go through; undefined: none. */
export type ProxyOf = (origin: string) => string | undefined;

/** Origins whose proxy is remembered; callers can name any number. */
const MOST_KNOWN = 1_000;

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` as other programs do: in lower case they go first, and the machine itself is never
 * reached through a proxy. Undefined: there is no proxy. Throws where one is no http(s) URL.
 */
export function readProxies(env: Environment): ProxyOf | undefined {
  const all = proxyIn(env, 'ALL_PROXY');
  const proxies = new Map([
    ['https:', proxyIn(env, 'HTTPS_PROXY') ?? all],
    ['http:', proxyIn(env, 'HTTP_PROXY') ?? all],
  ]);
  if ([...proxies.values()].every((proxy) => proxy === undefined)) return undefined;
  const exceptions = (variable(env, 'NO_PROXY') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const known = new Map<string, string | undefined>();
  return (origin) => {
    if (known.has(origin)) return known.get(origin);
    const proxy = URL.canParse(origin) ? choose(new URL(origin), proxies, exceptions) : undefined;
    if (known.size < MOST_KNOWN) known.set(origin, proxy);
    return proxy;
  };
}

function variable(env: Environment, name: string): string | undefined {
  return env[name.toLowerCase()] ?? env[name];
}

function proxyIn(env: Environment, name: string): string | undefined {
  const text = variable(env, name)?.trim() ?? '';
  if (text === '') return undefined;
  const url = text.includes('://') ? text : `http://${text}`;
  // The text may hold a password.
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw new Error(`${name}: expected the http:// or https:// URL of a proxy`);
  return url;
}

function choose(url: URL, proxies: ReadonlyMap<string, string | undefined>, exceptions: readonly string[]): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (isOwnMachine(host) || exceptions.some((exception) => covers(exception, host, port))) return undefined;
  return proxies.get(url.protocol);
}

function isOwnMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Whether an entry of `NO_PROXY` is for a host: `*`, a name (its subdomains too, with and without a dot or `*.` in front) or an address, each with a port or without. */
function covers(exception: string, host: string, port: string): boolean {
  if (exception === '*') return true;
  const [, bracketed, plain, onlyPort] = /^(?:\[(.+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(exception) ?? [];
  const name = (bracketed ?? plain ?? '').replace(/^\*?\./, '');
  return name !== '' && (onlyPort === undefined || onlyPort === port) && (host === name || host.endsWith(`.${name}`));
}
