import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { admin } from '../../api/client.ts';
import { sayWhy, useSaved } from '../../api/queries.ts';
import type { ApiKey, Policy, SavedProvider, UsageState } from '../../api/types.ts';
import { percentText } from '../../format/number.ts';
import { Link } from '../../router/link.tsx';
import { Badge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Progress } from '../../ui/progress.tsx';
import { toast } from '../../ui/toast.tsx';
import { amountText, keyOf, unitText } from '../../ui/usage-meters.tsx';
import { When } from '../../ui/when.tsx';

const COLUMNS: readonly Column<UsageState>[] = [
  { head: 'Counted for', cell: (state) => <Subject state={state} /> },
  { head: 'Used', isRight: true, cell: ({ type, used }) => amountText(type, used) },
  {
    head: 'Limit',
    isRight: true,
    cell: ({ type, limit }) => (
      <>
        {amountText(type, limit)} <span className="quiet">{unitText(type, limit)}</span>
      </>
    ),
  },
  {
    head: 'Share',
    className: 'meter-column',
    cell: ({ used, limit, limit_id: id }) => (
      <span className="meter-cell">
        <Progress used={used} limit={limit} label={`Used of ${id}`} />
        <span className="numbers">{percentText(limit === 0 ? 1 : used / limit)}</span>
      </span>
    ),
  },
  { head: 'Resets', isRight: true, className: 'quiet', cell: ({ resets_at: at }) => <When at={at} /> },
  { head: 'Reset', isHeadUnseen: true, isRight: true, cell: (state) => <ResetButton state={state} /> },
];

/** Every limit with what is used of it, the fullest first. */
export function UsageTable({ states }: { readonly states: readonly UsageState[] }) {
  const rows = states.toSorted((a, b) => b.used / Math.max(b.limit, 1e-9) - a.used / Math.max(a.limit, 1e-9));
  return <DataTable label="Usage" isDense rows={rows} columns={COLUMNS} keyOf={keyOf} />;
}

function ResetButton({ state: { limit_id: id } }: { readonly state: UsageState }) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const reset = useMutation({
    mutationFn: () => admin<unknown>(`/usage/${encodeURIComponent(id)}/reset`, { method: 'POST', body: {} }),
    onSuccess: () => {
      toast('Usage was set to zero');
      return client.invalidateQueries({ queryKey: ['usage'] });
    },
    onError: sayWhy,
  });
  return (
    <>
      <IconButton icon="refresh" label={`Set the usage of ${id} to zero`} onClick={() => setAsking(true)} />
      {isAsking ? (
        <Confirm title="Set the usage to zero?" deed="Reset" icon="refresh" onClose={() => setAsking(false)} onConfirm={() => reset.mutate()}>
          The limit counts from nothing again, in every group of it. What was spent stays in the log.
        </Confirm>
      ) : null}
    </>
  );
}

const PAGES: Readonly<Record<string, string>> = { api_key: '/keys', provider: '/providers', policy: '/limits' };

function Subject({ state: { subject } }: { readonly state: UsageState }) {
  const keys = useSaved<ApiKey>('api-keys').data?.data ?? [];
  const providers = useSaved<SavedProvider>('providers').data?.data ?? [];
  const policies = useSaved<Policy>('policies').data?.data ?? [];
  const name = [...keys, ...providers, ...policies].find(({ id }) => id === subject.id)?.name ?? subject.id;
  const page = PAGES[subject.kind];
  const group = groupText(subject.group);
  return (
    <span className="row wrap">
      {page === undefined ? (
        <span className="name">{name}</span>
      ) : (
        <Link to={`${page}?open=${subject.id}`} className="name">
          {name}
        </Link>
      )}
      <Badge>{KINDS[subject.kind] ?? subject.kind}</Badge>
      {group === '' ? null : <span className="quiet">{group}</span>}
    </span>
  );
}

const KINDS: Readonly<Record<string, string>> = { api_key: 'API key' };

function groupText(group: UsageState['subject']['group']): string {
  if (typeof group === 'string') return group;
  return Object.entries(group ?? {})
    .map(([field, value]) => `${field} ${value}`)
    .join(', ');
}
