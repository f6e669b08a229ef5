import { useState } from 'react';
import { useSaved } from '../../api/queries.ts';
import type { ApiKey } from '../../api/types.ts';
import { agoText } from '../../format/time.ts';
import { useSearch } from '../../router/location.ts';
import { FileBadge, StateBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { useUsage, UsageMeters } from '../../ui/usage-meters.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { KeyMade } from './key-made.tsx';

/** Keys that callers of the gateway have. */
export function KeysPage() {
  const [search, patch] = useSearch();
  const keys = useSaved<ApiKey>('api-keys');
  const [made, setMade] = useState<ApiKey>();
  const chosen = keys.data?.data.find(({ id }) => id === search.get('open'));
  const close = (): void => patch({ open: '', new: '' });
  return (
    <Page
      title="API keys"
      lead="Who may call the gateway, with which models, how much, and how fast. Only a hash of a key is kept."
      actions={
        <Button look="primary" icon="plus" onClick={() => patch({ new: '1' })}>
          New API key
        </Button>
      }
    >
      <Panel flush>
        <Loaded query={keys}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty
                icon="keys"
                title="No key yet"
                action={
                  <Button look="primary" icon="plus" onClick={() => patch({ new: '1' })}>
                    New API key
                  </Button>
                }
              >
                On this machine calls need none. Give each application its own key to see and limit what it uses.
              </Empty>
            ) : (
              <KeyTable keys={data} onOpen={(id) => patch({ open: id })} />
            )
          }
        </Loaded>
      </Panel>
      {search.has('new') ? <KeyDialog saved={undefined} onClose={close} onMade={setMade} /> : null}
      {chosen === undefined ? null : <KeyDialog key={chosen.version} saved={chosen} onClose={close} onMade={setMade} />}
      {made === undefined ? null : <KeyMade made={made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}

function KeyTable({ keys, onOpen }: { readonly keys: readonly ApiKey[]; readonly onOpen: (id: string) => void }) {
  const usage = useUsage().data ?? [];
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Name</th>
            <th className="wide-only">Key</th>
            <th>State</th>
            <th>Used</th>
            <th className="right">Last call</th>
            <th className="right">Expires</th>
          </tr>
        </thead>
        <tbody>
          {keys.map(({ id, name, masked, status, source, last_used_at: last, expires_at: expires }) => (
            <tr key={id} className="link" onClick={() => onOpen(id)}>
              <td>
                <span className="row">
                  <button type="button" className="text-button" onClick={() => onOpen(id)}>
                    {name}
                  </button>
                  <FileBadge source={source} />
                </span>
              </td>
              <td className="mono quiet wide-only">{masked ?? '–'}</td>
              <td>
                <StateBadge status={status} />
              </td>
              <td>
                <UsageMeters states={usage.filter(({ subject }) => subject.kind === 'api_key' && subject.id === id)} />
              </td>
              <td className="right quiet">{agoText(last)}</td>
              <td className="right quiet">{expires == null ? 'never' : agoText(expires)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
