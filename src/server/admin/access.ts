import { createHash, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../../errors.ts';
import { hasScope } from '../../directory/scopes.ts';
import { isOver } from '../../directory/read-body.ts';
import type { Access } from './operation.ts';
import type { AdminWorld } from './world.ts';

/** What of a request says who asks. */
export interface Asking {
  readonly headers: IncomingHttpHeaders;
  /** Address of the other end of the connection. */
  readonly peer: string;
  /** `1.1`. */
  readonly httpVersion: string;
}

/** Whom an operation runs for: undefined is whoever administers the gateway, who sees all workspaces. */
export interface Asker {
  readonly workspace: string | undefined;
  readonly scopes: readonly string[] | undefined;
}

const ADMINISTRATOR: Asker = { workspace: undefined, scopes: undefined };

/** Lets in whoever may ask for an operation; throws 401 or 403 for anyone else. */
export function admit(asking: Asking, access: Access, world: AdminWorld): Asker {
  if (access === 'anyone') return { workspace: undefined, scopes: [] };
  const keys = keysOf(asking.headers);
  const { adminKey } = world;
  if (adminKey !== undefined && keys.some((key) => isSame(key, adminKey))) return ADMINISTRATOR;
  if (access !== 'admin') {
    const asker = askerOf(keys, access.scopes, world);
    if (asker !== undefined) return asker;
    if (keys.length > 0 && !world.directory.isReady)
      throw new GatewayError('store_unavailable', 'API keys cannot be read at the moment.', { headers: ['retry-after', '1'] });
  }
  if (adminKey !== undefined) throw refused(keys, access);
  const problem = strangeness(asking);
  if (problem !== undefined) throw new GatewayError('not_admitted', problem);
  return ADMINISTRATOR;
}

/** Keys that a request brings, in the order in which they count. */
function keysOf(headers: IncomingHttpHeaders): readonly string[] {
  const bearer = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const named = [headers['x-sluice-admin-key'], headers['x-portkey-api-key'], headers['x-sluice-api-key']];
  return [...named, bearer].filter((key): key is string => typeof key === 'string' && key !== '');
}

function askerOf(keys: readonly string[], scopes: readonly string[], { directory, clock }: AdminWorld): Asker | undefined {
  for (const text of keys) {
    const digest = hash('sha256', text);
    const key = directory.apiKey(digest);
    const until = key?.hashes.find((candidate) => candidate.hash === digest)?.until;
    if (key === undefined) continue;
    if (key.isBlocked) throw new GatewayError('blocked_api_key', `The API key '${key.name}' has been blocked.`);
    if (isOver(key.expiresAt, clock.now()) || isOver(until, clock.now()))
      throw new GatewayError('invalid_api_key', `The API key '${key.name}' has expired.`);
    if (!scopes.some((scope) => hasScope(key.caller.scopes, scope)))
      throw new GatewayError('missing_scope', `The API key '${key.name}' needs the scope ${scopes.join(' or ')}.`);
    return { workspace: key.workspace, scopes: key.caller.scopes };
  }
  return undefined;
}

function refused(keys: readonly string[], access: Access): GatewayError {
  const wanted = access === 'admin' ? 'the admin key (Authorization: Bearer, or x-sluice-admin-key)' : 'the admin key, or an API key with the scope';
  const message = keys.length === 0 ? `This needs ${wanted}.` : `The key is not one that is known here: this needs ${wanted}.`;
  return new GatewayError('invalid_api_key', message);
}

/** Both ends are hashed first, so that the comparison tells nothing of the length either. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const LOOPBACK_PEER = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;
const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i;
/** What only proxies say: one on the same machine speaks for others. */
const FORWARDED = /^(?:forwarded|via|x-real-ip|x-(?:forwarded|original|envoy|cluster)-.*|(?:.*-)?client-ip|cf-.*)$/;

/** What browsers say of the console's requests, and of addresses that were typed; others say nothing. */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * Why a request without a key is not one that the machine's own user means: it comes from elsewhere, through a proxy, under a name that
 * someone else gave this machine (DNS rebinding), or from another site's page (CSRF). Undefined: it is.
 */
export function strangeness({ headers, peer, httpVersion }: Asking): string | undefined {
  const remedy = 'Set SLUICE_ADMIN_KEY in the environment of the gateway, and send it as Authorization: Bearer.';
  // Some proxies add nothing, and call what is behind them by its own name, but in the HTTP of old.
  if (!LOOPBACK_PEER.test(peer) || httpVersion === '1.0' || Object.keys(headers).some((name) => FORWARDED.test(name)))
    return `Without an admin key this is open to the gateway's own machine only. ${remedy}`;
  const host = headers.host ?? '';
  if (!LOOPBACK_NAME.test(host))
    return `Without an admin key the gateway must be called localhost, not ${JSON.stringify(host.slice(0, 100))}. ${remedy}`;
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return `Pages of ${JSON.stringify(origin.slice(0, 100))} may not ask for this. ${remedy}`;
  if (!OWN_SITES.has(headers['sec-fetch-site'])) return `Pages of other sites may not ask for this. ${remedy}`;
  return undefined;
}
