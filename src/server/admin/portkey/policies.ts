import * as z from 'zod/mini';
import type { SavedPolicy } from '../../../directory/entities.ts';
import { identifier } from '../../../directory/schema-parts.ts';
import type { Json, JsonObject } from '../../../ir/json.ts';
import { operation, type Access, type Operation } from '../operation.ts';
import { policies } from '../policy-operations.ts';
import { change, make } from '../resource.ts';
import { isoOf } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { collectionOperations, subjectOf, type Collection } from './collection.ts';
import { answered, said, scoped, TAG } from './parts.ts';

const names = z.union([z.string(), z.array(z.string())]);

const body = z.looseObject({
  name: z.optional(z.string()),
  workspace_id: z.optional(identifier),
  conditions: z.optional(z.array(z.looseObject({ key: z.string(), value: names, excludes: z.optional(z.unknown()) }))),
  group_by: z.optional(z.array(z.union([z.string(), z.looseObject({ key: z.string() })]))),
  status: z.optional(z.enum(['active', 'archived'])),
});

/** Members that are a policy's own, beside those above. */
const MEMBERS = new Set(['type', 'credit_limit', 'alert_threshold', 'periodic_reset', 'periodic_reset_days', 'unit', 'value']);

/** One of the two kinds of policies that Portkey has. */
interface Face {
  readonly path: string;
  readonly kind: 'usage_limit' | 'rate_limit';
  readonly object: string;
}

const FACES: readonly Face[] = [
  { path: '/v1/policies/usage-limits', kind: 'usage_limit', object: 'policy_usage_limits' },
  { path: '/v1/policies/rate-limits', kind: 'rate_limit', object: 'policy_rate_limits' },
];

function given({ name, conditions, group_by: groups, status, ...rest }: z.infer<typeof body>): JsonObject {
  const own = Object.entries(rest as Readonly<Record<string, Json>>).filter(([member]) => MEMBERS.has(member));
  return said({
    name,
    status,
    conditions: conditions?.map(({ key, value, excludes }) => said({ key, value, excludes })),
    group_by: groups?.map((group) => (typeof group === 'string' ? group : group.key)),
    ...Object.fromEntries(own),
  });
}

function accessOf(act: string): Access {
  return scoped(`policies.${act}`, `workspace_policies.${act}`, `organisation_policies.${act}`);
}

/** Policies, as Portkey's clients ask for them. */
export function portkeyPolicies(world: AdminWorld): readonly Operation[] {
  return FACES.flatMap((face) => [...collectionOperations(world, collectionOf(face)), ...writing(world, face)]);
}

function show(policy: SavedPolicy, object: string): object {
  const { id, name, workspace, record } = policy;
  const { kind: _, group_by: groups, ...members } = record.body;
  return {
    ...members,
    id,
    name,
    workspace_id: workspace,
    organisation_id: 'sluice',
    status: policy.isArchived ? 'archived' : 'active',
    conditions: members['conditions'] ?? [],
    group_by: ((groups ?? []) as readonly string[]).map((key) => ({ key })),
    created_at: isoOf(record.createdAt),
    last_updated_at: isoOf(record.updatedAt),
    object,
  };
}

function collectionOf({ path, kind, object }: Face): Collection<'policy'> {
  return {
    kind: 'policy',
    path,
    parameter: 'id',
    noun: `a policy of the kind ${kind}`,
    plural: `the policies of the kind ${kind}`,
    access: accessOf,
    holds: ({ record }) => record.body['kind'] === kind,
    show: (policy) => show(policy, object),
  };
}

function writing(world: AdminWorld, { path, kind, object }: Face): readonly Operation[] {
  return [
    operation({
      tag: TAG,
      method: 'POST',
      path,
      summary: `Save a policy of the kind ${kind}, in Portkey's form`,
      access: accessOf('create'),
      body,
      run: async ({ body: members, workspace: asker }) => {
        const making = { given: { ...given(members), kind }, workspace: members.workspace_id, asker };
        const { entity } = await make(world, policies, making);
        return { body: answered({ id: entity.id, object }) };
      },
    }),
    operation({
      tag: TAG,
      method: 'PUT',
      path: `${path}/{id}`,
      summary: `Change a policy of the kind ${kind}, in Portkey's form`,
      access: accessOf('update'),
      body,
      run: async ({ params, body: members, workspace, headers }) => {
        await change(world, { resource: policies, subject: subjectOf('policy', params, workspace) }, { changes: given(members), headers });
        return { body: { success: true } };
      },
    }),
  ];
}
