import type { ChatRequest, Part } from '../ir/request.ts';

/** Members of parts that some dialects have no form for, by the names under which their loss is reported. */
const MEMBERS = {
  cache_control: (part: Part) => 'cache' in part && part.cache !== undefined,
  citations: (part: Part) => part.type === 'media' && part.citable === true,
  context: (part: Part) => part.type === 'media' && part.context !== undefined,
  detail: (part: Part) => part.type === 'media' && (part.detail ?? 'auto') !== 'auto',
  is_error: (part: Part) => part.type === 'tool_result' && part.isError === true,
};

/** The names of those members that stand anywhere in a request, for a dialect that cannot say them. */
export function unsaidMembers({ messages, tools = [] }: ChatRequest, names: readonly (keyof typeof MEMBERS)[]): string[] {
  const found = new Set<string>();
  const look = (part: Part): void => {
    for (const name of names) if (MEMBERS[name](part)) found.add(name);
    if (part.type === 'tool_result') part.content.forEach(look);
  };
  for (const { parts } of messages) for (const part of parts) look(part);
  if (names.includes('cache_control') && tools.some((tool) => tool.type === 'function' && tool.cache !== undefined)) found.add('cache_control');
  return [...found];
}
