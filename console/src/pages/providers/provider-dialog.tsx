import { useState } from 'react';
import { useProviderCatalog, useRemove, useSave } from '../../api/queries.ts';
import type { SavedProvider } from '../../api/types.ts';
import { Line } from '../../text/markdown.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { EntryDialog } from '../../ui/entry-dialog.tsx';
import { Select, SelectField, TextField, withOwn } from '../../ui/field.tsx';
import { LimitsEditor } from '../../ui/limits-editor.tsx';
import { bodyOf, draftOf, shownOptions, typedOver, type KeyDraft, type ProviderDraft } from './provider-form.ts';

interface ProviderDialogProps {
  readonly saved: SavedProvider | undefined;
  readonly host: string | undefined;
  readonly onClose: () => void;
}

/** Makes or changes a saved provider. */
export function ProviderDialog({ saved, host, onClose }: ProviderDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(saved, host));
  const save = useSave<SavedProvider>('providers', 'Provider');
  const remove = useRemove('providers', 'Provider');
  const set = (change: Partial<ProviderDraft>): void => setDraft({ ...draft, ...change });
  return (
    <EntryDialog
      saved={saved}
      title="Add a provider"
      verb="Add"
      isBusy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutateAsync({ id: saved?.id, version: saved?.version, body: bodyOf(draft, saved === undefined) })}
      onClose={onClose}
      onRemove={(id) => remove.mutate(id)}
      loss={`Its keys are gone with it, and configs that name @${saved?.id ?? ''} will fail.`}
    >
      <Identity draft={draft} set={set} saved={saved} />
      <Keys keys={draft.keys} onChange={(keys) => set({ keys })} />
      <Options draft={draft} set={set} />
      <TextField
        label="Models"
        placeholder="All"
        hint="Only these may be asked for. Separate with commas; names may end in *."
        member="models"
        value={draft.models}
        onChange={(event) => set({ models: event.target.value })}
      />
      <LimitsEditor usage={draft.usage} rates={draft.rates} onUsage={(usage) => set({ usage })} onRates={(rates) => set({ rates })} />
    </EntryDialog>
  );
}

interface PartProps {
  readonly draft: ProviderDraft;
  readonly set: (change: Partial<ProviderDraft>) => void;
}

function Identity({ draft, set, saved }: PartProps & { readonly saved: SavedProvider | undefined }) {
  const catalog = useProviderCatalog().data ?? [];
  const options = catalog.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <SelectField
        label="Provider"
        name="provider"
        options={withOwn(options, draft.provider)}
        value={draft.provider}
        disabled={saved !== undefined}
        onChange={(event) => set({ provider: event.target.value, options: {} })}
      />
      <div className="fields">
        <TextField
          label="Name"
          name="name"
          member="name"
          placeholder="OpenAI, production"
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        {saved === undefined ? (
          <TextField
            label="Slug"
            name="slug"
            placeholder="From the name"
            hint="Calls name it as @slug."
            member="id"
            value={draft.id}
            onChange={(event) => set({ id: event.target.value })}
          />
        ) : null}
      </div>
    </>
  );
}

const SOURCES = [
  { value: 'value', label: 'key' },
  { value: 'env', label: 'variable' },
  { value: 'file', label: 'file' },
];

const PLACEHOLDERS = { value: 'sk-…', env: 'OPENAI_API_KEY', file: '/run/secrets/openai' } as const;

function Keys({ keys, onChange }: { readonly keys: readonly KeyDraft[]; readonly onChange: (keys: readonly KeyDraft[]) => void }) {
  const set = (i: number, change: Partial<KeyDraft>): void => onChange(keys.map((key, k) => (k === i ? { ...key, ...change } : key)));
  return (
    <fieldset className="stack tight">
      <legend className="label">Keys</legend>
      {keys.map((key, i) => (
        <div key={key.id ?? i} className="key-line">
          <Select
            aria-label={`Where key ${i + 1} comes from`}
            options={SOURCES}
            value={key.source}
            onChange={(event) => set(i, { source: event.target.value as KeyDraft['source'] })}
          />
          <input
            className="input mono"
            type={key.source === 'value' ? 'password' : 'text'}
            autoComplete="off"
            aria-label={`Key ${i + 1}`}
            placeholder={key.masked === undefined ? PLACEHOLDERS[key.source] : `${key.masked} is kept`}
            value={key.text}
            onChange={(event) => set(i, { text: event.target.value })}
          />
          <input
            className="input"
            type="number"
            min="0"
            step="any"
            aria-label={`Weight of key ${i + 1}`}
            title="Weight"
            value={key.weight}
            onChange={(event) => set(i, { weight: event.target.value })}
          />
          <IconButton icon="close" label={`Remove key ${i + 1}`} onClick={() => onChange(keys.filter((_, k) => k !== i))} />
        </div>
      ))}
      <div className="row">
        <Button small icon="plus" onClick={() => onChange([...keys, { source: 'value', text: '', weight: '1' }])}>
          {keys.length === 0 ? 'Key' : 'Another key'}
        </Button>
        <span className="hint">Several keys share the calls by weight; when one is refused, the next is tried.</span>
      </div>
    </fieldset>
  );
}

function Options({ draft, set }: PartProps) {
  const catalog = useProviderCatalog().data ?? [];
  const provider = catalog.find(({ id }) => id === draft.provider);
  const shown = shownOptions(provider, draft);
  const rest = (provider?.options ?? []).filter((option) => !shown.includes(option));
  const put = (name: string, value: string): void => set({ options: { ...draft.options, [name]: value } });
  return (
    <>
      {shown.map(({ name, title, secret, required }) => (
        <TextField
          key={name}
          label={name}
          member={`options.${name}`}
          hint={title === undefined ? undefined : <Line text={title} />}
          type={secret === true ? 'password' : 'text'}
          required={required === true}
          value={draft.options[name] ?? ''}
          onChange={(event) => put(name, typedOver(draft.options[name] ?? '', event.target.value))}
        />
      ))}
      {rest.length === 0 ? null : (
        <Select
          className="add-option"
          aria-label="Add an option of the provider"
          options={[{ value: '', label: 'Add an option of the provider…' }, ...rest.map(({ name }) => ({ value: name, label: name }))]}
          value=""
          onChange={(event) => event.target.value !== '' && put(event.target.value, '')}
        />
      )}
      <TextField
        label="Base URL"
        placeholder="The provider's own"
        hint="Only if it is reached elsewhere, for instance behind a proxy."
        member="custom_host"
        value={draft.customHost}
        onChange={(event) => set({ customHost: event.target.value })}
      />
    </>
  );
}
