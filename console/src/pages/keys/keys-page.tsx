import { useState } from 'react';
import { useSaved } from '../../api/queries.ts';
import type { ApiKey } from '../../api/types.ts';
import { StateBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { SavedList, useOpened } from '../../ui/saved-list.tsx';
import { UsageOf } from '../../ui/usage-meters.tsx';
import { When } from '../../ui/when.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { KeyMade } from './key-made.tsx';

const COLUMNS: readonly Column<ApiKey>[] = [
  { head: 'Key', className: 'mono quiet', cell: ({ masked }) => masked ?? '–' },
  { head: 'State', cell: ({ status }) => <StateBadge status={status} /> },
  { head: 'Used', className: 'usage-column', cell: ({ id }) => <UsageOf kind="api_key" id={id} /> },
  { head: 'Last call', isRight: true, className: 'quiet', cell: ({ last_used_at: at }) => <When at={at} /> },
  { head: 'Expires', isRight: true, className: 'quiet', cell: ({ expires_at: at }) => <When at={at} /> },
];

/** Keys that callers of the gateway have. */
export function KeysPage() {
  const keys = useSaved<ApiKey>('api-keys');
  const { isNew, chosen, add, open, close } = useOpened(keys);
  const [made, setMade] = useState<ApiKey>();
  const addButton = (
    <Button look="primary" icon="plus" onClick={() => add()}>
      New API key
    </Button>
  );
  return (
    <Page
      title="API keys"
      lead="Who may call the gateway, with which models, how much, and how fast. Only a hash of each key is kept."
      actions={addButton}
    >
      <Panel flush>
        <SavedList
          label="API keys"
          query={keys}
          columns={COLUMNS}
          onOpen={open}
          empty={{
            icon: 'keys',
            title: 'No API keys yet',
            words: 'On this machine calls need none. Give each application its own key to see and limit what it uses.',
            action: addButton,
          }}
        />
      </Panel>
      {isNew ? <KeyDialog saved={undefined} onClose={close} onMade={setMade} /> : null}
      {chosen === undefined ? null : <KeyDialog key={chosen.version} saved={chosen} onClose={close} onMade={setMade} />}
      {made === undefined ? null : <KeyMade made={made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}
