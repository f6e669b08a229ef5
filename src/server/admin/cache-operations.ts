import * as z from 'zod/mini';
import type { Selection } from '../../cache/cache-store.ts';
import { described } from '../../config/schema-parts.ts';
import { GatewayError } from '../../errors.ts';
import { operation, type Operation } from './operation.ts';
import { reached } from './reached.ts';
import type { AdminWorld } from './world.ts';

const cacheShown = z.object({
  store: described('Where answers are kept.', z.enum(['memory', 'sqlite', 'postgres', 'redis'])),
  entries: z.number(),
  bytes: z.number(),
  since_start: described('What the cache of this process did, in calls.', z.record(z.string(), z.number())),
});

const selection = z.object({ namespace: z.optional(described('Only what was cached under this namespace.', z.string())) });
const deleted = z.object({ deleted: described('How many entries there were.', z.number()) });

/** What is in the cache, and how it is emptied. */
export function cacheOperations(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      tag: 'cache',
      access: 'admin',
      method: 'GET',
      path: '/admin/v1/cache',
      summary: 'Show how much is in the cache, and what it did',
      reply: cacheShown,
      run: async () => {
        const { store, counts } = cacheOf(world);
        const { entries, bytes } = await reached(() => store.size(), AWAY);
        return { body: { store: store.kind, entries, bytes, since_start: counts } };
      },
    }),
    operation({
      tag: 'cache',
      access: 'admin',
      method: 'DELETE',
      path: '/admin/v1/cache',
      summary: 'Empty the cache, or a namespace of it',
      query: selection,
      reply: deleted,
      run: async ({ query, workspace }) => remove(world, { workspace, namespace: query.namespace }),
    }),
    operation({
      tag: 'cache',
      access: 'admin',
      method: 'DELETE',
      path: '/admin/v1/cache/{key}',
      summary: 'Delete one answer, by the key in its response header',
      reply: deleted,
      run: async ({ params, workspace }) => remove(world, { workspace, key: keyIn(params) }),
    }),
  ];
}

const KEY = /^[0-9a-f]{64}$/;

function keyIn({ key = '' }: Readonly<Record<string, string>>): string {
  if (KEY.test(key)) return key;
  throw new GatewayError('invalid_request', 'key: expected the 64 hex digits of an x-sluice-cache-key header', { param: 'key' });
}

async function remove(world: AdminWorld, selected: Selection): Promise<{ body: { deleted: number } }> {
  const { store } = cacheOf(world);
  return { body: { deleted: await reached(() => store.remove(selected), AWAY) } };
}

function cacheOf({ cache }: AdminWorld): NonNullable<AdminWorld['cache']> {
  if (cache === undefined) throw new GatewayError('not_found', 'This gateway has no cache.');
  return cache;
}

const AWAY = 'The store of cached answers cannot be reached.';
