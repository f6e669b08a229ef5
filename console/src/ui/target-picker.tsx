import { useId } from 'react';
import { useModelCatalog, useProviderCatalog, useSaved } from '../api/queries.ts';
import type { SavedConfig, SavedProvider } from '../api/types.ts';

interface TargetPickerProps {
  readonly target: string;
  readonly model: string;
  readonly onChange: (change: { readonly target?: string; readonly model?: string }) => void;
  readonly label?: string;
}

interface Choices {
  readonly label: string;
  readonly entries: readonly (readonly [value: string, name: string])[];
}

/** All that a call can be sent to, in groups. */
function useTargets(): readonly Choices[] {
  const configs = useSaved<SavedConfig>('configs').data?.data ?? [];
  const providers = useSaved<SavedProvider>('providers').data?.data ?? [];
  const catalog = useProviderCatalog().data ?? [];
  const ready = catalog.filter(({ has_env_key, needs_key, id }) => has_env_key === true || needs_key === false || id === 'mock');
  const others = catalog.filter((one) => !ready.includes(one));
  return [
    { label: 'Saved providers', entries: providers.map(({ id, name }) => [`@${id}`, name]) },
    { label: 'Saved configs', entries: configs.map(({ id, name }) => [id, name]) },
    { label: 'Ready', entries: ready.map(({ id, name }) => [id, name]) },
    { label: 'Need a key', entries: others.map(({ id, name }) => [id, name]) },
  ];
}

/** The provider behind a target, whose models can be told; undefined behind a config. */
function useHost(target: string): string | undefined {
  const providers = useSaved<SavedProvider>('providers').data?.data ?? [];
  if (target.startsWith('@')) return providers.find(({ id }) => `@${id}` === target)?.provider;
  return target.startsWith('pc-') ? undefined : target;
}

/** Chooses where a call goes, and the model there. */
export function TargetPicker({ target, model, onChange, label = '' }: TargetPickerProps) {
  const listId = useId();
  const groups = useTargets();
  const models = useModelCatalog(useHost(target)).data ?? [];
  const isKnown = target === '' || groups.some(({ entries }) => entries.some(([value]) => value === target));
  return (
    <div className="target-picker">
      <select className="input select" aria-label={`Target${label}`} value={target} onChange={(event) => onChange({ target: event.target.value })}>
        {isKnown ? null : <option value={target}>{target}</option>}
        {groups.map((group) => (
          <Group key={group.label} {...group} />
        ))}
      </select>
      <input
        className="input mono"
        aria-label={`Model${label}`}
        placeholder={target.startsWith('pc-') ? 'From the config' : 'Model'}
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

function Group({ label, entries }: Choices) {
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
