import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { List } from '../api/types.ts';
import { useSearch } from '../router/location.ts';
import { FileBadge } from './badge.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Empty, Loaded } from './states.tsx';
import type { IconName } from './icon.tsx';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly source?: 'api' | 'file';
}

interface SavedListProps<Entry extends Listed> {
  readonly label: string;
  readonly query: UseQueryResult<List<Entry>>;
  /** The columns after the name. */
  readonly columns: readonly Column<Entry>[];
  /** What stands beside or below the name. */
  readonly beside?: ((entry: Entry) => ReactNode) | undefined;
  readonly empty: { readonly icon: IconName; readonly title: string; readonly words: ReactNode; readonly action?: ReactNode };
  readonly onOpen: (id: string) => void;
}

/** The first column: the name, which opens the entry. */
function nameColumn<Entry extends Listed>({ beside, onOpen }: Pick<SavedListProps<Entry>, 'beside' | 'onOpen'>): Column<Entry> {
  return {
    head: 'Name',
    cell: (entry) => (
      <>
        <span className="row wrap">
          <button type="button" className="text-button" onClick={() => onOpen(entry.id)}>
            {entry.name}
          </button>
          <FileBadge source={entry.source} />
        </span>
        {beside?.(entry)}
      </>
    ),
  };
}

/** What is saved of a kind, a row each; a click opens it. */
export function SavedList<Entry extends Listed>({ label, query, columns, beside, empty, onOpen }: SavedListProps<Entry>) {
  const all = [nameColumn({ beside, onOpen }), ...columns];
  return (
    <Loaded query={query}>
      {({ data }) =>
        data.length === 0 ? (
          <Empty icon={empty.icon} title={empty.title} action={empty.action}>
            {empty.words}
          </Empty>
        ) : (
          <DataTable label={label} rows={data} columns={all} keyOf={({ id }) => id} onOpen={({ id }) => onOpen(id)} />
        )
      }
    </Loaded>
  );
}

/** Which entry of a list is open, or whether one is being made: the address says so. */
export function useOpened<Entry extends Listed>(query: UseQueryResult<List<Entry>>) {
  const [search, patch] = useSearch();
  return {
    isNew: search.has('new'),
    chosen: query.data?.data.find(({ id }) => id === search.get('open')),
    add: (more: Readonly<Record<string, string>> = {}) => patch({ new: '1', ...more }),
    open: (id: string) => patch({ open: id }),
    close: () => patch({ open: '', new: '', host: '' }),
  };
}
