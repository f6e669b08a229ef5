import type { PageProps } from '../../app.tsx';
import type { LoggedCall } from '../../api/types.ts';
import { tookText, moneyText, tokenSides, tokenTotal } from '../../format/number.ts';
import { dateText } from '../../format/time.ts';
import { Link } from '../../router/link.tsx';
import { useSearch } from '../../router/location.ts';
import { Badge, toneOfStatus } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Alert, Loaded } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { CallActions } from './call-actions.tsx';
import { ConversationTab } from './conversation-tab.tsx';
import { CostPanel } from './cost-panel.tsx';
import './logs.css';
import { RawTab } from './raw-tab.tsx';
import { lastFilters, useCall } from './use-logs.ts';
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
  const model = call.data?.model ?? call.data?.requested_model;
  return (
    <Page
      title={model == null ? 'Call' : `Call to ${model}`}
      lead={<Trail id={id} />}
      actions={call.data === undefined ? undefined : <CallActions call={call.data} />}
    >
      <Loaded query={call} lines={8}>
        {(data) => <CallView call={data} />}
      </Loaded>
    </Page>
  );
}

function Trail({ id }: { readonly id: string }) {
  return (
    <span className="row">
      <Link to={`/logs${lastFilters()}`}>Logs</Link>
      <span aria-hidden="true">/</span>
      <code className="cut">{id}</code>
      <CopyButton bare text={id} label="Copy the id" />
    </span>
  );
}

function CallView({ call }: { readonly call: LoggedCall }) {
  const [search, patch] = useSearch();
  const tab = TABS.find(({ name }) => name === search.get('tab'))?.name ?? 'conversation';
  return (
    <div className="call">
      <div className="stack wide grow">
        <dl className="key-figures">
          {FIGURES.map(([label, read]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd className="numbers">{read(call)}</dd>
            </div>
          ))}
        </dl>
        {call.error_class == null && call.error_message == null ? null : (
          <Alert title={call.error_code ?? call.error_class ?? 'error'}>{call.error_message ?? 'The gateway kept no words of it.'}</Alert>
        )}
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
        <Panel title="Details">
          <Facts entries={FACTS.map(([label, read]) => [label, read(call)])} />
        </Panel>
        <CostPanel call={call} />
        <MetadataPanel call={call} />
        <FeedbackPanel call={call} />
      </aside>
    </div>
  );
}

type Fact = readonly [label: string, read: (call: LoggedCall) => React.ReactNode];

/** What is seen first of a call. */
const FIGURES: readonly Fact[] = [
  ['Status', ({ status }) => <Badge tone={toneOfStatus(status)}>{status}</Badge>],
  ['Duration', ({ ms }) => tookText(ms)],
  ['First token', ({ first_ms: ms }) => tookText(ms)],
  ['Tokens', ({ usage }) => (usage == null || tokenTotal(usage) === 0 ? '–' : tokenSides(usage))],
  ['Cost', ({ cost, usage }) => (cost == null && tokenTotal(usage) > 0 ? 'no price' : moneyText(cost))],
];

/** What else is said of it, in order; what it does not have is left out. */
const FACTS: readonly Fact[] = [
  ['Time', ({ at }) => <time dateTime={at}>{dateText(at)}</time>],
  ['Provider', ({ provider }) => provider],
  ['Model', ({ model }) => model],
  ['Asked for', ({ model, requested_model: asked }) => (asked === model ? undefined : asked)],
  ['Route', ({ method, path }) => <code>{`${method} ${path}`}</code>],
  ['Answer', ({ is_stream: isStream, ending }) => (ending === 'whole' ? (isStream === true ? 'streamed' : 'in one piece') : ending)],
  ['Cache', ({ cache }) => CACHES[cache?.status ?? ''] ?? cache?.status?.toLowerCase()],
  ['Config', ({ config }) => (config == null ? undefined : <Link to={`/configs/${config.id}`}>{config.id}</Link>)],
  ['API key', ({ api_key: key }) => (key == null ? undefined : <Link to={`/keys?open=${key.id}`}>{key.name ?? key.id}</Link>)],
  ['Trace', ({ trace_id: id }) => filterLink('trace_id', id)],
  ['Session', ({ session_id: id }) => filterLink('session_id', id)],
];

const CACHES: Readonly<Record<string, string>> = { DISABLED: 'off' };

/** A value that leads to all calls which have it. */
function filterLink(name: string, value: string | null | undefined): React.ReactNode {
  return value == null ? undefined : <Link to={`/logs?${new URLSearchParams({ [name]: value }).toString()}`}>{value}</Link>;
}

function MetadataPanel({ call }: { readonly call: LoggedCall }) {
  const entries = Object.entries(call.metadata ?? {});
  if (entries.length === 0) return null;
  return (
    <Panel title="Metadata">
      <Facts entries={entries.map(([name, value]) => [name, filterLink(`metadata.${name}`, value)])} />
    </Panel>
  );
}

function FeedbackPanel({ call }: { readonly call: LoggedCall }) {
  const feedback = call.feedback ?? [];
  if (feedback.length === 0) return null;
  return (
    <Panel title="Feedback">
      <ul className="stack tight">
        {feedback.map(({ value, weight, metadata }, i) => (
          <li key={i} className="row wrap">
            <Badge tone={(value ?? 0) > 0 ? 'good' : (value ?? 0) < 0 ? 'bad' : 'plain'}>{value ?? '–'}</Badge>
            {weight === undefined || weight === 1 ? null : <span className="hint">weight {weight}</span>}
            <span className="quiet">
              {Object.entries(metadata ?? {})
                .map(([name, one]) => `${name}: ${String(one)}`)
                .join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
