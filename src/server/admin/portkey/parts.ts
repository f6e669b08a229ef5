import * as z from 'zod/mini';
import { described } from '../../../config/schema-parts.ts';
import { rateLimit, usageLimit } from '../../../directory/schema-parts.ts';
import type { Json, JsonObject } from '../../../ir/json.ts';
import type { Access } from '../operation.ts';

export const TAG = 'portkey';

/** Portkey's pages are counted; so many entries stand on one. */
const PAGE_SIZE = 100;

/** What every list of Portkey's can be asked for. */
export const portkeyQuery = z.looseObject({
  current_page: z.optional(described('Counted from 0.', z.coerce.number().check(z.int(), z.gte(0)))),
  page_size: z.optional(z.coerce.number().check(z.int(), z.gte(1), z.lte(1000))),
  workspace_id: z.optional(z.string()),
});

/** A page of a list in Portkey's form. */
export function portkeyList<T extends { readonly workspace: string }>(
  all: readonly T[],
  { current_page: page = 0, page_size: size = PAGE_SIZE, workspace_id: workspace }: z.infer<typeof portkeyQuery>,
  show: (item: T) => object,
): object {
  const found = workspace === undefined ? all : all.filter((item) => item.workspace === workspace);
  return { success: true, object: 'list', total: found.length, data: found.slice(page * size, (page + 1) * size).map(show) };
}

/** Some of Portkey's clients read an answer's members at its top, others below `data`. */
export function answered(members: object): object {
  return { success: true, ...members, data: members };
}

/** Access with any one of the scopes. */
export function scoped(...scopes: readonly string[]): Access {
  return { scopes };
}

const ownUsage = usageLimit.def.shape;
const looseUsage = z.looseObject({ ...ownUsage, type: z.optional(ownUsage.type) });

/** Portkey writes one limit as an object; a list is taken too. */
export const usageLimits = z.optional(z.nullable(z.union([z.array(looseUsage), looseUsage])));

/** Limits of Portkey's carry more than is said of them. */
export const rateLimits = z.optional(z.nullable(z.array(z.looseObject(rateLimit.def.shape))));

/** Limits as they are kept; undefined where nothing is said of them. */
export function limitsGiven(body: { readonly usage_limits?: unknown; readonly rate_limits?: unknown }): JsonObject {
  const { usage_limits: usage, rate_limits: rates } = body;
  return {
    ...(usage === undefined ? {} : { usage_limits: (usage === null ? [] : [usage].flat().map(usageMembers)) as Json }),
    ...(rates === undefined ? {} : { rate_limits: ((rates ?? []) as readonly object[]).map(rateMembers) as Json }),
  };
}

const USAGE = Object.keys(ownUsage);
const RATE = Object.keys(rateLimit.def.shape);

/** Portkey tells the state of a limit beside it, and clients send back what they were told. */
function usageMembers(limit: object): object {
  const known = Object.entries(limit).filter(([name, value]) => USAGE.includes(name) && value !== null);
  return { type: 'cost', ...Object.fromEntries(known) };
}

function rateMembers(limit: object): object {
  return Object.fromEntries(Object.entries(limit).filter(([name, value]) => RATE.includes(name) && value !== null));
}

/** Limits as Portkey shows them. */
export function limitsShown(body: JsonObject): object {
  const usage = (body['usage_limits'] ?? []) as readonly JsonObject[];
  return { usage_limits: usage.length > 1 ? usage : (usage[0] ?? null), rate_limits: body['rate_limits'] ?? [] };
}

/** The members of an object that are not undefined. */
export function said(members: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
}
