import type { Json } from '../../api/types.ts';

/** A node of an explained plan. */
export interface PlanNode {
  readonly path: string;
  readonly mode?: string;
  readonly rule?: string;
  readonly provider?: string;
  readonly first?: number;
  readonly facts?: Readonly<Record<string, Json>>;
  readonly tries?: readonly PlanNode[];
  readonly sending?: {
    readonly format?: string;
    readonly requests?: readonly Json[];
    readonly dropped_params?: readonly string[];
    readonly error?: { readonly message?: string };
  };
  readonly error?: { readonly message?: string };
}

/** What `POST /v1/explain` answers. */
export interface Explanation {
  readonly order?: readonly { readonly target: string; readonly provider?: string; readonly first: number }[];
  readonly plan?: PlanNode;
}

export interface PlannedTarget {
  readonly path: string;
  readonly provider: string | undefined;
  readonly first: number;
  /** The rules of the groups above it, outermost first. */
  readonly why: readonly string[];
  readonly format: string | undefined;
  readonly requests: readonly Json[];
  readonly dropped: readonly string[];
  readonly error: string | undefined;
}

/** The targets that would be tried, in their order, each with why and what it would be sent. */
export function plannedTargets({ order = [], plan }: Explanation): readonly PlannedTarget[] {
  const found = new Map(leavesOf(plan, []).map((leaf) => [leaf.node.path, leaf]));
  return order.map(({ target, provider, first }) => {
    const { node, why } = found.get(target) ?? { node: undefined, why: [] };
    const sending = node?.sending;
    return {
      path: target,
      provider,
      first,
      why,
      format: sending?.format,
      requests: sending?.requests ?? [],
      dropped: sending?.dropped_params ?? [],
      error: (sending?.error ?? node?.error)?.message,
    };
  });
}

function leavesOf(node: PlanNode | undefined, rules: readonly string[]): { readonly node: PlanNode; readonly why: readonly string[] }[] {
  if (node === undefined) return [];
  if (node.tries === undefined) return [{ node, why: rules }];
  return node.tries.flatMap((one) => leavesOf(one, node.rule === undefined ? rules : [...rules, node.rule]));
}
