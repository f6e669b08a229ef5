import type { TargetNode } from '../config/resolved.ts';
import type { Facts } from '../limits/policies.ts';
import type { Call } from './step.ts';

/** The model that a call asks for at a target, in the words of the request or of the config. */
export function modelAt({ endpoint, json }: Call, node: TargetNode | undefined): string | undefined {
  const named = [node?.overrideParams['model'], 'model' in endpoint ? endpoint.model : undefined, json?.['model'], node?.defaultParams['model']];
  return named.find((name): name is string => typeof name === 'string' && name !== '');
}

/** What policies can know of a call; and of an attempt, where a target is given. */
export function factsOf(call: Call, node: TargetNode | undefined, defaultWorkspace: string): Facts {
  return (key) => {
    if (key.startsWith('metadata.')) return one(call.metadata[key.slice('metadata.'.length)]);
    return FACTS[key]?.(call, node, defaultWorkspace) ?? NOTHING;
  };
}

const NOTHING: readonly string[] = [];

type Fact = (call: Call, node: TargetNode | undefined, defaultWorkspace: string) => readonly string[];

const workspace: Fact = ({ notes }, _, fallback) => [notes.caller?.workspace ?? fallback];

const FACTS: Readonly<Record<string, Fact>> = {
  api_key: ({ notes }) => one(notes.caller?.keyId),
  workspace,
  workspace_id: workspace,
  config: ({ notes }) => one(notes.config?.id),
  provider: (_, node) => one(node?.provider),
  virtual_key: (_, node) => one(node?.account?.id),
  model: (call, node) => {
    const model = modelAt(call, node);
    if (model === undefined || node === undefined) return NOTHING;
    const places = [node.provider, node.account?.id].filter((name) => name !== undefined);
    return [...places.map((place) => `@${place}/${model}`), model];
  },
};

function one(value: unknown): readonly string[] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : NOTHING;
}
