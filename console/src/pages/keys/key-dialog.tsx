import { useState, type FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { admin } from '../../api/client.ts';
import { useRemove, useSave, useSaved, wordsFor } from '../../api/queries.ts';
import type { ApiKey, SavedConfig } from '../../api/types.ts';
import { Link } from '../../router/link.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { LimitsEditor } from '../../ui/limits-editor.tsx';
import { toast } from '../../ui/toast.tsx';
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
  const isReadOnly = saved?.source === 'file';
  const set = (change: Partial<KeyDraft>): void => setDraft({ ...draft, ...change });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const made = await save.mutateAsync({ id: saved?.id, version: saved?.version, body: bodyOf(draft) });
    onClose();
    if (made.key !== undefined) onMade(made);
  };
  return (
    <Dialog
      title={saved === undefined ? 'New API key' : saved.name}
      shape="drawer"
      onClose={onClose}
      footer={
        isReadOnly ? (
          <span className="hint">sluice.yaml owns it: change it there.</span>
        ) : (
          <Button type="submit" form="key-form" look="primary" icon="check" disabled={save.isPending}>
            {saved === undefined ? 'Create' : 'Save'}
          </Button>
        )
      }
    >
      <div className="stack wide">
        {saved === undefined || isReadOnly ? null : <KeyDeeds saved={saved} onClose={onClose} onMade={onMade} />}
        <form id="key-form" className="stack wide" onSubmit={(event) => void submit(event).catch(() => undefined)}>
          <KeyFields draft={draft} set={set} />
          <LimitsEditor usage={draft.usage} rates={draft.rates} onUsage={(usage) => set({ usage })} onRates={(rates) => set({ rates })} />
        </form>
      </div>
    </Dialog>
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
        <TextField label="Name" name="name" required placeholder="Checkout service" {...text('name')} />
        <TextField label="Expires" type="date" hint="Empty: never." {...text('expires')} />
      </div>
      <SelectField
        label="Config of calls that bring none"
        options={[{ value: '', label: 'none' }, ...configs.map(({ id, name }) => ({ value: id, label: `${name} (${id})` }))]}
        {...text('defaultConfig')}
      />
      <CheckField
        label="Calls may bring a config of their own"
        checked={draft.mayOverride}
        onChange={(event) => set({ mayOverride: event.target.checked })}
      />
      <div className="fields">
        <TextField label="Models" placeholder="all" hint="gpt-4o*, claude-*" {...text('models')} />
        <TextField label="Providers" placeholder="all" hint="openai, @prod" {...text('providers')} />
        <TextField label="Configs" placeholder="all" hint="pc-…" {...text('configs')} />
      </div>
      <TextField
        label="Scopes"
        placeholder="what applications need"
        hint="completions.write, logs.*, configs.read; * for everything."
        {...text('scopes')}
      />
      <AreaField
        label="Metadata of every call"
        rows={2}
        placeholder={'team=checkout\nenv=production'}
        hint="A name and its value in each line."
        {...text('metadata')}
      />
    </>
  );
}

const OVERLAP = 86_400;

function KeyDeeds({ saved, onClose, onMade }: { readonly saved: ApiKey; readonly onClose: () => void; readonly onMade: (made: ApiKey) => void }) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const save = useSave<ApiKey>('api-keys', 'API key');
  const remove = useRemove('api-keys', 'API key');
  const rotate = useMutation({
    mutationFn: () => admin<ApiKey>(`/api-keys/${encodeURIComponent(saved.id)}/rotate`, { method: 'POST', body: { overlap_seconds: OVERLAP } }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['api-keys'] });
      onClose();
      onMade(made);
    },
    onError: (error) => toast(wordsFor(error), 'bad'),
  });
  const isBlocked = saved.status === 'blocked';
  return (
    <div className="row wrap">
      <Button small icon="refresh" onClick={() => rotate.mutate()} title="The old key is good for a day beside the new one">
        Rotate
      </Button>
      <Button
        small
        icon="block"
        onClick={() => save.mutate({ id: saved.id, version: saved.version, body: { status: isBlocked ? 'active' : 'blocked' } })}
      >
        {isBlocked ? 'Unblock' : 'Block'}
      </Button>
      <Button small look="danger" icon="trash" onClick={() => setAsking(true)}>
        Delete
      </Button>
      <span className="grow" />
      <Link to={`/logs?api_key=${saved.id}`}>Its calls</Link>
      {isAsking ? (
        <Confirm
          title={`Delete ${saved.name}?`}
          deed="Delete"
          onClose={() => setAsking(false)}
          onConfirm={() => {
            remove.mutate(saved.id);
            onClose();
          }}
        >
          Calls with it are refused from now on.
        </Confirm>
      ) : null}
    </div>
  );
}
