import * as z from 'zod/mini';
import { described } from '../../config/schema-parts.ts';
import { GatewayError } from '../../errors.ts';

/** What every list can be asked for. */
export const listQuery = z.object({
  limit: z.optional(described('How many, 1 to 200; 50 by default.', z.coerce.number().check(z.int(), z.gte(1), z.lte(200)))),
  cursor: z.optional(described('`next_cursor` of the page before.', z.string())),
  search: z.optional(described('Text in the id or the name, in any case.', z.string())),
  workspace: z.optional(described('Only what is in this workspace.', z.string())),
});

export type ListQuery = z.infer<typeof listQuery>;

/** The schema of a list. */
export function listOf<T extends z.core.$ZodType>(item: T) {
  return z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean(), next_cursor: z.nullable(z.string()) });
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
}

/** A page of things that are in the order of their ids; the cursor is the last id of the page before. */
export function pageOf<T extends Listed>(all: readonly T[], { limit = 50, cursor, search, workspace }: ListQuery, show: (item: T) => object): object {
  const text = search?.toLowerCase();
  const after = cursor === undefined ? undefined : decoded(cursor);
  const found = all.filter(
    (item) =>
      (workspace === undefined || item.workspace === workspace) &&
      (text === undefined || item.id.toLowerCase().includes(text) || item.name.toLowerCase().includes(text)) &&
      (after === undefined || item.id > after),
  );
  const page = found.slice(0, limit);
  const hasMore = found.length > limit;
  const next = hasMore ? Buffer.from(page.at(-1)?.id ?? '').toString('base64url') : null;
  return { object: 'list', data: page.map(show), has_more: hasMore, next_cursor: next };
}

function decoded(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (Buffer.from(id).toString('base64url') === cursor) return id;
  throw new GatewayError('invalid_request', 'cursor: Expected the next_cursor of an earlier page', { param: 'cursor' });
}
