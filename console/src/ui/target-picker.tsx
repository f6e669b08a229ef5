import { useId } from 'react';
import { useModelCatalog, useProviderCatalog, useSaved } from '../api/queries.ts';
import type { SavedConfig, SavedProvider } from '../api/types.ts';

interface TargetPickerProps {
  readonly target: string;
  readonly model: string;
  readonly onChange: (change: { readonly target?: string; readonly model?: string }) => void;
  readonly label?: string;
}

/** Chooses where a call goes, and the model there. */
export function TargetPicker({ target, model, onChange, label = '' }: TargetPickerProps) {
  const listId = useId();
  const configs = useSaved<SavedConfig>('configs').data?.data ?? [];
  const providers = useSaved<SavedProvider>('providers').data?.data ?? [];
  const catalog = useProviderCatalog().data ?? [];
  const host = target.startsWith('@') ? providers.find(({ id }) => `@${id}` === target)?.provider : target.startsWith('pc-') ? undefined : target;
  const models = useModelCatalog(host).data ?? [];
  const ready = catalog.filter(({ has_env_key, needs_key, id }) => has_env_key === true || needs_key === false || id === 'mock');
  const others = catalog.filter((one) => !ready.includes(one));
  const known =
    target === '' ||
    configs.some(({ id }) => id === target) ||
    providers.some(({ id }) => `@${id}` === target) ||
    catalog.some(({ id }) => id === target);
  return (
    <div className="target-picker">
      <select className="input select" aria-label={`Target${label}`} value={target} onChange={(event) => onChange({ target: event.target.value })}>
        {known ? null : <option value={target}>{target}</option>}
        <Group label="Saved providers" entries={providers.map(({ id, name }) => [`@${id}`, name])} />
        <Group label="Saved configs" entries={configs.map(({ id, name }) => [id, name])} />
        <Group label="Ready" entries={ready.map(({ id, name }) => [id, name])} />
        <Group label="Need a key" entries={others.map(({ id, name }) => [id, name])} />
      </select>
      <input
        className="input mono"
        aria-label={`Model${label}`}
        placeholder={target.startsWith('pc-') ? 'the config says' : 'model'}
        value={model}
        list={listId}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange({ model: event.target.value })}
      />
      <datalist id={listId}>
        {models.slice(0, 300).map(({ id }) => (
          <option key={id} value={id} />
        ))}
      </datalist>
    </div>
  );
}

function Group({ label, entries }: { readonly label: string; readonly entries: readonly (readonly [value: string, name: string])[] }) {
  if (entries.length === 0) return null;
  return (
    <optgroup label={label}>
      {entries.map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}
