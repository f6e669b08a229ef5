import { useSaved } from '../../api/queries.ts';
import type { SavedProvider } from '../../api/types.ts';
import { useSearch } from '../../router/location.ts';
import { FileBadge, StateBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { useUsage, UsageMeters } from '../../ui/usage-meters.tsx';
import { ProviderDialog } from './provider-dialog.tsx';
import { KnownProviders } from './known-providers.tsx';
import { TestButton } from './test-button.tsx';
import './providers.css';

/** Saved providers with their credentials. */
export function ProvidersPage() {
  const [search, patch] = useSearch();
  const providers = useSaved<SavedProvider>('providers');
  const open = search.get('open');
  const isNew = search.has('new');
  const chosen = providers.data?.data.find(({ id }) => id === open);
  const close = (): void => patch({ open: '', new: '', host: '' });
  return (
    <Page
      title="Providers"
      lead="Credentials that the gateway keeps, sealed. Calls name a provider as @slug, configs as virtual_key; the key itself never leaves."
      actions={
        <Button look="primary" icon="plus" onClick={() => patch({ new: '1' })}>
          Add a provider
        </Button>
      }
    >
      <div className="stack wide">
        <Panel flush>
          <Loaded query={providers}>
            {({ data }) =>
              data.length === 0 ? (
                <Empty
                  icon="providers"
                  title="No provider is saved yet"
                  action={
                    <Button look="primary" icon="plus" onClick={() => patch({ new: '1' })}>
                      Add a provider
                    </Button>
                  }
                >
                  Save a key once, and no application has to know it. Several keys share the load by their weights.
                </Empty>
              ) : (
                <ProviderTable providers={data} onOpen={(id) => patch({ open: id })} />
              )
            }
          </Loaded>
        </Panel>
        <KnownProviders onAdd={(host) => patch({ new: '1', host })} />
      </div>
      {isNew ? <ProviderDialog saved={undefined} host={search.get('host') ?? undefined} onClose={close} /> : null}
      {chosen === undefined ? null : <ProviderDialog key={chosen.version} saved={chosen} host={undefined} onClose={close} />}
    </Page>
  );
}

function ProviderTable({ providers, onOpen }: { readonly providers: readonly SavedProvider[]; readonly onOpen: (id: string) => void }) {
  const usage = useUsage().data ?? [];
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Name</th>
            <th className="wide-only">Provider</th>
            <th>Keys</th>
            <th>State</th>
            <th className="usage-column">Used</th>
            <th>
              <span className="unseen">Try</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {providers.map(({ id, name, provider, keys = [], status, source }) => (
            <tr key={id} className="link" onClick={() => onOpen(id)}>
              <td>
                <span className="row">
                  <button type="button" className="text-button" onClick={() => onOpen(id)}>
                    {name}
                  </button>
                  <FileBadge source={source} />
                </span>
                <code className="hint">@{id}</code>
              </td>
              <td className="wide-only">{provider}</td>
              <td className="mono quiet">{keys.map(({ masked, id: key }) => masked ?? key).join(', ') || '–'}</td>
              <td>
                <StateBadge status={status} />
              </td>
              <td>
                <UsageMeters states={usage.filter(({ subject }) => subject.kind === 'provider' && subject.id === id)} />
              </td>
              <td className="right" onClick={(event) => event.stopPropagation()}>
                <TestButton id={id} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
