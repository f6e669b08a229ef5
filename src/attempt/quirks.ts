import { isObject } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { Quirks } from '../providers/provider.ts';

/** One kind of quirk at work: gives the same object back where nothing changes. */
type Applier = (wire: JsonObject, quirks: Quirks) => JsonObject;

const APPLIERS: readonly Applier[] = [renameMembers, respellValues, clampNumbers, lowerSystemRole, dropMembers, addDefaults];

/** Brings a wire request to what a host takes; the same object where nothing changes. */
export function applyQuirks(wire: JsonObject, quirks: Quirks | undefined): JsonObject {
  return quirks === undefined ? wire : APPLIERS.reduce((request, apply) => apply(request, quirks), wire);
}

/** The members of a wire request that the host refuses and that are left out. */
export function refusedMembers(wire: JsonObject, quirks: Quirks | undefined): readonly string[] {
  return (quirks?.drop ?? []).filter((name) => wire[name] !== undefined);
}

/** What the host calls the model that was asked for. */
export function modelAt(quirks: Quirks | undefined, asked: string): string {
  const [prefix, own] = Object.entries(quirks?.modelPrefix ?? {}).find(([beginning]) => asked.startsWith(beginning)) ?? ['', ''];
  return own + asked.slice(prefix.length);
}

function renameMembers(wire: JsonObject, { rename }: Quirks): JsonObject {
  const names = Object.keys(rename ?? {}).filter((name) => wire[name] !== undefined);
  if (rename === undefined || names.length === 0) return wire;
  const renamed = names.map((name) => [rename[name], wire[name]]);
  return { ...omit(wire, names), ...Object.fromEntries(renamed) };
}

function respellValues(wire: JsonObject, { values }: Quirks): JsonObject {
  const changes = Object.entries(values ?? {}).flatMap(([name, spelling]) => {
    const value = wire[name];
    const other = typeof value === 'string' ? spelling[value] : undefined;
    return other === undefined ? [] : [[name, other] as const];
  });
  return changes.length === 0 ? wire : { ...wire, ...Object.fromEntries(changes) };
}

function clampNumbers(wire: JsonObject, { clamp }: Quirks): JsonObject {
  let changed: Record<string, number> | undefined;
  for (const name in clamp) {
    const value = wire[name];
    if (typeof value !== 'number') continue;
    const { min = -Infinity, max = Infinity } = clamp[name] ?? {};
    if (value < min || value > max) (changed ??= {})[name] = Math.min(max, Math.max(min, value));
  }
  return changed === undefined ? wire : { ...wire, ...changed };
}

function lowerSystemRole(wire: JsonObject, { systemRole }: Quirks): JsonObject {
  const messages = wire['messages'];
  if (systemRole === undefined || !Array.isArray(messages) || !messages.some(isDeveloper)) return wire;
  return { ...wire, messages: messages.map((message: Json) => (isDeveloper(message) ? { ...message, role: systemRole } : message)) };
}

function isDeveloper(message: Json): message is JsonObject {
  return isObject(message) && message['role'] === 'developer';
}

function dropMembers(wire: JsonObject, quirks: Quirks): JsonObject {
  const dropped = [...refusedMembers(wire, quirks), ...(quirks.omit ?? []).filter((name) => wire[name] !== undefined)];
  if (quirks.streamOptions === false && wire['stream_options'] !== undefined) dropped.push('stream_options');
  return dropped.length === 0 ? wire : omit(wire, dropped);
}

function addDefaults(wire: JsonObject, { defaults }: Quirks): JsonObject {
  const missing = Object.entries(defaults ?? {}).filter(([name]) => wire[name] === undefined);
  return missing.length === 0 ? wire : { ...wire, ...Object.fromEntries(missing) };
}

function omit(wire: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(wire).filter(([name]) => !names.includes(name)));
}
