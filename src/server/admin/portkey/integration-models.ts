import * as z from 'zod/mini';
import type { SavedProvider } from '../../../directory/entities.ts';
import { GatewayError } from '../../../errors.ts';
import { operation, type Operation } from '../operation.ts';
import { providers } from '../provider-operations.ts';
import { change } from '../resource.ts';
import { found, type Subject } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { subjectOf } from './collection.ts';
import { answered, scoped, TAG } from './parts.ts';

const PATH = '/v1/integrations/{slug}';

const readScopes = scoped('integrations.read', 'organisation_integrations.read', 'workspace_integrations.read');
const writeScopes = scoped('integrations.update', 'organisation_integrations.update', 'workspace_integrations.update');

const modelsBody = z.looseObject({
  allow_all_models: z.optional(z.boolean()),
  models: z.optional(z.array(z.looseObject({ slug: z.string(), enabled: z.optional(z.boolean()) }))),
});

function showModels({ account }: SavedProvider): object {
  const models = (account.models ?? []).map((slug) => ({ slug, enabled: true }));
  return answered({ allow_all_models: account.models === undefined, models });
}

/** Which models and workspaces may use an integration, as Portkey's clients ask for it. */
export function portkeyIntegrationModels(world: AdminWorld): readonly Operation[] {
  return [...modelOperations(world), ...workspaceOperations(world)];
}

function modelOperations(world: AdminWorld): readonly Operation[] {
  const set = async (subject: Subject<'provider'>, models: readonly string[] | null): Promise<object> => {
    const { entity } = await change(world, { resource: providers, subject }, { changes: { models }, headers: {} });
    return showModels(entity);
  };
  return [
    operation({
      tag: TAG,
      method: 'GET',
      path: `${PATH}/models`,
      summary: 'List the models of an integration',
      access: readScopes,
      run: async ({ params, workspace }) => ({ body: showModels(found(world, subjectOf('provider', params, workspace))) }),
    }),
    operation({
      tag: TAG,
      method: 'PUT',
      path: `${PATH}/models`,
      summary: 'Allow or disallow models of an integration',
      access: writeScopes,
      body: modelsBody,
      run: async ({ params, body, workspace }) => {
        const subject = subjectOf('provider', params, workspace);
        if (body.allow_all_models === true) return { body: await set(subject, null) };
        const known = new Set(found(world, subject).account.models);
        for (const { slug, enabled } of body.models ?? []) if (enabled === false) known.delete(slug);
        for (const { slug, enabled } of body.models ?? []) if (enabled !== false) known.add(slug);
        return { body: await set(subject, [...known]) };
      },
    }),
    operation({
      tag: TAG,
      method: 'DELETE',
      path: `${PATH}/models`,
      summary: 'Remove models from the list of an integration',
      access: writeScopes,
      query: z.object({ slugs: z.string() }),
      run: async ({ params, query, workspace }) => {
        const subject = subjectOf('provider', params, workspace);
        const gone = new Set(query.slugs.split(','));
        return {
          body: await set(
            subject,
            (found(world, subject).account.models ?? []).filter((slug) => !gone.has(slug)),
          ),
        };
      },
    }),
  ];
}

function workspaceOperations(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      tag: TAG,
      method: 'GET',
      path: `${PATH}/workspaces`,
      summary: 'Show which workspaces may use an integration',
      access: readScopes,
      run: async ({ params, workspace: asker }) => {
        const { workspace } = found(world, subjectOf('provider', params, asker));
        const isShared = workspace === 'shared';
        const own = isShared ? [] : [{ id: workspace, slug: workspace, enabled: true }];
        return { body: answered({ global_workspace_access: isShared ? { enabled: true } : null, workspaces: own }) };
      },
    }),
    operation({
      tag: TAG,
      method: 'PUT',
      path: `${PATH}/workspaces`,
      summary: 'Refused: an integration belongs to the workspace that it was made in',
      access: writeScopes,
      body: z.looseObject({}),
      run: async () => {
        const message = 'An integration belongs to the workspace that it was made in, or to all of them in the workspace shared: make it there.';
        throw new GatewayError('invalid_request', message, { param: 'workspaces' });
      },
    }),
  ];
}
