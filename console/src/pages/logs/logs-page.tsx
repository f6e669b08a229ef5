import { useEffect, useState } from 'react';
import type { LogEntry } from '../../api/types.ts';
import { useSearch } from '../../router/location.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import { LogTable } from './log-table.tsx';
import './logs.css';
import { useHold } from './use-hold.ts';
import { keepFilters, merged, useLogs, useTail, type Filters } from './use-logs.ts';

/** Every call, newest first, as they come. */
export function LogsPage() {
  const [search] = useSearch();
  const filters: Filters = Object.fromEntries([...search].filter(([name, value]) => value !== '' && name !== 'live'));
  const [isLive, setLive] = useState(true);
  const tail = useTail(filters, isLive);
  const logs = useLogs(filters, isLive);
  useEffect(() => keepFilters(location.search));
  return (
    <Page
      title="Logs"
      actions={
        <>
          <ExportButton filters={filters} />
          <Button aria-pressed={isLive} onClick={() => setLive(!isLive)} title={isLive ? 'Stop following new calls' : 'Follow new calls'}>
            {isLive ? <i className="live-dot" aria-hidden="true" /> : <Icon name="play" size={15} />}
            {isLive ? 'Live' : 'Paused'}
          </Button>
        </>
      }
    >
      <div className="stack">
        <FilterBar filters={filters} />
        <Panel flush>
          <Loaded query={logs} lines={10}>
            {(data) => <Calls key={JSON.stringify(filters)} filters={filters} tail={tail} listed={data.pages.flatMap((page) => page.data)} />}
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

interface CallsProps {
  readonly filters: Filters;
  readonly tail: readonly LogEntry[];
  readonly listed: readonly LogEntry[];
}

/** The calls; they stand still under a pointer, so that the row one aims at stays where it is. */
function Calls({ filters, tail, listed }: CallsProps) {
  const { shown, waiting, hold, release } = useHold(merged(tail, listed), JSON.stringify(filters));
  if (shown.length === 0) return <NoCalls isFiltered={Object.keys(filters).length > 0} />;
  const toNewest = (): void => {
    release();
    scrollTo({ top: 0 });
  };
  return (
    <div
      onPointerMove={(event) => event.pointerType === 'mouse' && hold()}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || release()}
    >
      {waiting === 0 ? null : (
        <button type="button" className="waiting" onClick={toNewest}>
          {waiting} new {waiting === 1 ? 'call' : 'calls'}
        </button>
      )}
      <LogTable entries={shown} fresh={new Set(tail.map(({ id }) => id))} />
    </div>
  );
}

function NoCalls({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty icon="search" title="No call matches" action={<LinkButton to="/logs">Clear the filters</LinkButton>}>
        Calls that match will appear here as they end.
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
      Listening. Each call appears here as it ends.
    </Empty>
  );
}
