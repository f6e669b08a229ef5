import { useState } from 'react';
import { useSearch } from '../../router/location.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import { LogTable } from './log-table.tsx';
import './logs.css';
import { useLogs, useTail, type Filters } from './use-logs.ts';

/** Every call, newest first, as they come. */
export function LogsPage() {
  const [search] = useSearch();
  const filters: Filters = Object.fromEntries([...search].filter(([name, value]) => value !== '' && name !== 'live'));
  const [isLive, setLive] = useState(true);
  const tail = useTail(filters, isLive);
  const logs = useLogs(filters, isLive);
  return (
    <Page
      title="Logs"
      actions={
        <>
          <ExportButton filters={filters} />
          <Button icon={isLive ? 'pause' : 'live'} aria-pressed={isLive} onClick={() => setLive(!isLive)}>
            {isLive ? 'Live' : 'Paused'}
          </Button>
        </>
      }
    >
      <div className="stack">
        <FilterBar filters={filters} />
        <Panel flush>
          <Loaded query={logs} lines={10}>
            {(data) => {
              const listed = data.pages.flatMap((page) => page.data);
              const known = new Set(listed.map(({ id }) => id));
              const entries = [...tail.filter(({ id }) => !known.has(id)), ...listed];
              if (entries.length === 0) return <NoCalls isFiltered={Object.keys(filters).length > 0} />;
              return <LogTable entries={entries} fresh={new Set(tail.map(({ id }) => id))} />;
            }}
          </Loaded>
        </Panel>
        {logs.hasNextPage ? (
          <div className="row more">
            <Button onClick={() => void logs.fetchNextPage()} disabled={logs.isFetchingNextPage}>
              {logs.isFetchingNextPage ? 'Loading…' : 'Older calls'}
            </Button>
          </div>
        ) : null}
      </div>
    </Page>
  );
}

function NoCalls({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty icon="search" title="No call fits" action={<LinkButton to="/logs">Show all</LinkButton>}>
        Calls that fit the filters will appear here as they come.
      </Empty>
    );
  return (
    <Empty
      icon="logs"
      title="No calls yet"
      action={
        <>
          <LinkButton to="/" look="primary" icon="spark">
            Get a first answer
          </LinkButton>
          <LinkButton to="/connect">Connect a client</LinkButton>
        </>
      }
    >
      <Icon name="live" size={14} /> Listening. Each call appears here when it ends.
    </Empty>
  );
}
