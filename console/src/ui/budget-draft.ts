import type { Alerting, Json, UsageLimit } from '../api/types.ts';

/** Who is told of a budget, and when, as it is being written. */
export interface AlertDraft {
  /** Amounts with commas between. */
  readonly thresholds: string;
  /** URLs in lines. */
  readonly webhooks: string;
}

/** A budget as it is being written. */
export interface BudgetDraft extends AlertDraft {
  readonly limit: Omit<UsageLimit, keyof Alerting>;
}

/** The budget that a form begins with. */
export const FIRST_BUDGET: BudgetDraft = { limit: { type: 'cost', credit_limit: 10, periodic_reset: 'monthly' }, thresholds: '', webhooks: '' };

/** Where writing of alerts begins. */
export function alertDraftOf({ alert_threshold: thresholds, alert_webhook: webhooks }: Alerting): AlertDraft {
  return { thresholds: [thresholds ?? []].flat().join(', '), webhooks: [webhooks ?? []].flat().join('\n') };
}

/** What is sent to save alerts; null takes away what was there. What is no number goes as it is, so that the gateway says what it is not. */
export function alertBody({ thresholds, webhooks }: AlertDraft): { readonly alert_threshold: Json; readonly alert_webhook: Json } {
  const amounts = entriesOf(thresholds, ',').map((text) => (Number.isNaN(Number(text)) ? text : Number(text)));
  const urls = entriesOf(webhooks, '\n');
  return { alert_threshold: amounts.length === 0 ? null : amounts, alert_webhook: urls.length === 0 ? null : urls };
}

function entriesOf(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((entry) => entry.trim())
    .filter(Boolean);
}

/** Where writing of budgets begins. */
export function budgetDraftsOf(limits: readonly UsageLimit[] | null | undefined): readonly BudgetDraft[] {
  return (limits ?? []).map(({ alert_threshold, alert_webhook, ...limit }) => ({ limit, ...alertDraftOf({ alert_threshold, alert_webhook }) }));
}

/** What is sent to save budgets. */
export function budgetBodies(drafts: readonly BudgetDraft[]): Json {
  return drafts.map(({ limit, ...alerts }) => ({ ...limit, ...alertBody(alerts) }));
}

type Period = Pick<UsageLimit, 'periodic_reset' | 'periodic_reset_days'>;

/** The time of a budget in a word: `monthly`, `14d`; empty for one that never begins anew. */
export function periodOf({ periodic_reset: name, periodic_reset_days: days }: Period): string {
  return typeof days === 'number' ? `${days}d` : (name ?? '');
}

/** What is sent for the word of a time. */
export function periodBody(period: string): { readonly periodic_reset: string | null; readonly periodic_reset_days: number | null } {
  const days = /^(\d+)d$/.exec(period)?.[1];
  if (days !== undefined) return { periodic_reset: null, periodic_reset_days: Number(days) };
  return { periodic_reset: period === '' ? null : period, periodic_reset_days: null };
}

const listed = new Intl.ListFormat('en');

/** Who is told, and when, in words: `at $40 and $50, to hooks.example.com`; empty without alerts. */
export function alertsText(type: string, { thresholds, webhooks }: AlertDraft): string {
  const amounts = entriesOf(thresholds, ',').map(
    (text) => `${type === 'cost' ? '$' : ''}${Number.isNaN(Number(text)) ? text : Number(text).toLocaleString('en')}`,
  );
  if (amounts.length === 0) return '';
  const hosts = [...new Set(entriesOf(webhooks, '\n').map(hostOf))];
  return `at ${listed.format(amounts)}${type === 'cost' ? '' : ` ${type}`}${hosts.length === 0 ? '' : `, to ${listed.format(hosts)}`}`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
