import * as z from 'zod/mini';
import { described } from '../../config/schema-parts.ts';
import type { ProviderKey, SavedProvider } from '../../directory/entities.ts';
import { masked } from '../../directory/masks.ts';
import { isOver } from '../../directory/read-body.ts';
import { providerCreate, providerShown, providerUpdate } from '../../directory/schemas.ts';
import { isSecretReference } from '../../directory/secrets.ts';
import { writeProvider } from '../../directory/write-provider.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { boundsOfProvider } from './bounds.ts';
import { operation, type Operation } from './operation.ts';
import { crudOperations, type Resource } from './resource.ts';
import { found, isoOf, randomHex, shownBase, slugOf } from './saving.ts';
import { testProvider } from './provider-test.ts';
import type { AdminWorld } from './world.ts';

/** Saved providers: Portkey's virtual keys. */
export const providers: Resource<'provider'> = {
  kind: 'provider',
  path: '/admin/v1/providers',
  tag: 'providers',
  noun: 'a provider',
  create: providerCreate,
  update: providerUpdate,
  shown: providerShown,
  show: showProvider,
  newId: freeSlug,
  write: ({ key, ...given }, { world, id, before }) => {
    // A new key takes the place of the only one; beside several it would not be clear which one it stands for.
    const replaced = key === undefined ? given : { ...given, keys: [{ id: onlyId(before), value: key }] };
    return writeProvider(replaced, { id, secrets: world.secrets, before });
  },
};

function onlyId(before: JsonObject | undefined): Json | undefined {
  const keys = (before?.['keys'] ?? []) as readonly JsonObject[];
  return keys.length === 1 ? keys[0]?.['id'] : undefined;
}

/** The name as a slug; with a number where that is taken, as the name alone is what people write. */
function freeSlug(name: string | undefined, { directory }: AdminWorld): string {
  const base = slugOf(name) || `provider-${randomHex(3)}`;
  let slug = base;
  for (let count = 2; directory.find('provider', slug) !== undefined; count++) slug = `${base}-${count}`;
  return slug;
}

function statusOf(provider: SavedProvider, now: number, isExhausted: () => boolean): string {
  if (provider.isDisabled) return 'disabled';
  if (isOver(provider.expiresAt, now)) return 'expired';
  return isExhausted() ? 'exhausted' : 'active';
}

function showProvider(provider: SavedProvider, { clock, directory, limits }: AdminWorld): object {
  const { body } = provider.record;
  const source = directory.credentialsOf(provider);
  const now = clock.now();
  return {
    ...shownBase(provider),
    status: statusOf(provider, now, () => limits?.limiter.isExhausted(boundsOfProvider(provider)) === true),
    provider: source?.account.provider ?? '',
    integration: provider.integration ?? null,
    keys: provider.keys.map((key) => showKey(key, now)),
    options: shownOptions((body['options'] ?? {}) as JsonObject),
    custom_host: body['custom_host'] ?? null,
    models: body['models'] ?? null,
    usage_limits: body['usage_limits'] ?? [],
    rate_limits: body['rate_limits'] ?? [],
    expires_at: isoOf(provider.expiresAt),
    note: body['note'] ?? null,
  };
}

function showKey(key: ProviderKey, now: number): object {
  return {
    id: key.id,
    masked: key.source === 'value' ? (key.masked ?? null) : key.secret === undefined ? null : masked(key.secret),
    source: key.source,
    reference: key.reference ?? null,
    weight: key.weight,
    expires_at: isoOf(key.expiresAt),
    status: key.secret === undefined ? 'missing' : isOver(key.expiresAt, now) ? 'expired' : 'active',
  };
}

/** What is sealed is masked; references to secrets are no secrets. */
function shownOptions(options: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, isSecretReference(value) && 'sealed' in value ? masked('') : value]),
  );
}

const testReply = z.object({
  ok: z.boolean(),
  status: described('Of the answer to the request for the models.', z.int()),
  ms: z.number(),
  models: z.array(z.string()),
  error: z.nullable(z.string()),
});

/** Saved providers, and whether they can be reached. */
export function providerOperations(world: AdminWorld): readonly Operation[] {
  return [
    ...crudOperations(world, providers),
    operation({
      tag: providers.tag,
      access: 'admin',
      method: 'POST',
      path: `${providers.path}/{id}/test`,
      summary: 'Ask a provider for its models',
      reply: testReply,
      run: async ({ params, workspace, signal }) => {
        const provider = found(world, { kind: 'provider', id: params['id'] as string, workspace });
        return { body: await testProvider(world, provider, signal) };
      },
    }),
  ];
}
