import type { PageProps } from '../../app.tsx';
import type { LoggedCall } from '../../api/types.ts';
import { countText, durationText, moneyText } from '../../format/number.ts';
import { clockText } from '../../format/time.ts';
import { Link } from '../../router/link.tsx';
import { useSearch } from '../../router/location.ts';
import { Badge, toneOfStatus } from '../../ui/badge.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { CallActions } from './call-actions.tsx';
import { ConversationTab } from './conversation-tab.tsx';
import { CostPanel } from './cost-panel.tsx';
import './logs.css';
import { RawTab } from './raw-tab.tsx';
import { useCall } from './use-logs.ts';
import { Waterfall } from './waterfall.tsx';

const TABS = [
  { name: 'conversation', label: 'Conversation' },
  { name: 'request', label: 'Request' },
  { name: 'response', label: 'Response' },
] as const;

/** One call with all that is known of it. */
export function CallPage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const call = useCall(id);
  return (
    <Page title="Call" lead={<Trail id={id} />} actions={call.data === undefined ? undefined : <CallActions call={call.data} />}>
      <Loaded query={call} lines={8}>
        {(data) => <CallView call={data} />}
      </Loaded>
    </Page>
  );
}

function Trail({ id }: { readonly id: string }) {
  return (
    <span className="row">
      <Link to="/logs">Logs</Link>
      <span aria-hidden="true">/</span>
      <code className="cut">{id}</code>
    </span>
  );
}

function CallView({ call }: { readonly call: LoggedCall }) {
  const [search, patch] = useSearch();
  const tab = TABS.find(({ name }) => name === search.get('tab'))?.name ?? 'conversation';
  return (
    <div className="call">
      <div className="stack wide grow">
        <Panel title="Attempts">
          <Waterfall call={call} />
        </Panel>
        <Panel flush>
          <div className="call-tabs">
            <Tabs label="Parts of the call" tabs={TABS} chosen={tab} onChoose={(name) => patch({ tab: name === 'conversation' ? '' : name })} />
          </div>
          <div className="panel-body" role="tabpanel" aria-label={tab}>
            {tab === 'conversation' ? <ConversationTab call={call} /> : <RawTab call={call} side={tab} />}
          </div>
        </Panel>
      </div>
      <aside className="stack wide call-side">
        <FactsPanel call={call} />
        <CostPanel call={call} />
        <MetadataPanel call={call} />
      </aside>
    </div>
  );
}

function FactsPanel({ call }: { readonly call: LoggedCall }) {
  const facts: readonly (readonly [label: string, value: React.ReactNode])[] = [
    ['Status', <Badge tone={toneOfStatus(call.status)}>{call.status}</Badge>],
    ['When', clockText(call.at)],
    ['Took', durationText(call.ms)],
    ['First token', durationText(call.first_ms)],
    ['Provider', call.provider ?? '–'],
    ['Model', call.model ?? '–'],
    ['Asked for', call.requested_model === call.model ? undefined : call.requested_model],
    ['Route', <code>{`${call.method} ${call.path}`}</code>],
    ['Cache', call.cache?.status?.toLowerCase()],
    ['Config', call.config == null ? undefined : <Link to={`/configs/${call.config.id}`}>{call.config.id}</Link>],
    ['API key', call.api_key == null ? undefined : <Link to={`/keys?open=${call.api_key.id}`}>{call.api_key.name ?? call.api_key.id}</Link>],
    ['Trace', call.trace_id == null ? undefined : <Link to={`/logs?trace_id=${encodeURIComponent(call.trace_id)}`}>{call.trace_id}</Link>],
    ['Session', call.session_id == null ? undefined : <Link to={`/logs?session_id=${encodeURIComponent(call.session_id)}`}>{call.session_id}</Link>],
    ['Error', call.error_code ?? call.error_class],
    ['Ending', call.ending === 'complete' || call.ending === 'whole' ? undefined : call.ending],
    ['Tokens', call.usage == null ? undefined : `${countText(call.usage.input ?? 0)} in, ${countText(call.usage.output ?? 0)} out`],
    ['Cost', moneyText(call.cost)],
  ];
  return (
    <Panel title="Facts">
      <dl className="facts">
        {facts.map(([label, value]) =>
          value === undefined || value === null ? null : (
            <div key={label} style={{ display: 'contents' }}>
              <dt>{label}</dt>
              <dd className="numbers">{value}</dd>
            </div>
          ),
        )}
      </dl>
    </Panel>
  );
}

function MetadataPanel({ call }: { readonly call: LoggedCall }) {
  const entries = Object.entries(call.metadata ?? {});
  if (entries.length === 0) return null;
  return (
    <Panel title="Metadata">
      <dl className="facts">
        {entries.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>
              <Link to={`/logs?${new URLSearchParams({ [`metadata.${name}`]: String(value) }).toString()}`}>{String(value)}</Link>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
