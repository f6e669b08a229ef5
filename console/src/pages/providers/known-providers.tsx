import { useState } from 'react';
import { useProviderCatalog } from '../../api/queries.ts';
import { Badge } from '../../ui/badge.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/states.tsx';

/** All providers that the gateway knows, to be found and added. */
export function KnownProviders({ onAdd }: { readonly onAdd: (id: string) => void }) {
  const catalog = useProviderCatalog();
  const [text, setText] = useState('');
  return (
    <Panel
      title="Available providers"
      actions={
        <input
          className="input known-search"
          type="search"
          aria-label="Find a provider"
          placeholder="Find a provider"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      }
    >
      <Loaded query={catalog}>
        {(providers) => (
          <ul className="known">
            {providers
              .filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(text.toLowerCase()))
              .map(({ id, name, has_env_key: hasKey }) => (
                <li key={id}>
                  <button type="button" onClick={() => onAdd(id)} title={`Add ${name}`}>
                    <span className="cut">{name}</span>
                    {hasKey === true ? <Badge tone="good">key found</Badge> : null}
                  </button>
                </li>
              ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
