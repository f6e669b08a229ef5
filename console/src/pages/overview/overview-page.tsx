import type { Summary } from '../../api/types.ts';
import { countOf } from '../../format/number.ts';
import { isRange, RANGES, type RangeName } from '../../format/time.ts';
import { useSearch } from '../../router/location.ts';
import { useUnreachable } from '../../shell/unreachable.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Charts } from './charts.tsx';
import { Figures } from './figures.tsx';
import { FirstRun } from './first-run.tsx';
import { Groups } from './groups.tsx';
import './overview.css';
import { useSeries, useSummary, useSummaryBefore } from './use-analytics.ts';

const NAMES = Object.keys(RANGES) as RangeName[];
const FILTERS = ['model', 'provider', 'api_key', 'config', 'status'] as const;

/** What the gateway does, live. */
export function OverviewPage() {
  const [search, patch] = useSearch();
  const asked = search.get('range');
  const range = isRange(asked) ? asked : '1h';
  const filters = Object.fromEntries([...search].filter(([name]) => (FILTERS as readonly string[]).includes(name) || name.startsWith('metadata.')));
  const summary = useSummary(range, filters);
  const setRange = (name: RangeName): void => patch({ range: name === '1h' ? '' : name });
  const isEmpty = summary.data?.calls === 0 && Object.keys(filters).length === 0;
  return (
    <Page
      title="Overview"
      lead={isEmpty ? undefined : <Filters filters={filters} onRemove={(name) => patch({ [name]: undefined })} />}
      actions={<Segments label="Range" tabs={NAMES.map((name) => ({ name, label: name }))} chosen={range} onChoose={setRange} />}
    >
      <Loaded query={summary}>
        {(figures) => (isEmpty ? <Nothing range={range} onRange={setRange} /> : <Everything summary={figures} range={range} filters={filters} />)}
      </Loaded>
    </Page>
  );
}

interface EverythingProps {
  readonly summary: Summary;
  readonly range: RangeName;
  readonly filters: Readonly<Record<string, string>>;
}

function Everything({ summary, range, filters }: EverythingProps) {
  const [, patch] = useSearch();
  const series = useSeries(range, filters);
  const before = useSummaryBefore(range, filters);
  return (
    <div className="stack wide">
      <Figures summary={summary} before={before.data} series={series.data} />
      <Loaded query={series}>{(data) => <Charts series={data} />}</Loaded>
      {/* Not before what stands above it, which would push it down. */}
      {series.isPending ? null : <Groups range={range} filters={filters} onFilter={(name, value) => patch({ [name]: value })} />}
    </div>
  );
}

const LONGEST = '30d';

/** No call in the range: either there was none yet, or they lie further back. */
function Nothing({ range, onRange }: { readonly range: RangeName; readonly onRange: (range: RangeName) => void }) {
  const ever = useSummary(LONGEST, {});
  if (range === LONGEST || ever.data?.calls === 0) return <FirstRun />;
  if (ever.data === undefined) return null;
  return (
    <Panel flush>
      <Empty
        icon="overview"
        title={`No calls in the last ${range}`}
        action={
          <>
            {RANGES[range] < RANGES['24h'] ? <Button onClick={() => onRange('24h')}>Show 24h</Button> : null}
            <Button look="primary" onClick={() => onRange(LONGEST)}>
              Show {LONGEST}
            </Button>
          </>
        }
      >
        {countOf(ever.data.calls, 'call')} came in the last {LONGEST}. New ones appear here by themselves.
      </Empty>
    </Panel>
  );
}

function Filters({ filters, onRemove }: { readonly filters: Readonly<Record<string, string>>; readonly onRemove: (name: string) => void }) {
  const entries = Object.entries(filters);
  const isAway = useUnreachable();
  if (entries.length === 0)
    return (
      <span className="row">
        <i className={isAway ? 'live-dot off' : 'live-dot'} aria-hidden="true" /> {isAway ? 'Not live' : 'Live, across all calls'}
      </span>
    );
  return (
    <span className="row wrap">
      {entries.map(([name, value]) => (
        <span key={name} className="chip">
          {name.replace('_', ' ')}: {value}
          <IconButton icon="close" label={`Remove the filter ${name}`} onClick={() => onRemove(name)} />
        </span>
      ))}
    </span>
  );
}
