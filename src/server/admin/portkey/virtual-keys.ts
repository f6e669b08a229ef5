import type * as z from 'zod/mini';
import type { SavedProvider } from '../../../directory/entities.ts';
import { movedBy } from '../../../directory/moved-secrets.ts';
import { GatewayError } from '../../../errors.ts';
import type { JsonObject } from '../../../ir/json.ts';
import { operation, type Operation } from '../operation.ts';
import { providers } from '../provider-operations.ts';
import { change, make } from '../resource.ts';
import { found } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { integrationBody, integrationGiven, providerBody, showAccount, virtualKeyBody, virtualKeyGiven } from './accounts.ts';
import type { accountFields } from './accounts.ts';
import { collectionOperations, subjectOf, type Collection } from './collection.ts';
import { answered, limitsGiven, said, scoped, TAG } from './parts.ts';

type Given = Readonly<Record<keyof typeof accountFields, unknown>> & Readonly<Record<string, unknown>>;

/** One of the three names that Portkey has for what is a saved provider here. */
interface Face {
  readonly path: string;
  readonly noun: string;
  readonly plural: string;
  /** The value of `object`. */
  readonly object: string;
  readonly scopes: (act: string) => readonly string[];
  readonly body: z.core.$ZodType;
  /** `provider`: of what is saved now. */
  readonly given: (body: Given, provider: string | undefined) => JsonObject;
  readonly holds: (saved: SavedProvider) => boolean;
}

const FACES: readonly Face[] = [
  {
    path: '/v1/virtual-keys',
    noun: 'a virtual key',
    plural: 'the virtual keys',
    object: 'virtual-key',
    scopes: (act) => [`virtual_keys.${act}`],
    body: virtualKeyBody,
    given: (body, provider) => virtualKeyGiven(body as z.infer<typeof virtualKeyBody>, provider),
    holds: () => true,
  },
  {
    path: '/v1/integrations',
    noun: 'an integration',
    plural: 'the integrations',
    object: 'integration',
    scopes: (act) => [`integrations.${act}`, `organisation_integrations.${act}`, `workspace_integrations.${act}`],
    body: integrationBody,
    given: (body, provider) => integrationGiven(body as z.infer<typeof integrationBody>, provider),
    holds: ({ integration }) => integration === undefined,
  },
  {
    path: '/v1/providers',
    noun: 'a provider',
    plural: 'the providers',
    object: 'provider',
    scopes: (act) => [`providers.${act}`, `virtual_keys.${act}`],
    body: providerBody,
    given: ({ name, note, expires_at, integration_id: integration, ...rest }) => said({ name, note, expires_at, integration, ...limitsGiven(rest) }),
    holds: () => true,
  },
];

/** Virtual keys, integrations and providers, as Portkey's clients ask for them: all of them are saved providers. */
export function portkeyAccounts(world: AdminWorld): readonly Operation[] {
  return FACES.flatMap((face) => [...collectionOperations(world, collectionOf(world, face)), ...writing(world, face)]);
}

function collectionOf(world: AdminWorld, { path, noun, plural, object, scopes, holds }: Face): Collection<'provider'> {
  return {
    kind: 'provider',
    path,
    parameter: 'slug',
    noun,
    plural,
    access: (act) => (act === 'list' ? scoped(...scopes('list'), ...scopes('read')) : scoped(...scopes(act))),
    holds,
    show: (saved) => ({ ...showAccount(saved, world), object }),
  };
}

function writing(world: AdminWorld, face: Face): readonly Operation[] {
  const made = ({ id }: SavedProvider): object => answered({ id, slug: id, object: face.object });
  return [
    operation({
      tag: TAG,
      method: 'POST',
      path: face.path,
      summary: `Save ${face.noun}, in Portkey's form`,
      access: scoped(...face.scopes('create')),
      body: face.body,
      run: async ({ body, workspace: asker }) => {
        const members = body as Given;
        const given = face.given(members, undefined);
        const workspace = members.workspace_id as string | undefined;
        checkLink(world, given, workspace ?? asker);
        const { entity } = await make(world, providers, { given, id: members.slug as string | undefined, workspace, asker });
        return { body: made(entity) };
      },
    }),
    operation({
      tag: TAG,
      method: 'PUT',
      path: `${face.path}/{slug}`,
      summary: `Change ${face.noun}, in Portkey's form`,
      access: scoped(...face.scopes('update')),
      body: face.body,
      run: async ({ params, body, workspace, headers }) => {
        const subject = subjectOf('provider', params, workspace);
        const before = found(world, subject);
        const { integration: _, ...changes } = face.given(body as Given, before.account.provider);
        if (workspace !== undefined) keepHere(changes, before);
        const { entity } = await change(world, { resource: providers, subject }, { changes: withOptions(changes, before), headers });
        return { body: made(entity) };
      },
    }),
  ];
}

/** Whoever may use a credential must not be able to have it sent to a host of their own; who brings it anew has it. */
function keepHere(changes: JsonObject, before: SavedProvider): void {
  const moved = movedBy(changes, before);
  if (moved === undefined) return;
  throw new GatewayError(
    'invalid_request',
    `${moved}: Saved credentials are not sent anywhere else: send the credential again together with its new destination`,
    {
      param: moved,
    },
  );
}

/** Portkey's clients name the options that change, and no others. */
function withOptions(changes: JsonObject, { record }: SavedProvider): JsonObject {
  if (changes['options'] === undefined) return changes;
  return { ...changes, options: { ...(record.body['options'] as JsonObject | undefined), ...(changes['options'] as JsonObject) } };
}

/** A provider of an integration needs one that it can see. */
function checkLink({ directory }: AdminWorld, { integration }: JsonObject, workspace: string | undefined): void {
  if (typeof integration !== 'string') return;
  const source = directory.find('provider', integration);
  const isSeen = source !== undefined && (workspace === undefined || source.workspace === workspace || source.workspace === 'shared');
  if (isSeen && source.integration === undefined) return;
  throw new GatewayError('not_saved', `integration_id: There is no integration saved as '${integration.slice(0, 100)}'`, {
    status: 400,
    param: 'integration_id',
  });
}
