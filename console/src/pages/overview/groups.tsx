import { useState } from 'react';
import type { Group } from '../../api/types.ts';
import { countText, durationText, moneyText, percentText, tokenTotal } from '../../format/number.ts';
import type { RangeName } from '../../format/time.ts';
import { useSearch } from '../../router/location.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useGroups } from './use-analytics.ts';

const KINDS = [
  { name: 'model', label: 'Models' },
  { name: 'provider', label: 'Providers' },
  { name: 'api_key', label: 'API keys' },
  { name: 'config', label: 'Configs' },
  { name: 'status', label: 'Statuses' },
  { name: 'metadata', label: 'Metadata' },
] as const;

interface GroupsProps {
  readonly range: RangeName;
  readonly filters: Readonly<Record<string, string>>;
  readonly onFilter: (name: string, value: string) => void;
}

/** Who and what the figures come from; a click shows that alone. */
export function Groups({ range, filters, onFilter }: GroupsProps) {
  const [search, patch] = useSearch();
  const kind = KINDS.find(({ name }) => name === search.get('by'))?.name ?? 'model';
  const [member, setMember] = useState(search.get('member') ?? 'user');
  const by = kind === 'metadata' ? `metadata.${member === '' ? 'user' : member}` : kind;
  const groups = useGroups(by, range, filters);
  return (
    <Panel flush className="groups">
      <div className="spread groups-head">
        <Tabs label="By" tabs={KINDS} chosen={kind} onChoose={(name) => patch({ by: name === 'model' ? '' : name })} />
        {kind === 'metadata' ? (
          <input
            className="input member"
            aria-label="Member of the metadata"
            value={member}
            onChange={(event) => {
              setMember(event.target.value);
              patch({ member: event.target.value });
            }}
          />
        ) : null}
      </div>
      <Loaded query={groups}>
        {(data) =>
          data.length === 0 ? (
            <Empty icon="overview" title="None in this range" />
          ) : (
            <DataTable
              label={`By ${by}`}
              isDense
              rows={data}
              columns={columnsOf(data, (key) => onFilter(by, key))}
              keyOf={({ key }) => String(key)}
              onOpen={({ key }) => key !== null && onFilter(by, String(key))}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

function columnsOf(groups: readonly Group[], onFilter: (key: string) => void): readonly Column<Group>[] {
  const most = Math.max(1, ...groups.map(({ calls }) => calls));
  return [
    {
      head: 'Name',
      className: 'name',
      cell: ({ key, name }) => (
        <button type="button" className="text-button" onClick={() => onFilter(String(key ?? ''))} disabled={key === null}>
          {name ?? key ?? 'none'}
        </button>
      ),
    },
    {
      head: 'Requests',
      className: 'share-column',
      cell: ({ calls }) => (
        <span className="share">
          <span className="numbers">{countText(calls)}</span>
          <i style={{ width: `${(calls / most) * 100}%` }} aria-hidden="true" />
        </span>
      ),
    },
    {
      head: 'Errors',
      isRight: true,
      cell: ({ calls, errors }) => (errors === 0 ? '–' : <span className="bad-text">{`${countText(errors)} · ${percentText(errors / calls)}`}</span>),
    },
    { head: 'Tokens', isRight: true, cell: ({ tokens }) => countText(tokenTotal(tokens)) },
    { head: 'Cost', isRight: true, cell: ({ cost }) => moneyText(cost) },
    { head: 'p50', isRight: true, cell: ({ p50 }) => durationText(p50) },
    { head: 'p95', isRight: true, cell: ({ p95 }) => durationText(p95) },
  ];
}
