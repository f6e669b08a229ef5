import { useState } from 'react';
import { CLIENTS } from '../../code/clients.ts';
import { Link } from '../../router/link.tsx';
import { useSearch } from '../../router/location.ts';
import { Code } from '../../ui/code.tsx';
import { TextField } from '../../ui/field.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { TargetPicker } from '../../ui/target-picker.tsx';
import { Arrival } from './arrival.tsx';
import './connect.css';

const GROUPS = ['Tools', 'Libraries'] as const;

/** What to copy so that a client uses the gateway. */
export function ConnectPage() {
  const [search, patch] = useSearch();
  const [key, setKey] = useState('');
  const client = CLIENTS.find(({ id }) => id === search.get('client')) ?? CLIENTS[0];
  const target = search.get('target') ?? 'mock';
  const model = search.get('model') ?? 'mock';
  if (client === undefined) return null;
  return (
    <Page title="Connect a client" lead="Keep your client and its format. Point it at the gateway, and say in a header where its calls go.">
      <div className="connect">
        <ClientList chosen={client.id} target={target} model={model} />
        <Panel title={client.name} className="grow">
          <div className="stack wide">
            <p>{client.words}</p>
            <div className="connect-choice">
              <div className="field">
                <span className="label">Target and model</span>
                <TargetPicker target={target} model={model} onChange={patch} />
              </div>
              <TextField
                label="API key of the gateway"
                placeholder="Not needed on this machine"
                hint={
                  <>
                    Filled into the code below, and kept nowhere else. <Link to="/keys?new=1">Create a key</Link>
                  </>
                }
                value={key}
                onChange={(event) => setKey(event.target.value)}
              />
            </div>
            {client.write({ origin: location.origin, target, model, key }).map(({ title, text }) => (
              <div key={title} className="stack tight">
                <h3 className="label">{title}</h3>
                <Code text={text} />
              </div>
            ))}
            <Arrival />
          </div>
        </Panel>
      </div>
    </Page>
  );
}

function ClientList({ chosen, target, model }: { readonly chosen: string; readonly target: string; readonly model: string }) {
  return (
    <nav aria-label="Clients" className="clients">
      {GROUPS.map((group) => (
        <div key={group}>
          <h2>{group}</h2>
          <ul>
            {CLIENTS.filter((one) => one.group === group).map(({ id, name }) => (
              <li key={id}>
                <Link
                  to={`/connect?${new URLSearchParams({ client: id, target, model }).toString()}`}
                  aria-current={id === chosen ? 'page' : undefined}
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
