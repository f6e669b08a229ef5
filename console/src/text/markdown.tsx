import { memo, type ReactNode } from 'react';
import { Code } from '../ui/code.tsx';
import { parseInline, parseMarkdown, type Block, type Inline } from './markdown.ts';

/** Shows Markdown as elements; nothing of it is taken as HTML. */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="prose">
      {parseMarkdown(text).map((block, i) => (
        <BlockView key={i} block={block} />
      ))}
    </div>
  );
});

function BlockView({ block }: { readonly block: Block }): ReactNode {
  switch (block.kind) {
    case 'heading':
      return (
        <p className={`heading-${Math.min(3, block.level)}`} role="heading" aria-level={Math.min(6, block.level + 2)}>
          <Line text={block.text} />
        </p>
      );
    case 'code':
      return <Code text={block.text} language={block.language === 'json' ? 'json' : undefined} />;
    case 'rule':
      return <hr />;
    case 'quote':
      return (
        <blockquote>
          <Line text={block.text} />
        </blockquote>
      );
    case 'list':
      return <ListView block={block} />;
    case 'table':
      return <TableView block={block} />;
    case 'paragraph':
      return (
        <p>
          <Line text={block.text} />
        </p>
      );
  }
}

function ListView({ block }: { readonly block: Block & { kind: 'list' } }) {
  const items = block.items.map(({ text, depth }, i) => (
    <li key={i} style={{ marginLeft: depth * 18 }}>
      <Line text={text} />
    </li>
  ));
  return block.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function TableView({ block }: { readonly block: Block & { kind: 'table' } }) {
  return (
    <div className="table-frame">
      <table>
        <thead>
          <tr>
            {block.head.map((cell, i) => (
              <th key={i}>
                <Line text={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, k) => (
                <td key={k}>
                  <Line text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A line of words in which Markdown may mark some. */
export function Line({ text }: { readonly text: string }) {
  return <Pieces pieces={parseInline(text)} />;
}

const TAGS = { strong: 'strong', emphasis: 'em', struck: 's' } as const;

function Pieces({ pieces }: { readonly pieces: readonly Inline[] }): ReactNode {
  return pieces.map((piece, i) => {
    if (piece.kind === 'text') return piece.text;
    if (piece.kind === 'code') return <code key={i}>{piece.text}</code>;
    if (piece.kind === 'link')
      return (
        <a key={i} href={piece.href} target="_blank" rel="noreferrer noopener">
          <Pieces pieces={piece.children} />
        </a>
      );
    const Tag = TAGS[piece.kind];
    return (
      <Tag key={i}>
        <Pieces pieces={piece.children} />
      </Tag>
    );
  });
}
