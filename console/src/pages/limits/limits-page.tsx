import { useMutation, useQueryClient } from '@tanstack/react-query';
import { admin } from '../../api/client.ts';
import { useRemove, useSaved, wordsFor } from '../../api/queries.ts';
import type { ApiKey, Policy, SavedProvider, UsageState } from '../../api/types.ts';
import { percentText } from '../../format/number.ts';
import { agoText } from '../../format/time.ts';
import { Link } from '../../router/link.tsx';
import { useSearch } from '../../router/location.ts';
import { Badge, FileBadge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { limitText } from '../../ui/limits-editor.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { amountText, useUsage } from '../../ui/usage-meters.tsx';
import { PolicyDialog } from './policy-dialog.tsx';

/** What may be used, and what is. */
export function LimitsPage() {
  const [search, patch] = useSearch();
  const usage = useUsage();
  const policies = useSaved<Policy>('policies');
  const chosen = policies.data?.data.find(({ id, source }) => id === search.get('open') && source !== 'file');
  const close = (): void => patch({ new: '', open: '' });
  const add = (
    <Button look="primary" icon="plus" onClick={() => patch({ new: '1' })}>
      New policy
    </Button>
  );
  return (
    <Page
      title="Budgets and limits"
      lead="What may be used, and what is. Budgets are reserved before a call and settled after it, so that calls at the same time cannot overspend them."
      actions={add}
    >
      <div className="stack wide">
        <Panel title="Used" flush>
          <Loaded query={usage}>
            {(states) =>
              states.length === 0 ? (
                <Empty icon="limits" title="Nothing is limited yet" action={add}>
                  Give a key or a provider a budget, or write a policy over metadata, keys and providers.
                </Empty>
              ) : (
                <UsageTable states={states} />
              )
            }
          </Loaded>
        </Panel>
        <Panel title="Policies" flush>
          <Loaded query={policies}>
            {({ data }) =>
              data.length === 0 ? (
                <p className="quiet inset">No policy yet: it limits whatever its conditions fit, each group apart.</p>
              ) : (
                <PolicyTable policies={data} onOpen={(id) => patch({ open: id })} />
              )
            }
          </Loaded>
        </Panel>
      </div>
      {search.has('new') ? <PolicyDialog saved={undefined} onClose={close} /> : null}
      {chosen === undefined ? null : <PolicyDialog key={chosen.version} saved={chosen} onClose={close} />}
    </Page>
  );
}

function UsageTable({ states }: { readonly states: readonly UsageState[] }) {
  const client = useQueryClient();
  const reset = useMutation({
    mutationFn: (id: string) => admin<unknown>(`/usage/${encodeURIComponent(id)}/reset`, { method: 'POST', body: {} }),
    onSuccess: () => {
      toast('Counts from nothing again');
      return client.invalidateQueries({ queryKey: ['usage'] });
    },
    onError: (error) => toast(wordsFor(error), 'bad'),
  });
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Whose</th>
            <th className="right">Used</th>
            <th className="right">Limit</th>
            <th className="meter-column">Share</th>
            <th className="right">Anew</th>
            <th>
              <span className="unseen">Reset</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {states.map((state) => (
            <tr key={`${state.limit_id} ${JSON.stringify(state.subject)}`}>
              <td>
                <Subject state={state} />
              </td>
              <td className="right">{amountText(state.type, state.used)}</td>
              <td className="right">
                {amountText(state.type, state.limit)} <span className="quiet">{state.type === 'cost' ? '' : state.type}</span>
              </td>
              <td>
                <span className="meter-cell">
                  <Progress used={state.used} limit={state.limit} label={`Used of ${state.limit_id}`} />
                  <span className="numbers">{percentText(state.limit === 0 ? 1 : state.used / state.limit)}</span>
                </span>
              </td>
              <td className="right quiet">{state.resets_at == null ? 'never' : agoText(state.resets_at)}</td>
              <td className="right">
                <IconButton icon="refresh" label={`Count ${state.limit_id} from nothing`} onClick={() => reset.mutate(state.limit_id)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const PAGES: Readonly<Record<string, string>> = { api_key: '/keys', provider: '/providers', policy: '/limits' };

function Subject({ state: { subject } }: { readonly state: UsageState }) {
  const keys = useSaved<ApiKey>('api-keys').data?.data ?? [];
  const providers = useSaved<SavedProvider>('providers').data?.data ?? [];
  const policies = useSaved<Policy>('policies').data?.data ?? [];
  const name = [...keys, ...providers, ...policies].find(({ id }) => id === subject.id)?.name ?? subject.id;
  const page = PAGES[subject.kind];
  const group =
    typeof subject.group === 'string'
      ? subject.group
      : Object.entries(subject.group ?? {})
          .map(([field, value]) => `${field} ${value}`)
          .join(', ');
  return (
    <span className="row wrap">
      {page === undefined ? (
        <span className="name">{name}</span>
      ) : (
        <Link to={`${page}?open=${subject.id}`} className="name">
          {name}
        </Link>
      )}
      <Badge>{subject.kind.replace('_', ' ')}</Badge>
      {group === '' ? null : <span className="quiet">{group}</span>}
    </span>
  );
}

function PolicyTable({ policies, onOpen }: { readonly policies: readonly Policy[]; readonly onOpen: (id: string) => void }) {
  const remove = useRemove('policies', 'Policy');
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Name</th>
            <th>Allows</th>
            <th>For</th>
            <th>Each</th>
            <th>
              <span className="unseen">Delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {policies.map((policy) => (
            <tr key={policy.id}>
              <td>
                <span className="row">
                  <button type="button" className="text-button" disabled={policy.source === 'file'} onClick={() => onOpen(policy.id)}>
                    {policy.name}
                  </button>
                  <FileBadge source={policy.source} />
                  {policy.shadow === true ? <Badge tone="info">shadow</Badge> : null}
                </span>
              </td>
              <td className="numbers">{limitText(policy.type, policy.credit_limit ?? policy.value ?? 0, policy.unit ?? policy.periodic_reset)}</td>
              <td className="quiet">
                {(policy.conditions ?? [])
                  .map(({ key, value, excludes }) => `${key} ${excludes === true ? 'not ' : ''}${[value].flat().join(', ')}`)
                  .join(' and ') || 'every call'}
              </td>
              <td className="quiet">{(policy.group_by ?? []).join(', ') || 'all together'}</td>
              <td className="right">
                {policy.source === 'file' ? null : (
                  <IconButton
                    icon="trash"
                    label={`Delete ${policy.name}`}
                    onClick={() => confirm(`Delete ${policy.name}?`) && remove.mutate(policy.id)}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
