import type { KeyboardEvent } from 'react';
import { useWidth } from '../../charts/use-width.ts';
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
/** What a letter of a line's words takes, in pixels. */
const LETTER = 6.3;

/** The tree of a config, drawn; a node is chosen by a click, or by Enter. */
export function Graph({ root, chosen, onChoose, marks, broken }: GraphProps) {
  const [ref, room] = useWidth();
  const { nodes, width, height, gap } = layoutOf(root, room - PAD * 2);
  return (
    <div className="graph" ref={ref}>
      <svg
        width={width + PAD * 2}
        height={height + PAD * 2}
        viewBox={`${-PAD} ${-PAD} ${width + PAD * 2} ${height + PAD * 2}`}
        role="group"
        aria-label="The config as a tree"
      >
        {nodes.map((placed) => (
          <Edge key={placed.node.id} placed={placed} gap={gap} />
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

function Edge({ placed, gap }: { readonly placed: PlacedNode; readonly gap: number | undefined }) {
  const { node, x, y, parent } = placed;
  if (parent === undefined) return null;
  if (gap === undefined) return <OutlineEdge placed={placed} parent={parent} />;
  const from = parent.x + NODE_WIDTH;
  const fromY = parent.y + NODE_HEIGHT / 2;
  const toY = y + NODE_HEIGHT / 2;
  const bend = from + 22;
  const label = cut(node.edge, Math.floor((gap - 24) / LETTER));
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

/** A line down and in, with its words above the node that it leads to. */
function OutlineEdge({ placed: { node, x, y }, parent }: { readonly placed: PlacedNode; readonly parent: PlacedNode }) {
  const down = parent.x + 12;
  return (
    <g className="graph-edge">
      <path d={`M${down} ${parent.y + NODE_HEIGHT}V${y + NODE_HEIGHT / 2 - 8}q0 8 8 8H${x}`} />
      <text x={x + 4} y={y - 8}>
        {cut(node.edge, 30)}
      </text>
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
  const title = cut(node.title, 18);
  const detail = cut([node.detail, ...node.badges].filter(Boolean).join(' · '), 24 - (mark?.length ?? 0));
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
        <text x={NODE_WIDTH - 11} y={detail === '' ? middle + 4 : 44} textAnchor="end" className="graph-mark">
          {mark}
        </text>
      )}
    </g>
  );
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
