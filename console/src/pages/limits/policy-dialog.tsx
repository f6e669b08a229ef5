import { useState } from 'react';
import { useRemove, useSave } from '../../api/queries.ts';
import type { Policy } from '../../api/types.ts';
import { AlertFields } from '../../ui/alert-fields.tsx';
import { EntryDialog } from '../../ui/entry-dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { RATE_TYPES, resetsWith, UNITS, USAGE_TYPES } from '../../ui/limits-editor.tsx';
import { draftOf, policyBody, policyChange, type PolicyDraft } from './policy-form.ts';

/** Writes a policy: what is limited, for which calls, and what is counted apart. */
export function PolicyDialog({ saved, onClose }: { readonly saved: Policy | undefined; readonly onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(saved));
  const save = useSave<Policy>('policies', 'Policy');
  const remove = useRemove('policies', 'Policy');
  return (
    <EntryDialog
      saved={saved}
      title="New policy"
      verb="Create"
      isBusy={save.isPending}
      error={save.error}
      onSubmit={() =>
        save.mutateAsync({ id: saved?.id, version: saved?.version, body: saved === undefined ? policyBody(draft) : policyChange(draft) })
      }
      onClose={onClose}
      onRemove={(id) => remove.mutate(id)}
      loss="Calls are not limited by it any more, and what it counted is forgotten."
    >
      <PolicyFields draft={draft} isNew={saved === undefined} onChange={setDraft} />
    </EntryDialog>
  );
}

interface FieldsProps {
  readonly draft: PolicyDraft;
  readonly isNew: boolean;
  readonly onChange: (draft: PolicyDraft) => void;
}

function PolicyFields({ draft, isNew, onChange }: FieldsProps) {
  const isUsage = draft.kind === 'usage_limit';
  const text = (name: keyof PolicyDraft) => ({
    value: String(draft[name]),
    onChange: (event: { readonly target: { readonly value: string } }) => onChange({ ...draft, [name]: event.target.value }),
  });
  return (
    <>
      <TextField label="Name" required placeholder="Free tier" member="name" {...text('name')} />
      <SelectField
        label="Kind"
        options={[
          { value: 'usage_limit', label: 'Budget (how much)' },
          { value: 'rate_limit', label: 'Rate limit (how fast)' },
        ]}
        disabled={!isNew}
        {...text('kind')}
      />
      <div className="fields thirds">
        <TextField label="Amount" type="number" min="0" step="any" required member={isUsage ? 'credit_limit' : 'value'} {...text('amount')} />
        <SelectField label="Of" options={isUsage ? USAGE_TYPES : RATE_TYPES} {...text('type')} />
        {isUsage ? (
          <SelectField label="Per" options={resetsWith(draft.reset)} {...text('reset')} />
        ) : (
          <SelectField label="Per" options={UNITS} disabled={draft.type === 'concurrency'} {...text('unit')} />
        )}
      </div>
      <TextField
        label="Applies to calls with"
        placeholder="metadata.tier=free, model=gpt-4o"
        hint="Separate conditions with commas; a|b means either value, != means all others. Leave empty for every call."
        member="conditions"
        {...text('conditions')}
      />
      <TextField
        label="Count separately per"
        placeholder="metadata.user, api_key"
        hint="Leave empty to count all of them together."
        member="group_by"
        {...text('groups')}
      />
      {isUsage ? (
        <AlertFields draft={draft} unit={unitOf(draft)} onChange={(change) => onChange({ ...draft, ...change })} />
      ) : (
        <CheckField
          label="Shadow: count and report, but let calls through"
          checked={draft.isShadow}
          onChange={(event) => onChange({ ...draft, isShadow: event.target.checked })}
        />
      )}
    </>
  );
}

/** What a budget counts: one of calls at once there is none of, so that its draft is about requests. */
function unitOf({ type }: PolicyDraft): string {
  return USAGE_TYPES.find(({ value }) => value === type)?.label ?? 'requests';
}
