import { useState } from 'react';
import type { RateLimit, UsageLimit } from '../api/types.ts';
import { AlertFields } from './alert-fields.tsx';
import { alertsText, FIRST_BUDGET, periodBody, periodOf, type BudgetDraft } from './budget-draft.ts';
import { Button, IconButton } from './button.tsx';
import { Select, type Option } from './field.tsx';
import { useRefusalOf } from './refusal.ts';
import { unitText } from './usage-meters.tsx';

export const USAGE_TYPES: readonly Option[] = [
  { value: 'cost', label: 'USD' },
  { value: 'tokens', label: 'tokens' },
  { value: 'requests', label: 'requests' },
];
export const RATE_TYPES: readonly Option[] = [
  { value: 'requests', label: 'requests' },
  { value: 'tokens', label: 'tokens' },
  { value: 'concurrency', label: 'at once' },
];
export const UNITS: readonly Option[] = [
  { value: 'rps', label: 'a second' },
  { value: 'rpm', label: 'a minute' },
  { value: 'rph', label: 'an hour' },
  { value: 'rpd', label: 'a day' },
  { value: 'rpw', label: 'a week' },
];
const RESETS: readonly Option[] = [
  { value: '', label: 'in total' },
  { value: 'daily', label: 'a day' },
  { value: 'weekly', label: 'a week' },
  { value: 'monthly', label: 'a month' },
  { value: 'yearly', label: 'a year' },
];

/** The times of a budget, with the one that it has: a number of days is in no list. */
export function resetsWith(period: string): readonly Option[] {
  return RESETS.some(({ value }) => value === period) ? RESETS : [...RESETS, { value: period, label: daysText(period) }];
}

function daysText(period: string): string {
  const days = period.slice(0, -1);
  return days === '1' ? 'a day' : `every ${days} days`;
}

/** What a limit allows, in words: `$10 a month`. */
export function limitText(type: string, amount: number, per: string): string {
  const number = amount.toLocaleString('en', { maximumFractionDigits: 8 });
  const what = type === 'cost' ? `$${number}` : `${number} ${type === 'concurrency' ? 'at once' : unitText(type, amount)}`;
  const time = [...UNITS, ...resetsWith(per)].find(({ value }) => value === per)?.label;
  return type === 'concurrency' || time === undefined ? what : `${what} ${time}`;
}

interface LimitsEditorProps {
  readonly usage: readonly BudgetDraft[];
  readonly rates: readonly RateLimit[];
  readonly onUsage: (budgets: readonly BudgetDraft[]) => void;
  readonly onRates: (limits: readonly RateLimit[]) => void;
}

/** Budgets and rate limits of a key or provider, a line each. */
export function LimitsEditor({ usage, rates, onUsage, onRates }: LimitsEditorProps) {
  return (
    <fieldset className="stack tight">
      <legend className="label">Budgets and rate limits</legend>
      {usage.map((budget, i) => (
        <BudgetLine
          key={i}
          index={i}
          budget={budget}
          onChange={(changed) => onUsage(usage.with(i, changed))}
          onRemove={() => onUsage(usage.filter((_, k) => k !== i))}
        />
      ))}
      {rates.map((limit, i) => (
        <RateLine
          key={i}
          index={i}
          limit={limit}
          onChange={(changed) => onRates(rates.with(i, changed))}
          onRemove={() => onRates(rates.filter((_, k) => k !== i))}
        />
      ))}
      <div className="row wrap">
        <Button small icon="plus" onClick={() => onUsage([...usage, FIRST_BUDGET])}>
          Budget
        </Button>
        <Button small icon="plus" onClick={() => onRates([...rates, { type: 'requests', unit: 'rpm', value: 60 }])}>
          Rate limit
        </Button>
      </div>
    </fieldset>
  );
}

interface LineProps<Changed> {
  readonly index: number;
  readonly onChange: (changed: Changed) => void;
  readonly onRemove: () => void;
}

function BudgetLine({ index, budget, onChange, onRemove }: LineProps<BudgetDraft> & { readonly budget: BudgetDraft }) {
  const { limit } = budget;
  const name = `budget ${index + 1}`;
  const set = (change: Partial<BudgetDraft['limit']>): void => onChange({ ...budget, limit: { ...limit, ...change } });
  return (
    <div className="stack tight">
      <div className="limit-line">
        <Amount label={`Budget ${index + 1}`} value={limit.credit_limit} onChange={(credit_limit) => set({ credit_limit })} />
        <Select
          aria-label={`What ${name} counts`}
          options={USAGE_TYPES}
          value={limit.type}
          onChange={(event) => set({ type: event.target.value as UsageLimit['type'] })}
        />
        <Select
          aria-label={`Time of ${name}`}
          options={resetsWith(periodOf(limit))}
          value={periodOf(limit)}
          onChange={(event) => set(periodBody(event.target.value))}
        />
        <IconButton icon="close" label={`Remove ${name}`} onClick={onRemove} />
      </div>
      <BudgetAlerts index={index} budget={budget} onChange={onChange} />
    </div>
  );
}

/** Opened by a click, and by what the gateway says of what is in it. */
function BudgetAlerts({ index, budget, onChange }: Omit<LineProps<BudgetDraft>, 'onRemove'> & { readonly budget: BudgetDraft }) {
  const at = `usage_limits[${index}].`;
  const faults = [useRefusalOf(`${at}alert_threshold`), useRefusalOf(`${at}alert_webhook`)];
  const [isOpen, setOpen] = useState(false);
  const unit = USAGE_TYPES.find(({ value }) => value === budget.limit.type)?.label ?? budget.limit.type;
  return (
    <details
      className="limit-alerts"
      open={isOpen || faults.some((fault) => fault !== undefined)}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>Alerts: {alertsText(budget.limit.type, budget) || 'none'}</summary>
      <div className="stack tight">
        <AlertFields draft={budget} unit={unit} at={at} onChange={(change) => onChange({ ...budget, ...change })} />
      </div>
    </details>
  );
}

function RateLine({ index, limit, onChange, onRemove }: LineProps<RateLimit> & { readonly limit: RateLimit }) {
  const name = `rate limit ${index + 1}`;
  return (
    <div className="limit-line">
      <Amount label={`Rate limit ${index + 1}`} value={limit.value} onChange={(value) => onChange({ ...limit, value })} />
      <Select
        aria-label={`What ${name} counts`}
        options={RATE_TYPES}
        value={limit.type}
        onChange={(event) => onChange(withRateType(limit, event.target.value as RateLimit['type']))}
      />
      {limit.type === 'concurrency' ? (
        <span />
      ) : (
        <Select
          aria-label={`Time of ${name}`}
          options={UNITS}
          value={limit.unit ?? 'rpm'}
          onChange={(event) => onChange({ ...limit, unit: event.target.value })}
        />
      )}
      <IconButton icon="close" label={`Remove ${name}`} onClick={onRemove} />
    </div>
  );
}

/** Calls at once have no unit of time. */
function withRateType({ unit, ...limit }: RateLimit, type: RateLimit['type']): RateLimit {
  return type === 'concurrency' ? { ...limit, type } : { ...limit, type, unit: unit ?? 'rpm' };
}

function Amount({ label, value, onChange }: { readonly label: string; readonly value: number; readonly onChange: (value: number) => void }) {
  return (
    <input
      className="input"
      type="number"
      min="0"
      step="any"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(Number(event.target.value))}
    />
  );
}
