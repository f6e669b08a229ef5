import { hash } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.ts';
import type { Call } from './step.ts';

/** Where callers put credentials, the gateway's own among them. */
const CREDENTIALS = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'x-portkey-api-key', 'x-sluice-api-key'];

/** Options of targets that are credentials, by their names. */
const SECRET = /key|secret|password|passphrase|token|service_account/;

/**
 * Whose call it is, as a hash of the workspace that its API key belongs to and every credential that it brings: in its headers, its query,
 * and its config. All of them count, because some clients must send a key and are given one that says nothing (`dummy`), which many callers have in common.
 */
export function tenantOf({ headers, config, notes, url = '' }: Pick<Call, 'headers' | 'config'> & Partial<Pick<Call, 'notes' | 'url'>>): string {
  const own = CREDENTIALS.map((name) => headers[name] ?? '').concat(keysIn(url));
  const secrets = config === undefined ? [] : [...new Set(secretsOf(config))].sort();
  return hash('sha256', JSON.stringify([notes?.caller?.workspace ?? null, own, secrets]));
}

/** Clients of Google may put their key into the query. */
function keysIn(url: string): string[] {
  return url.includes('?') ? new URLSearchParams(url.slice(url.indexOf('?'))).getAll('key') : [];
}

function secretsOf(node: ResolvedConfig): string[] {
  if (node.kind !== 'target') return node.targets.flatMap(secretsOf);
  // A saved provider stays the same one when its keys are replaced.
  if (node.account !== undefined) return [`@${node.account.workspace}/${node.account.id}`];
  const options = Object.entries(node.options).flatMap(([name, value]) => (SECRET.test(name) ? [value] : []));
  return [node.apiKey ?? '', ...options].filter((secret) => secret !== '');
}
