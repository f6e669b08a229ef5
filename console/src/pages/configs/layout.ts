import type { ConfigNode } from './tree.ts';

/** A node at its place, in pixels. */
export interface PlacedNode {
  readonly node: ConfigNode;
  readonly x: number;
  readonly y: number;
  readonly parent: PlacedNode | undefined;
}

export const NODE_WIDTH = 168;
export const NODE_HEIGHT = 58;
const GAP_Y = 18;
/** Between a parent and its children: as much as there is room for, within these. */
const GAP_X = { least: 64, most: 158 } as const;
/** In an outline, where the words of a line stand above their node. */
const INDENT = 28;
const OUTLINE_GAP_Y = 28;

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly width: number;
  readonly height: number;
  /** Pixels between a parent and its children; undefined in an outline. */
  readonly gap: number | undefined;
}

/** Lays a tree out so that it fits a width: from left to right where there is room, else as an outline. No two nodes overlap. */
export function layoutOf(root: ConfigNode, room = Infinity): Layout {
  const levels = depthOf(root);
  const gap = levels === 1 ? GAP_X.most : Math.min(GAP_X.most, (room - levels * NODE_WIDTH) / (levels - 1));
  const nodes = gap >= GAP_X.least ? treeNodes(root, gap) : outlineNodes(root);
  return {
    nodes,
    width: Math.max(...nodes.map(({ x }) => x)) + NODE_WIDTH,
    height: Math.max(...nodes.map(({ y }) => y)) + NODE_HEIGHT,
    gap: gap >= GAP_X.least ? gap : undefined,
  };
}

function depthOf({ children }: ConfigNode): number {
  return 1 + Math.max(0, ...children.map(depthOf));
}

/** Leaves one below the other, a parent in the middle of its children. */
function treeNodes(root: ConfigNode, gap: number): readonly PlacedNode[] {
  let row = 0;
  const nodes: PlacedNode[] = [];
  const place = (node: ConfigNode, depth: number): { y: number; adopt: (parent: PlacedNode | undefined) => void } => {
    const children = node.children.map((child) => place(child, depth + 1));
    const first = children[0];
    const last = children.at(-1);
    const y = first === undefined || last === undefined ? row++ * (NODE_HEIGHT + GAP_Y) : (first.y + last.y) / 2;
    const adopt = (parent: PlacedNode | undefined): void => {
      const placed = { node, x: depth * (NODE_WIDTH + gap), y, parent };
      nodes.push(placed);
      for (const child of children) child.adopt(placed);
    };
    return { y, adopt };
  };
  place(root, 0).adopt(undefined);
  return nodes;
}

/** A node in each row, further in than its parent. */
function outlineNodes(root: ConfigNode): readonly PlacedNode[] {
  const nodes: PlacedNode[] = [];
  const place = (node: ConfigNode, parent: PlacedNode | undefined): void => {
    const placed = { node, x: parent === undefined ? 0 : parent.x + INDENT, y: nodes.length * (NODE_HEIGHT + OUTLINE_GAP_Y), parent };
    nodes.push(placed);
    for (const child of node.children) place(child, placed);
  };
  place(root, undefined);
  return nodes;
}
