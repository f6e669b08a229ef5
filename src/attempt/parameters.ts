import type { TargetNode } from '../config/resolved.ts';
import type { JsonObject } from '../ir/json.ts';

/**
 * The request's members after the target's say: its defaults where the client gave nothing, its overrides over what the client gave,
 * without those that it drops. The same object where the target says nothing.
 */
export function applyParameters(wire: JsonObject, node: TargetNode): JsonObject {
  const { defaultParams, overrideParams, dropParams } = node;
  const changed = hasMembers(defaultParams) || hasMembers(overrideParams) ? { ...defaultParams, ...wire, ...overrideParams } : wire;
  if (!dropParams.some((name) => name in changed)) return changed;
  return Object.fromEntries(Object.entries(changed).filter(([name]) => !dropParams.includes(name)));
}

function hasMembers(object: JsonObject): boolean {
  for (const _ in object) return true;
  return false;
}
