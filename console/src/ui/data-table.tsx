import type { MouseEvent, ReactNode } from 'react';

/** A column: what stands above it, and what it shows of a row. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers and times stand to the right. */
  readonly isRight?: boolean;
  /** The head is for readers only. */
  readonly isHeadUnseen?: boolean;
  readonly className?: string;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Two values beside each other on a phone. */
  readonly isDense?: boolean;
  /** Opens a row that is clicked; its first cell has the link or button that does the same by keys. */
  readonly onOpen?: ((row: Row) => void) | undefined;
}

/** Rows in columns; on a phone every row is a card that says what its values are. */
export function DataTable<Row>({ label, rows, columns, keyOf, isDense = false, onOpen }: DataTableProps<Row>) {
  return (
    <div className="table-frame">
      <table className={isDense ? 'table cards dense' : 'table cards'} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ head, isHeadUnseen, ...column }) => (
              <th key={head} className={classOf(column)}>
                {isHeadUnseen === true ? <span className="unseen">{head}</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              className={onOpen === undefined ? undefined : 'link'}
              onClick={onOpen === undefined ? undefined : (event) => isOwnClick(event) && onOpen(row)}
            >
              {columns.map(({ head, isHeadUnseen, cell, ...column }) => (
                <td key={head} className={classOf(column)} data-head={isHeadUnseen === true ? undefined : head}>
                  <div className="cell">{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf({ isRight = false, className = '' }: { readonly isRight?: boolean; readonly className?: string }): string | undefined {
  return [isRight ? 'right' : '', className].filter(Boolean).join(' ') || undefined;
}

/** Whether a click is the row's own: neither one of a control in it, nor the end of a selection of text. */
export function isOwnClick(event: MouseEvent): boolean {
  const isControl = event.target instanceof Element && event.target.closest('a, button, input, select') !== null;
  return !isControl && (getSelection()?.isCollapsed ?? true);
}
