import type { DialectId } from '../ir/dialect-id.ts';
import type { Extra } from '../ir/request.ts';

/** Members of other dialects that every dialect understands or that say nothing about the answer: they are modelled as well. */
const MODELLED: ReadonlySet<string> = new Set(['reasoning', 'stream_options', 'thinking', 'top_k']);

/** Names of the unmodelled members that clients of other dialects sent and that `own` loses, but for those that it has adopted. */
export function foreignMembers(extra: Extra, own: DialectId, adopted: readonly string[]): string[] {
  const foreign = Object.entries(extra).filter(([dialect]) => dialect !== own);
  const names = foreign.flatMap(([, members]) => Object.keys(members ?? {}));
  return names.filter((name) => !MODELLED.has(name) && !adopted.includes(name));
}
