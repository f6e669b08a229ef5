import { useSaved } from '../../api/queries.ts';
import type { SavedProvider } from '../../api/types.ts';
import { useSearch } from '../../router/location.ts';
import { StateBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { SavedList, useOpened } from '../../ui/saved-list.tsx';
import { UsageOf } from '../../ui/usage-meters.tsx';
import { KnownProviders } from './known-providers.tsx';
import { ProviderDialog } from './provider-dialog.tsx';
import './providers.css';
import { TestButton } from './test-button.tsx';

const COLUMNS: readonly Column<SavedProvider>[] = [
  { head: 'Provider', cell: ({ provider }) => provider },
  { head: 'Keys', className: 'mono quiet', cell: ({ keys = [] }) => keys.map(({ masked, id }) => masked ?? id).join(', ') || '–' },
  { head: 'State', cell: ({ status }) => <StateBadge status={status} /> },
  { head: 'Used', className: 'usage-column', cell: ({ id }) => <UsageOf kind="provider" id={id} /> },
  { head: 'Test', isHeadUnseen: true, isRight: true, cell: ({ id }) => <TestButton id={id} /> },
];

function slugOf({ id }: SavedProvider) {
  return <code className="hint">@{id}</code>;
}

/** Saved providers with their credentials. */
export function ProvidersPage() {
  const [search] = useSearch();
  const providers = useSaved<SavedProvider>('providers');
  const { isNew, chosen, add, open, close } = useOpened(providers);
  const addButton = (
    <Button look="primary" icon="plus" onClick={() => add()}>
      Add a provider
    </Button>
  );
  return (
    <Page
      title="Providers"
      lead="Credentials that the gateway keeps, sealed. Calls name a provider as @slug, configs as virtual_key; the key itself never leaves."
      actions={addButton}
    >
      <div className="stack wide">
        <Panel flush>
          <SavedList
            label="Saved providers"
            query={providers}
            columns={COLUMNS}
            beside={slugOf}
            onOpen={open}
            empty={{
              icon: 'providers',
              title: 'No providers saved yet',
              words: 'Save a key once, and no application has to know it. Several keys share the load by their weights.',
              action: addButton,
            }}
          />
        </Panel>
        {/* Not before what stands above it, which would push it down. */}
        {providers.isPending ? null : <KnownProviders onAdd={(host) => add({ host })} />}
      </div>
      {isNew ? <ProviderDialog saved={undefined} host={search.get('host') ?? undefined} onClose={close} /> : null}
      {chosen === undefined ? null : <ProviderDialog key={chosen.version} saved={chosen} host={undefined} onClose={close} />}
    </Page>
  );
}
