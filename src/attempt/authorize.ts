import type { Auth, DynamicScheme } from '../providers/provider.ts';
import { awsAuthorize } from '../transport/auth/aws.ts';
import { azureAuthorize } from '../transport/auth/azure.ts';
import type { Authorize } from '../transport/auth/authorizing.ts';
import { googleAuthorize } from '../transport/auth/google.ts';
import { ociAuthorize } from '../transport/auth/oci.ts';
import type { TokenSource } from '../transport/auth/token.ts';
import { meets, type Target } from './target.ts';

/** The first of a provider's ways to authenticate that a target has the credential for. `key`: the API key, the target's or the caller's. */
export function authOf(target: Target, key: string | undefined): Auth | undefined {
  return target.provider.auth.find((auth) => meets(target, auth.when) && hasCredential(auth, target, key));
}

function hasCredential(auth: Auth, target: Target, key: string | undefined): boolean {
  if (auth.scheme === 'none') return true;
  if (auth.option !== undefined) return (target.options[auth.option] ?? '') !== '';
  return isDynamic(auth) || (key ?? '') !== '';
}

const DYNAMIC: ReadonlySet<Auth['scheme']> = new Set(['azure', 'google-oauth', 'aws', 'oci-signature'] satisfies DynamicScheme['scheme'][]);

/** Whether the proof is made for each request, and not just sent. */
export function isDynamic(auth: Auth): auth is Auth & DynamicScheme {
  return DYNAMIC.has(auth.scheme);
}

/**
 * What makes the proof for a target's requests; undefined where its credential is sent as it is. `ambient`: targets may go by the identity
 * of the machine that the gateway runs on.
 */
export function authorizerOf(target: Target, source: TokenSource, ambient: boolean): Authorize | undefined {
  // A caller's key is known only with the call; it is enough here that there may be one.
  const auth = authOf(target, target.node.apiKey ?? 'unknown');
  if (auth === undefined || !isDynamic(auth)) return undefined;
  // A token of the machine's own would be a present to whoever runs a host that the caller has named.
  const settings = { options: target.options, where: target.node.path, ambient: ambient && !target.guarded };
  switch (auth.scheme) {
    case 'aws':
      return awsAuthorize({ ...settings, service: auth.service }, source);
    case 'google-oauth':
      return googleAuthorize(settings, source);
    case 'azure':
      return azureAuthorize(settings, source);
    case 'oci-signature':
      return ociAuthorize(settings, source);
  }
}
