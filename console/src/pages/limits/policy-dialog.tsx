import { useState, type FormEvent } from 'react';
import { useSave } from '../../api/queries.ts';
import type { Policy } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { RATE_TYPES, RESETS, UNITS, USAGE_TYPES } from '../../ui/limits-editor.tsx';
import { draftOf, policyBody, policyChange, type PolicyDraft } from './policy-form.ts';

/** Writes a policy: what is limited, for which calls, and what is counted apart. */
export function PolicyDialog({ saved, onClose }: { readonly saved: Policy | undefined; readonly onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(saved));
  const save = useSave<Policy>('policies', 'Policy');
  const isUsage = draft.kind === 'usage_limit';
  const text = (name: keyof PolicyDraft) => ({
    value: String(draft[name]),
    onChange: (event: { readonly target: { readonly value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    await save.mutateAsync({ id: saved?.id, version: saved?.version, body: saved === undefined ? policyBody(draft) : policyChange(draft) });
    onClose();
  };
  return (
    <Dialog
      title={saved === undefined ? 'New policy' : saved.name}
      onClose={onClose}
      footer={
        <Button type="submit" form="policy-form" look="primary" icon="check" disabled={save.isPending}>
          {saved === undefined ? 'Create' : 'Save'}
        </Button>
      }
    >
      <form id="policy-form" className="stack" onSubmit={(event) => void submit(event).catch(() => undefined)}>
        <TextField label="Name" required placeholder="Free tier" {...text('name')} />
        <SelectField
          label="Kind"
          options={[
            { value: 'usage_limit', label: 'Budget: how much' },
            { value: 'rate_limit', label: 'Rate limit: how fast' },
          ]}
          disabled={saved !== undefined}
          {...text('kind')}
        />
        <div className="fields thirds">
          <TextField label="Amount" type="number" min="0" step="any" required {...text('amount')} />
          <SelectField label="Of" options={isUsage ? USAGE_TYPES : RATE_TYPES} {...text('type')} />
          {isUsage ? (
            <SelectField label="In" options={RESETS} {...text('reset')} />
          ) : (
            <SelectField label="In" options={UNITS} disabled={draft.type === 'concurrency'} {...text('unit')} />
          )}
        </div>
        <TextField
          label="For calls with"
          placeholder="metadata.tier=free, model=gpt-4o"
          hint="Conditions with commas between; | between values, != for all others. Empty: every call."
          {...text('conditions')}
        />
        <TextField label="Counted apart for each" placeholder="metadata.user, api_key" hint="Empty: all of them together." {...text('groups')} />
        {isUsage ? null : (
          <CheckField
            label="Only count and tell (shadow)"
            checked={draft.isShadow}
            onChange={(event) => setDraft({ ...draft, isShadow: event.target.checked })}
          />
        )}
      </form>
    </Dialog>
  );
}
