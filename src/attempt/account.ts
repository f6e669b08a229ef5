import type { TargetNode } from '../config/resolved.ts';
import type { Call } from '../pipeline/step.ts';
import { callerKey } from './headers.ts';
import { masked } from './mask.ts';
import { secretsOf } from './secrets.ts';
import type { Target } from './target.ts';

/** Where a target's calls go: the host, the credential of the config's own, and the model that it insists on. */
export function upstreamOf(node: TargetNode): string {
  const { provider, customHost = '', options, apiKey = '', dialect = '', overrideParams } = node;
  return [provider, customHost, ...Object.values(options), apiKey, dialect, String(overrideParams['model'] ?? '')].join('\n');
}

/** What breakers and slots are kept by: where a target's calls go and with whose credential, whatever config it is in. */
export function accountOf(node: TargetNode, call: Call): string {
  return `${upstreamOf(node)}\n${node.apiKey === undefined ? (callerKey(call) ?? '') : ''}`;
}

/** An account as operators may see it. */
interface ShownAccount {
  readonly provider: string;
  readonly host: string | undefined;
  /** Masked. */
  readonly key: string | undefined;
  readonly model: string | undefined;
}

/** The account of a call at a target, without its secret. */
export function showAccount(node: TargetNode, call: Call, join: () => Target): ShownAccount {
  const [key] = secretsOf(call, node);
  const model = node.overrideParams['model'];
  return {
    provider: node.provider,
    host: baseOf(join),
    key: key === undefined ? undefined : masked(key),
    model: typeof model === 'string' ? model : undefined,
  };
}

/** Undefined for a target that lacks a part of its URL. */
function baseOf(join: () => Target): string | undefined {
  try {
    return join().base;
  } catch {
    return undefined;
  }
}
