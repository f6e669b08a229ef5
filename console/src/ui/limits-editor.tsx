import type { RateLimit, UsageLimit } from '../api/types.ts';
import { Button, IconButton } from './button.tsx';
import { Select, type Option } from './field.tsx';

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
export const RESETS: readonly Option[] = [
  { value: '', label: 'for good' },
  { value: 'daily', label: 'a day' },
  { value: 'weekly', label: 'a week' },
  { value: 'monthly', label: 'a month' },
  { value: 'yearly', label: 'a year' },
];

/** What a limit allows, in words: `$10 a month`. */
export function limitText(type: string, amount: number, per: string | null | undefined): string {
  const what =
    type === 'cost' ? `$${amount}` : `${amount.toLocaleString('en')} ${type === 'concurrency' ? 'at once' : amount === 1 ? type.slice(0, -1) : type}`;
  const time = [...RESETS, ...UNITS].find(({ value }) => value === per)?.label;
  return type === 'concurrency' || time === undefined ? what : `${what} ${time}`;
}

interface LimitsEditorProps {
  readonly usage: readonly UsageLimit[];
  readonly rates: readonly RateLimit[];
  readonly onUsage: (limits: readonly UsageLimit[]) => void;
  readonly onRates: (limits: readonly RateLimit[]) => void;
}

/** Budgets and rate limits of a key or provider, a line each. */
export function LimitsEditor({ usage, rates, onUsage, onRates }: LimitsEditorProps) {
  return (
    <fieldset className="stack tight">
      <legend className="label">Budgets and rate limits</legend>
      {usage.map((limit, i) => (
        <div key={i} className="limit-line">
          <Amount
            label={`Budget ${i + 1}`}
            value={limit.credit_limit}
            onChange={(credit_limit) => onUsage(usage.with(i, { ...limit, credit_limit }))}
          />
          <Select
            aria-label={`What budget ${i + 1} counts`}
            options={USAGE_TYPES}
            value={limit.type}
            onChange={(event) => onUsage(usage.with(i, { ...limit, type: event.target.value as UsageLimit['type'] }))}
          />
          <Select
            aria-label={`Time of budget ${i + 1}`}
            options={RESETS}
            value={limit.periodic_reset ?? ''}
            onChange={(event) => onUsage(usage.with(i, { ...limit, periodic_reset: event.target.value === '' ? null : event.target.value }))}
          />
          <IconButton icon="close" label={`Remove budget ${i + 1}`} onClick={() => onUsage(usage.filter((_, k) => k !== i))} />
        </div>
      ))}
      {rates.map((limit, i) => (
        <div key={i} className="limit-line">
          <Amount label={`Rate limit ${i + 1}`} value={limit.value} onChange={(value) => onRates(rates.with(i, { ...limit, value }))} />
          <Select
            aria-label={`What rate limit ${i + 1} counts`}
            options={RATE_TYPES}
            value={limit.type}
            onChange={(event) => onRates(rates.with(i, withRateType(limit, event.target.value as RateLimit['type'])))}
          />
          {limit.type === 'concurrency' ? (
            <span />
          ) : (
            <Select
              aria-label={`Time of rate limit ${i + 1}`}
              options={UNITS}
              value={limit.unit ?? 'rpm'}
              onChange={(event) => onRates(rates.with(i, { ...limit, unit: event.target.value }))}
            />
          )}
          <IconButton icon="close" label={`Remove rate limit ${i + 1}`} onClick={() => onRates(rates.filter((_, k) => k !== i))} />
        </div>
      ))}
      <div className="row wrap">
        <Button small icon="plus" onClick={() => onUsage([...usage, { type: 'cost', credit_limit: 10, periodic_reset: 'monthly' }])}>
          Budget
        </Button>
        <Button small icon="plus" onClick={() => onRates([...rates, { type: 'requests', unit: 'rpm', value: 60 }])}>
          Rate limit
        </Button>
      </div>
    </fieldset>
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
