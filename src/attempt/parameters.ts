import type { TargetNode } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';

/** The call's body with the target's parameters applied; throws `invalid_json` where it is not a JSON object. */
export function bodyFor({ json }: { readonly json: JsonObject | undefined }, node: TargetNode): JsonObject {
  if (json === undefined) throw new GatewayError('invalid_json', 'The request body must be a JSON object.');
  return applyParameters(json, node);
}

/** The model that a target is asked for: the one that its config insists on, else the URL's, else the body's; empty where none names one. */
export function modelAsked({ endpoint }: { readonly endpoint: { readonly model?: string | undefined } }, node: TargetNode, body: JsonObject): string {
  const override = node.overrideParams['model'];
  const model = typeof override === 'string' ? override : (endpoint.model ?? body['model']);
  return typeof model === 'string' ? model : '';
}

/**
 * The request's members with the target's parameters: its defaults below what the client gave, its overrides above it, without those that
 * it drops. The same object where the target has none.
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
