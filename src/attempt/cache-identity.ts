import { createHash } from 'node:crypto';
import type { ResolvedConfig, TargetNode } from '../config/resolved.ts';
import type { CacheIdentity } from '../pipeline/cache.ts';
import { optionsOf, providerById } from '../providers/index.ts';

const known = new WeakMap<ResolvedConfig, CacheIdentity>();

/** What the answers of a node of a config depend on beside the request: where its targets are, with whose credentials, and what they do to requests. */
export function cacheIdentityOf(node: ResolvedConfig): CacheIdentity {
  let identity = known.get(node);
  if (identity === undefined) known.set(node, (identity = identify(node)));
  return identity;
}

function identify(node: ResolvedConfig): CacheIdentity {
  const targets = targetsOf(node);
  const digest = createHash('sha256')
    .update(JSON.stringify(targets.map(settingsOf)))
    .digest('base64url');
  return { digest, headers: [...new Set(targets.flatMap(headersOf))].sort() };
}

function targetsOf(node: ResolvedConfig): TargetNode[] {
  return node.kind === 'target' ? [node] : node.targets.flatMap(targetsOf);
}

/** All but how often and how long it is tried, and what it charges. */
function settingsOf(target: TargetNode): unknown {
  const { provider, apiKey, options, customHost, dialect, overrideParams, defaultParams, dropParams, forwardHeaders, strict, account } = target;
  const saved = account === undefined ? undefined : [account.workspace, account.id];
  return [provider, apiKey, options, customHost, dialect, overrideParams, defaultParams, dropParams, forwardHeaders, strict, saved];
}

/** Headers of the client's that reach the target. */
function headersOf({ provider: id, forwardHeaders }: TargetNode): string[] {
  const provider = providerById(id);
  const options = provider === undefined ? [] : optionsOf(provider);
  return [...forwardHeaders, ...options.flatMap(({ bareHeader }) => bareHeader ?? [])];
}
