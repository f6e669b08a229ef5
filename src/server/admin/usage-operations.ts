import * as z from 'zod/mini';
import { described } from '../../config/schema-parts.ts';
import { GatewayError } from '../../errors.ts';
import { counterPrefix, USD, type Bound } from '../../limits/bound.ts';
import { periodAt } from '../../limits/period.ts';
import type { Count } from '../../stores/counters/counter-store.ts';
import { boundOfPolicy, boundsOfKey, boundsOfProvider } from './bounds.ts';
import { listOf } from './lists.ts';
import { operation, type Operation } from './operation.ts';
import { reached } from './reached.ts';
import { visible } from './saving.ts';
import type { AdminWorld } from './world.ts';

const usageShown = z.object({
  limit_id: z.string(),
  subject: z.object({
    kind: z.enum(['api_key', 'provider', 'workspace', 'policy']),
    id: z.string(),
    group: described('The group of a policy that is counted separately.', z.nullable(z.string())),
  }),
  type: z.enum(['cost', 'tokens', 'requests']),
  limit: described('USD, tokens or requests.', z.number()),
  used: described('Since the period began, in all processes; the usage of other processes arrives within a second.', z.number()),
  reserved: described('Reserved for calls under way, or leased to processes for the next ones.', z.number()),
  remaining: z.number(),
  resets_at: z.nullable(z.string()),
  status: z.enum(['active', 'exhausted']),
});

const usageQuery = z.object({
  subject: z.optional(described('Only the budgets of the key, provider or policy with this id.', z.string())),
  limit_id: z.optional(described('Only this one.', z.string())),
});

const resetQuery = z.object({ group: z.optional(described('Only this group of a policy; by default all of them.', z.string())) });

/** Operations on the usage of budgets. */
export function usageOperations(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      tag: 'usage',
      access: 'admin',
      method: 'GET',
      path: '/admin/v1/usage',
      summary: 'Show what has been used of budgets',
      query: usageQuery,
      reply: listOf(usageShown),
      run: async ({ query, workspace }) => {
        const bounds = budgets(world, workspace).filter(
          ({ id, subject }) => (query.subject ?? subject.id) === subject.id && (query.limit_id ?? id) === id,
        );
        return { body: { object: 'list', data: await usageOf(world, bounds), has_more: false, next_cursor: null } };
      },
    }),
    operation({
      tag: 'usage',
      access: 'admin',
      method: 'POST',
      path: '/admin/v1/usage/{limit_id}/reset',
      summary: 'Reset a budget',
      query: resetQuery,
      reply: listOf(usageShown),
      run: async ({ params, query, workspace }) => {
        const bounds = budgets(world, workspace).filter(({ id }) => id === params['limit_id']);
        if (bounds.length === 0) throw new GatewayError('not_saved', 'There is no such budget.', { param: 'limit_id' });
        for (const bound of bounds) await reset(world, counterPrefix(bound.id, bound.subject) + (query.group ?? ''));
        return { body: { object: 'list', data: await usageOf(world, bounds), has_more: false, next_cursor: null } };
      },
    }),
  ];
}

/** All budgets that whoever asks can see. */
function budgets(world: AdminWorld, workspace: string | undefined): readonly Bound[] {
  const bounds = [
    ...visible(world, 'api_key', workspace).flatMap(boundsOfKey),
    ...visible(world, 'provider', workspace).flatMap(boundsOfProvider),
    ...visible(world, 'policy', workspace)
      .filter(({ isArchived }) => !isArchived)
      .map(boundOfPolicy),
  ];
  return bounds.filter(({ kind }) => kind === 'budget');
}

async function reset({ limits, clock }: AdminWorld, prefix: string): Promise<void> {
  // What was used until now belongs to what ends now.
  await limits?.limiter.report(prefix);
  await reached(() => limits?.budgets.reset(prefix, clock.now()), AWAY);
  await limits?.limiter.report(prefix);
}

const AWAY = 'The store of budgets cannot be reached, or does not answer.';

async function usageOf({ limits, clock }: AdminWorld, bounds: readonly Bound[]): Promise<object[]> {
  if (limits === undefined || bounds.length === 0) return [];
  const prefixes = bounds.map(({ id, subject }) => counterPrefix(id, subject));
  const prefix = commonPrefix(prefixes);
  await limits.limiter.report(prefix);
  const counts = await reached(() => limits.budgets.read(prefix), AWAY);
  const now = clock.now();
  return bounds.flatMap((bound, index) => {
    const own = counts.filter(({ counter }) => counter.startsWith(prefixes[index] as string));
    // A budget without groups is shown though nothing has been used of it.
    if (own.length === 0 && bound.subject.kind !== 'policy') return [shown(bound, undefined, now)];
    return own.map((count) => shown(bound, { ...count, group: count.counter.slice(prefixes[index]?.length) }, now));
  });
}

function shown(bound: Bound, count: (Count & { readonly group: string }) | undefined, now: number): object {
  const unit = bound.type === 'cost' ? USD : 1;
  const period = periodAt(bound.reset, now);
  // What was counted in an earlier period is over, though nobody has asked since.
  const isCurrent = count !== undefined && count.period >= period.start;
  const used = isCurrent ? count.used : 0;
  const { kind, id } = bound.subject;
  return {
    limit_id: bound.id,
    subject: { kind, id, group: count === undefined || count.group === '' ? null : count.group },
    type: bound.type,
    limit: bound.limit / unit,
    used: used / unit,
    reserved: isCurrent ? count.held / unit : 0,
    remaining: Math.max(0, bound.limit - used) / unit,
    resets_at: Number.isFinite(period.end) ? new Date(period.end).toISOString() : null,
    status: used >= bound.limit ? 'exhausted' : 'active',
  };
}

function commonPrefix(texts: readonly string[]): string {
  return texts.reduce((common, text) => {
    let length = 0;
    while (length < common.length && common[length] === text[length]) length++;
    return common.slice(0, length);
  });
}
