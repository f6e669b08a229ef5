import type { AlertDraft } from './budget-draft.ts';
import { AreaField, TextField } from './field.tsx';

interface AlertFieldsProps {
  readonly draft: AlertDraft;
  /** What the budget counts, as `USD`. */
  readonly unit: string;
  /** What stands before the names of members in what is sent: `usage_limits[0].`; empty for a policy. */
  readonly at?: string;
  readonly onChange: (change: Partial<AlertDraft>) => void;
}

/** At which amounts of a budget somebody is told, and where. */
export function AlertFields({ draft, unit, at = '', onChange }: AlertFieldsProps) {
  return (
    <>
      <TextField
        label="Alert at"
        placeholder="40, 50"
        hint={`Amounts in ${unit}, separated by commas; each is reported once per period.`}
        member={`${at}alert_threshold`}
        value={draft.thresholds}
        onChange={(event) => onChange({ thresholds: event.target.value })}
      />
      <AreaField
        label="Alert webhooks"
        rows={2}
        placeholder="https://hooks.example.com/budgets"
        hint={
          <>
            One URL per line, called in addition to <code>SLUICE_ALERT_WEBHOOK</code>.
          </>
        }
        member={`${at}alert_webhook`}
        value={draft.webhooks}
        onChange={(event) => onChange({ webhooks: event.target.value })}
      />
    </>
  );
}
