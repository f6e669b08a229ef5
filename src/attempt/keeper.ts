import { createHash } from 'node:crypto';
import type { Call } from '../pipeline/step.ts';
import { callerKey } from './headers.ts';
import type { Target } from './target.ts';

/** A name for the host of a target as a keeper of answers: those that one credential has made are not found with another's. */
export function keeperOf(call: Call, { node, provider, base }: Target): string {
  const credential = node.apiKey ?? callerKey(call) ?? '';
  return createHash('sha256').update([provider.id, base, credential].join('\n')).digest('base64url');
}
