import type { JsonObject, Policy } from '../../api/types.ts';
import { alertBody, alertDraftOf, periodBody, periodOf, type AlertDraft } from '../../ui/budget-draft.ts';

/** A policy as it is being written. */
export interface PolicyDraft extends AlertDraft {
  readonly name: string;
  readonly kind: 'usage_limit' | 'rate_limit';
  readonly amount: string;
  readonly type: string;
  readonly unit: string;
  /** As `periodOf` has it. */
  readonly reset: string;
  /** `metadata.tier=free, model!=gpt-4o|gpt-4.1`. */
  readonly conditions: string;
  readonly groups: string;
  readonly isShadow: boolean;
}

export const FIRST: PolicyDraft = {
  name: '',
  kind: 'usage_limit',
  amount: '10',
  type: 'cost',
  unit: 'rpm',
  reset: 'monthly',
  conditions: '',
  groups: '',
  isShadow: false,
  thresholds: '',
  webhooks: '',
};

/** Where writing begins. */
export function draftOf(saved: Policy | undefined): PolicyDraft {
  if (saved === undefined) return FIRST;
  return {
    name: saved.name,
    kind: saved.kind,
    amount: String(saved.credit_limit ?? saved.value ?? 0),
    type: saved.type,
    unit: saved.unit ?? 'rpm',
    reset: periodOf(saved),
    conditions: (saved.conditions ?? []).map(conditionText).join(', '),
    groups: (saved.group_by ?? []).join(', '),
    isShadow: saved.shadow === true,
    ...alertDraftOf(saved),
  };
}

function conditionText({ key, value, excludes }: NonNullable<Policy['conditions']>[number]): string {
  const values = [value].flat().join('|');
  return values === '*' ? key : `${key}${excludes === true ? '!=' : '='}${values}`;
}

/** What changes a saved policy: its kind stays, and what it has no more is taken away. */
export function policyChange(draft: PolicyDraft): JsonObject {
  const { kind, ...body } = policyBody(draft);
  return kind === 'usage_limit' ? body : { ...body, shadow: draft.isShadow };
}

/** What is sent to save a draft. */
export function policyBody(draft: PolicyDraft): JsonObject {
  const type =
    draft.kind === 'rate_limit' && draft.type === 'cost'
      ? 'requests'
      : draft.kind === 'usage_limit' && draft.type === 'concurrency'
        ? 'requests'
        : draft.type;
  const limit =
    draft.kind === 'usage_limit' ? { credit_limit: Number(draft.amount), ...periodBody(draft.reset), ...alertBody(draft) } : rateOf(draft, type);
  return { name: draft.name, kind: draft.kind, type, ...limit, conditions: conditionsOf(draft.conditions), group_by: wordsOf(draft.groups) };
}

function rateOf({ amount, unit, isShadow }: PolicyDraft, type: string): JsonObject {
  return { value: Number(amount), ...(type === 'concurrency' ? {} : { unit }), ...(isShadow ? { shadow: true } : {}) };
}

function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}

/** Conditions as they are written in a line; one without a value fits any. */
export function conditionsOf(text: string): JsonObject[] {
  return wordsOf(text).map((word) => {
    const [, key = word, sign, value] = /^(.+?)\s*(!?=)\s*(.*)$/.exec(word) ?? [];
    const values = (value ?? '').split('|').filter(Boolean);
    return { key, value: values.length > 1 ? values : (values[0] ?? '*'), ...(sign === '!=' ? { excludes: true } : {}) };
  });
}
