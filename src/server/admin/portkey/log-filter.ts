import * as z from 'zod/mini';
import { described } from '../../../config/schema-parts.ts';
import { isObject, parseJson } from '../../../dialects/read.ts';
import { GatewayError } from '../../../errors.ts';
import type { Bounds, Dimension, LogFilter } from '../../../logs/log-store.ts';
import { listed, statusOf, timeOf } from '../log-query.ts';

const text = z.optional(z.nullable(z.union([z.string(), z.array(z.string())])));
const number = z.optional(z.nullable(z.coerce.number()));

const members = {
  time_of_generation_min: described('ISO 8601.', z.optional(z.nullable(z.string()))),
  time_of_generation_max: z.optional(z.nullable(z.string())),
  total_units_min: number,
  total_units_max: number,
  cost_min: described('Cents.', number),
  cost_max: number,
  status_code: text,
  virtual_keys: text,
  configs: text,
  api_key_ids: text,
  ai_org_model: described('Such as `openai__gpt-4o`; several separated by commas.', text),
  ai_model: text,
  ai_org: text,
  cache_status: text,
  trace_id: text,
  workspace_slug: text,
  metadata: z.optional(z.nullable(z.union([z.string(), z.record(z.string(), z.string())]))),
};

/** The filters that Portkey's exports and analytics take; those that mean nothing here are passed over. */
export const portkeyFilter = z.looseObject(members);

export type PortkeyFilter = z.infer<typeof portkeyFilter>;

/** The same as the log is asked. `workspace`: of whoever asks, who sees no other. */
export function logFilterOf(filter: PortkeyFilter, workspace: string | undefined): LogFilter {
  const own = workspace ?? firstOf(filter.workspace_slug);
  return {
    from: timeOf({ ...filter }, 'time_of_generation_min'),
    to: timeOf({ ...filter }, 'time_of_generation_max'),
    ...statusOf(listOf(filter.status_code).join(',')),
    dimensions: dimensionsOf(filter, own),
    traceId: firstOf(filter.trace_id),
    metadata: metadataOf(filter.metadata),
    cost: boundsOf(filter.cost_min, filter.cost_max, 0.01),
    tokens: boundsOf(filter.total_units_min, filter.total_units_max, 1),
  };
}

type Value = string | readonly string[] | null | undefined;

function listOf(value: Value): readonly string[] {
  return typeof value === 'string' ? listed(value) : (value ?? []);
}

function firstOf(value: Value): string | undefined {
  return listOf(value)[0];
}

function dimensionsOf(filter: PortkeyFilter, workspace: string | undefined): LogFilter['dimensions'] {
  const pairs = listOf(filter.ai_org_model).map((pair) => pair.split('__'));
  const named: Readonly<Record<Exclude<Dimension, 'error_class'>, readonly string[]>> = {
    model: [...listOf(filter.ai_model), ...pairs.map(([provider = '', model = provider]) => model)],
    provider: [
      ...listOf(filter.ai_org),
      ...listOf(filter.virtual_keys),
      ...pairs.filter(({ length }) => length > 1).map(([provider = '']) => provider),
    ],
    api_key: listOf(filter.api_key_ids),
    config: listOf(filter.configs),
    cache: listOf(filter.cache_status).map((status) => status.replaceAll('_', ' ').toUpperCase()),
    workspace: workspace === undefined ? [] : [workspace],
  };
  return Object.fromEntries(Object.entries(named).filter(([, values]) => values.length > 0));
}

function metadataOf(value: PortkeyFilter['metadata']): Readonly<Record<string, string>> {
  if (value === undefined || value === null || value === '') return {};
  const object = typeof value === 'string' ? parseJson(value) : value;
  if (isObject(object)) return Object.fromEntries(Object.entries(object).map(([name, member]) => [name, String(member)]));
  throw new GatewayError('invalid_request', 'metadata: Expected a JSON object', { param: 'metadata' });
}

function boundsOf(min: number | null | undefined, max: number | null | undefined, unit: number): Bounds | undefined {
  if ((min ?? max ?? undefined) === undefined) return undefined;
  return { min: typeof min === 'number' ? min * unit : undefined, max: typeof max === 'number' ? max * unit : undefined };
}
