import type { KeyboardEvent } from 'react';
import { layoutOf, NODE_HEIGHT, NODE_WIDTH, type PlacedNode } from './layout.ts';
import type { ConfigNode } from './tree.ts';

interface GraphProps {
  readonly root: ConfigNode;
  readonly chosen: string;
  readonly onChoose: (node: ConfigNode) => void;
  /** What an explanation says of nodes, by their ids. */
  readonly marks?: ReadonlyMap<string, string> | undefined;
  /** Nodes in which something is wrong. */
  readonly broken: ReadonlySet<string>;
}

const PAD = 10;

/** The tree of a config, drawn; a node is chosen by a click, or by Enter. */
export function Graph({ root, chosen, onChoose, marks, broken }: GraphProps) {
  const { nodes, width, height } = layoutOf(root);
  return (
    <div className="graph">
      <svg
        width={width + PAD * 2}
        height={height + PAD * 2}
        viewBox={`${-PAD} ${-PAD} ${width + PAD * 2} ${height + PAD * 2}`}
        role="group"
        aria-label="The config as a tree"
      >
        {nodes.map((placed) => (
          <Edge key={placed.node.id} placed={placed} />
        ))}
        {nodes.map((placed) => (
          <Node
            key={placed.node.id}
            placed={placed}
            isChosen={placed.node.id === chosen}
            isBroken={broken.has(placed.node.id)}
            mark={marks?.get(placed.node.id)}
            onChoose={() => onChoose(placed.node)}
          />
        ))}
      </svg>
    </div>
  );
}

function Edge({ placed: { node, x, y, parent } }: { readonly placed: PlacedNode }) {
  if (parent === undefined) return null;
  const from = parent.x + NODE_WIDTH;
  const fromY = parent.y + NODE_HEIGHT / 2;
  const toY = y + NODE_HEIGHT / 2;
  const bend = from + 22;
  const label = cut(node.edge, 21);
  return (
    <g className="graph-edge">
      <path d={`M${from} ${fromY}C${bend + 6} ${fromY} ${bend - 6} ${toY} ${bend + 14} ${toY}H${x}`} />
      {label === '' ? null : (
        <text x={x - 8} y={toY - 6} textAnchor="end">
          <title>{node.edge}</title>
          {label}
        </text>
      )}
    </g>
  );
}

interface NodeProps {
  readonly placed: PlacedNode;
  readonly isChosen: boolean;
  readonly isBroken: boolean;
  readonly mark: string | undefined;
  readonly onChoose: () => void;
}

function Node({ placed: { node, x, y }, isChosen, isBroken, mark, onChoose }: NodeProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose();
  };
  const title = cut(node.title, 20);
  const detail = cut([node.detail, ...node.badges].filter(Boolean).join(' · '), 27);
  const middle = detail === '' ? NODE_HEIGHT / 2 : 20;
  // What is seen, word for word, and then what only the lines and colours say.
  const label = [[title, detail, mark].filter(Boolean).join(' '), node.edge, isBroken ? 'something is wrong' : ''].filter(Boolean).join(', ');
  return (
    <g
      className={`graph-node ${node.kind}${isBroken ? ' broken' : ''}`}
      transform={`translate(${x} ${y})`}
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      aria-label={label}
      onClick={onChoose}
      onKeyDown={onKeyDown}
    >
      <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx="9" />
      <circle cx="15" cy={middle} r="4" />
      <text x="27" y={middle + 4} className="graph-title">
        {title}
      </text>{' '}
      <text x="13" y="44" className="graph-detail">
        {detail}
      </text>{' '}
      {mark === undefined ? null : (
        <text x={NODE_WIDTH - 11} y={middle + 4} textAnchor="end" className="graph-mark">
          {mark}
        </text>
      )}
    </g>
  );
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
