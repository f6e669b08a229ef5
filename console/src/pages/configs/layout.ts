import type { ConfigNode } from './tree.ts';

/** A node at its place, in pixels. */
export interface PlacedNode {
  readonly node: ConfigNode;
  readonly x: number;
  readonly y: number;
  readonly parent: PlacedNode | undefined;
}

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 58;
const GAP_X = 158;
const GAP_Y = 18;

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly width: number;
  readonly height: number;
}

/** Lays a tree out from left to right: leaves one below the other, a parent in the middle of its children. No two nodes overlap. */
export function layoutOf(root: ConfigNode): Layout {
  let row = 0;
  const nodes: PlacedNode[] = [];
  const place = (node: ConfigNode, depth: number): { y: number; adopt: (parent: PlacedNode | undefined) => void } => {
    const children = node.children.map((child) => place(child, depth + 1));
    const first = children[0];
    const last = children.at(-1);
    const y = first === undefined || last === undefined ? row++ * (NODE_HEIGHT + GAP_Y) : (first.y + last.y) / 2;
    const adopt = (parent: PlacedNode | undefined): void => {
      const placed = { node, x: depth * (NODE_WIDTH + GAP_X), y, parent };
      nodes.push(placed);
      for (const child of children) child.adopt(placed);
    };
    return { y, adopt };
  };
  place(root, 0).adopt(undefined);
  return { nodes, width: Math.max(...nodes.map(({ x }) => x)) + NODE_WIDTH, height: Math.max(...nodes.map(({ y }) => y)) + NODE_HEIGHT };
}
