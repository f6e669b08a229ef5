import * as z from 'zod/mini';
import type { SavedPolicy } from '../../directory/entities.ts';
import { policyCreate, policyShown, policyUpdate } from '../../directory/schemas.ts';
import { issueMessage } from '../../config/issues.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Operation } from './operation.ts';
import { crudOperations, type Resource } from './resource.ts';
import { randomHex, shownBase } from './saving.ts';
import type { AdminWorld } from './world.ts';

/** Budgets and rate limits for whatever calls meet their conditions. */
export const policies: Resource<'policy'> = {
  kind: 'policy',
  path: '/admin/v1/policies',
  tag: 'policies',
  noun: 'a policy',
  create: policyCreate,
  update: policyUpdate,
  shown: policyShown,
  show: (policy: SavedPolicy) => ({
    ...policy.record.body,
    ...shownBase(policy),
    status: policy.isArchived ? 'archived' : 'active',
    conditions: policy.record.body['conditions'] ?? [],
    group_by: policy.record.body['group_by'] ?? [],
  }),
  newId: () => `policy-${randomHex(6)}`,
  write: (given) => {
    const whole: JsonObject = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    // A change may leave something that is no policy of its kind any more.
    const result = z.safeParse(policyCreate, whole, { error: issueMessage });
    if (result.success) return { body: whole };
    return { problems: result.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message })) };
  },
};

/** Policies. */
export function policyOperations(world: AdminWorld): readonly Operation[] {
  return crudOperations(world, policies);
}
