import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { admin } from '../../api/client.ts';
import { sayWhy, useRemove, useSave, useSaved } from '../../api/queries.ts';
import type { ApiKey, SavedConfig } from '../../api/types.ts';
import { Link } from '../../router/link.tsx';
import { Button } from '../../ui/button.tsx';
import { EntryDialog } from '../../ui/entry-dialog.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { LimitsEditor } from '../../ui/limits-editor.tsx';
import { bodyOf, draftOf, type KeyDraft } from './key-form.ts';

interface KeyDialogProps {
  readonly saved: ApiKey | undefined;
  readonly onClose: () => void;
  /** Gets the key with its text, which is shown this once. */
  readonly onMade: (made: ApiKey) => void;
}

/** Makes or changes an API key. */
export function KeyDialog({ saved, onClose, onMade }: KeyDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(saved));
  const save = useSave<ApiKey>('api-keys', 'API key');
  const remove = useRemove('api-keys', 'API key');
  const set = (change: Partial<KeyDraft>): void => setDraft({ ...draft, ...change });
  const submit = async (): Promise<void> => {
    const made = await save.mutateAsync({ id: saved?.id, version: saved?.version, body: bodyOf(draft) });
    if (made.key !== undefined) onMade(made);
  };
  return (
    <EntryDialog
      saved={saved}
      title="New API key"
      verb="Create"
      isBusy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
      onRemove={(id) => remove.mutate(id)}
      loss="Calls with it are refused from now on."
    >
      {saved === undefined ? null : <KeyDeeds saved={saved} onClose={onClose} onMade={onMade} />}
      <KeyFields draft={draft} set={set} />
      <LimitsEditor usage={draft.usage} rates={draft.rates} onUsage={(usage) => set({ usage })} onRates={(rates) => set({ rates })} />
    </EntryDialog>
  );
}

function KeyFields({ draft, set }: { readonly draft: KeyDraft; readonly set: (change: Partial<KeyDraft>) => void }) {
  const configs = useSaved<SavedConfig>('configs').data?.data ?? [];
  const text = (name: keyof KeyDraft) => ({
    value: String(draft[name]),
    onChange: (event: { readonly target: { readonly value: string } }) => set({ [name]: event.target.value }),
  });
  return (
    <>
      <div className="fields">
        <TextField label="Name" name="name" member="name" required placeholder="Checkout service" {...text('name')} />
        <TextField label="Expires" type="date" member="expires_at" hint="Leave empty for never." {...text('expires')} />
      </div>
      <SelectField
        label="Default config"
        hint="Used by calls that name neither a config nor a provider."
        options={[{ value: '', label: 'None' }, ...configs.map(({ id, name }) => ({ value: id, label: `${name} (${id})` }))]}
        {...text('defaultConfig')}
      />
      <CheckField
        label="Calls may name a config of their own"
        checked={draft.mayOverride}
        onChange={(event) => set({ mayOverride: event.target.checked })}
      />
      <div className="fields thirds">
        <TextField label="Models" placeholder="All" hint="gpt-4o*, claude-*" member="allowed_models" {...text('models')} />
        <TextField label="Providers" placeholder="All" hint="openai, @prod" member="allowed_providers" {...text('providers')} />
        <TextField label="Configs" placeholder="All" hint="pc-chat, pc-*" member="allowed_configs" {...text('configs')} />
      </div>
      <TextField
        label="Scopes"
        placeholder="What applications need"
        hint="completions.write, logs.*, configs.read; * for everything."
        member="scopes"
        {...text('scopes')}
      />
      <AreaField
        label="Metadata of every call"
        rows={2}
        placeholder={'team=checkout\nenv=production'}
        hint="One name=value per line."
        member="metadata"
        {...text('metadata')}
      />
    </>
  );
}

const OVERLAP = 86_400;

/** What can be done with a key besides changing it. */
function KeyDeeds({ saved, onClose, onMade }: { readonly saved: ApiKey; readonly onClose: () => void; readonly onMade: (made: ApiKey) => void }) {
  const client = useQueryClient();
  const save = useSave<ApiKey>('api-keys', 'API key');
  const rotate = useMutation({
    mutationFn: () => admin<ApiKey>(`/api-keys/${encodeURIComponent(saved.id)}/rotate`, { method: 'POST', body: { overlap_seconds: OVERLAP } }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['api-keys'] });
      onClose();
      onMade(made);
    },
    onError: sayWhy,
  });
  const isBlocked = saved.status === 'blocked';
  const block = (): void => {
    save.mutate({ id: saved.id, version: saved.version, body: { status: isBlocked ? 'active' : 'blocked' } }, { onError: sayWhy });
  };
  return (
    <div className="row wrap">
      <Button small icon="refresh" onClick={() => rotate.mutate()} title="The old key works for one more day beside the new one">
        Rotate
      </Button>
      <Button small icon="block" onClick={block}>
        {isBlocked ? 'Unblock' : 'Block'}
      </Button>
      <span className="grow" />
      <Link to={`/logs?api_key=${saved.id}`}>Show its calls</Link>
    </div>
  );
}
