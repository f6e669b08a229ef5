import { useState } from 'react';
import type { Group } from '../../api/types.ts';
import { countText, durationText, moneyText, percentText, tokenTotal } from '../../format/number.ts';
import type { RangeName } from '../../format/time.ts';
import { useSearch } from '../../router/location.ts';
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
            <Empty icon="overview" title="Nothing of the kind in this range" />
          ) : (
            <GroupTable groups={data} by={by} onFilter={onFilter} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function GroupTable({
  groups,
  by,
  onFilter,
}: {
  readonly groups: readonly Group[];
  readonly by: string;
  readonly onFilter: (name: string, value: string) => void;
}) {
  const most = Math.max(1, ...groups.map(({ calls }) => calls));
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Name</th>
            <th className="share-head">Requests</th>
            <th className="right">Errors</th>
            <th className="right">Tokens</th>
            <th className="right">Cost</th>
            <th className="right">p50</th>
            <th className="right">p95</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={String(group.key)}>
              <td className="name">
                <button type="button" className="text-button" onClick={() => onFilter(by, String(group.key ?? ''))} disabled={group.key === null}>
                  {group.name ?? group.key ?? 'none'}
                </button>
              </td>
              <td>
                <span className="share">
                  <span className="numbers">{countText(group.calls)}</span>
                  <i style={{ width: `${(group.calls / most) * 100}%` }} aria-hidden="true" />
                </span>
              </td>
              <td className={group.errors > 0 ? 'right bad-text' : 'right'}>
                {group.errors === 0 ? '–' : `${countText(group.errors)} · ${percentText(group.errors / group.calls)}`}
              </td>
              <td className="right">{countText(tokenTotal(group.tokens))}</td>
              <td className="right">{moneyText(group.cost)}</td>
              <td className="right">{durationText(group.p50)}</td>
              <td className="right">{durationText(group.p95)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
