import * as z from 'zod/mini';
import { hasCredential } from '../../config/provider-options.ts';
import { pricedModels } from '../../models/catalog.ts';
import { GatewayError } from '../../errors.ts';
import { optionsOf, providerById, PROVIDERS } from '../../providers/index.ts';
import type { Provider } from '../../providers/provider.ts';
import { operation, type Operation } from './operation.ts';
import type { AdminWorld } from './world.ts';

const base = { tag: 'catalog', access: 'admin' } as const;

const providerShape = z.object({
  id: z.string(),
  name: z.string(),
  docs: z.string(),
  dialects: z.array(z.string()),
  needs_key: z.boolean(),
  needs_custom_host: z.boolean(),
  has_env_key: z.boolean(),
  options: z.array(z.object({ name: z.string(), title: z.string(), required: z.boolean(), secret: z.boolean(), default: z.nullable(z.string()) })),
});

const modelShape = z.object({
  id: z.string(),
  provider: z.string(),
  input_price: z.nullable(z.number()),
  output_price: z.nullable(z.number()),
  context: z.nullable(z.int()),
});

/** Operations that list what can be used: providers with their options, and models with their prices. */
export function catalogOperations(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      ...base,
      method: 'GET',
      path: '/admin/v1/catalog/providers',
      summary: 'List the providers that the gateway knows',
      reply: z.object({ data: z.array(providerShape) }),
      run: async () => ({ body: { data: PROVIDERS.map((provider) => shown(provider, world.hasVariable)) } }),
    }),
    operation({
      ...base,
      method: 'GET',
      path: '/admin/v1/catalog/models',
      summary: 'List the models that the price list knows at a provider, with what the gateway counts for them',
      query: z.object({ provider: z.string() }),
      reply: z.object({ data: z.array(modelShape) }),
      run: async ({ query }) => {
        const provider = providerById(query.provider);
        if (provider === undefined)
          throw new GatewayError('unknown_provider', `There is no provider '${query.provider.slice(0, 100)}'`, { param: 'provider' });
        const models = await pricedModels({ id: provider.id, url: provider.baseURL }, world.prices);
        return {
          body: {
            data: models.map(({ id, inputPrice, outputPrice, context }) => ({
              id,
              provider: provider.id,
              input_price: inputPrice,
              output_price: outputPrice,
              context,
            })),
          },
        };
      },
    }),
  ];
}

function shown(provider: Provider, hasVariable: AdminWorld['hasVariable']): z.infer<typeof providerShape> {
  return {
    id: provider.id,
    name: provider.name,
    docs: provider.docs,
    dialects: [...new Set((provider.endpoints.chat ?? []).map(({ dialect }) => dialect.id))],
    needs_key: !hasCredential(provider, undefined, {}),
    needs_custom_host: provider.baseURL === undefined && provider.baseURLs === undefined,
    has_env_key: provider.keyVariable !== undefined && hasVariable(provider.keyVariable),
    options: optionsOf(provider).map(({ name, description, required, secret, default: fallback }) => ({
      name,
      title: description,
      required: required === true,
      secret: secret === true,
      default: fallback ?? null,
    })),
  };
}
