import { useSaved } from '../../api/queries.ts';
import type { Policy } from '../../api/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { alertDraftOf, alertsText, periodOf } from '../../ui/budget-draft.ts';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { limitText } from '../../ui/limits-editor.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { SavedList, useOpened } from '../../ui/saved-list.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { useUsage } from '../../ui/usage-meters.tsx';
import { PolicyDialog } from './policy-dialog.tsx';
import { UsageTable } from './usage-table.tsx';

const COLUMNS: readonly Column<Policy>[] = [
  {
    head: 'Allows',
    className: 'numbers',
    cell: (policy) => limitText(policy.type, policy.credit_limit ?? policy.value ?? 0, policy.unit ?? periodOf(policy)),
  },
  { head: 'Applies to', className: 'quiet', cell: conditionsText },
  { head: 'Counted per', className: 'quiet', cell: ({ group_by: groups = [] }) => groups.join(', ') || 'all together' },
  { head: 'Alerts', className: 'quiet', cell: (policy) => alertsText(policy.type, alertDraftOf(policy)) || 'none' },
  { head: 'Effect', cell: ({ shadow }) => (shadow === true ? <Badge tone="info">shadow</Badge> : <Badge>enforced</Badge>) },
];

function conditionsText({ conditions = [] }: Policy): string {
  return (
    conditions.map(({ key, value, excludes }) => `${key} ${excludes === true ? 'is not' : 'is'} ${[value].flat().join(' or ')}`).join(' and ') ||
    'every call'
  );
}

/** What may be used, and what is. */
export function LimitsPage() {
  const usage = useUsage();
  const policies = useSaved<Policy>('policies');
  const { isNew, chosen, add, open, close } = useOpened(policies);
  const addButton = (
    <Button look="primary" icon="plus" onClick={() => add()}>
      New policy
    </Button>
  );
  return (
    <Page
      title="Budgets and limits"
      lead="Budgets are reserved before a call and settled after it, so that calls at the same time cannot overspend them."
      actions={addButton}
    >
      <div className="stack wide">
        <Panel title="Usage" flush>
          <Loaded query={usage}>
            {(states) =>
              states.length === 0 ? (
                <Empty icon="limits" title="No limits yet" action={addButton}>
                  Give a key or a provider a budget, or write a policy over metadata, keys and providers.
                </Empty>
              ) : (
                <UsageTable states={states} />
              )
            }
          </Loaded>
        </Panel>
        {/* Not before what stands above it, which would push it down. */}
        {usage.isPending ? null : (
          <Panel title="Policies" flush>
            <SavedList
              label="Policies"
              query={policies}
              columns={COLUMNS}
              onOpen={open}
              empty={{
                icon: 'limits',
                title: 'No policies yet',
                words: 'A policy limits all calls that meet its conditions, and can count each user, key or model apart.',
              }}
            />
          </Panel>
        )}
      </div>
      {isNew ? <PolicyDialog saved={undefined} onClose={close} /> : null}
      {chosen === undefined ? null : <PolicyDialog key={chosen.version} saved={chosen} onClose={close} />}
    </Page>
  );
}
