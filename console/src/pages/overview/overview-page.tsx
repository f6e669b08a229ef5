import { isRange, RANGES, type RangeName } from '../../format/time.ts';
import { useSearch } from '../../router/location.ts';
import { IconButton } from '../../ui/button.tsx';
import { Page } from '../../ui/panel.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Charts } from './charts.tsx';
import { Figures } from './figures.tsx';
import { FirstRun } from './first-run.tsx';
import { Groups } from './groups.tsx';
import './overview.css';
import { useSeries, useSummary } from './use-analytics.ts';

const NAMES = Object.keys(RANGES) as RangeName[];
const FILTERS = ['model', 'provider', 'api_key', 'config', 'status'] as const;

/** What the gateway does, live. */
export function OverviewPage() {
  const [search, patch] = useSearch();
  const asked = search.get('range');
  const range = isRange(asked) ? asked : '1h';
  const filters = Object.fromEntries([...search].filter(([name]) => (FILTERS as readonly string[]).includes(name) || name.startsWith('metadata.')));
  const summary = useSummary(range, filters);
  const series = useSeries(range, filters);
  const isEmpty = summary.data?.calls === 0 && Object.keys(filters).length === 0;
  return (
    <Page
      title="Overview"
      lead={isEmpty ? undefined : <Filters filters={filters} onRemove={(name) => patch({ [name]: undefined })} />}
      actions={
        <Segments
          label="Range"
          tabs={NAMES.map((name) => ({ name, label: name }))}
          chosen={range}
          onChoose={(name) => patch({ range: name === '1h' ? '' : name })}
        />
      }
    >
      <Loaded query={summary}>
        {(figures) =>
          isEmpty ? (
            <FirstRun range={range} />
          ) : (
            <div className="stack wide">
              <Figures summary={figures} series={series.data} />
              <Loaded query={series}>{(data) => <Charts series={data} />}</Loaded>
              <Groups range={range} filters={filters} onFilter={(name, value) => patch({ [name]: value })} />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function Filters({ filters, onRemove }: { readonly filters: Readonly<Record<string, string>>; readonly onRemove: (name: string) => void }) {
  const entries = Object.entries(filters);
  if (entries.length === 0) return 'What the gateway does, live.';
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
