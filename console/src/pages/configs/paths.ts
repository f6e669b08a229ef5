import type { Json, JsonObject } from '../../api/types.ts';

/** Keys and indexes that lead to a place in a config. */
export type Path = readonly (string | number)[];

/** The value at a place; undefined where there is none. */
export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as JsonObject)[step] : undefined),
    root,
  );
}

/** A copy with a value put at a place; undefined takes the member, or the entry of a list, away. */
export function withValue(root: Json, [step, ...rest]: Path, value: Json | undefined): Json {
  if (step === undefined) return value ?? null;
  const isRemoval = rest.length === 0 && value === undefined;
  if (Array.isArray(root)) {
    const i = Number(step);
    return isRemoval ? root.filter((_, k) => k !== i) : root.toSpliced(i, 1, withValue(root[i] ?? {}, rest, value));
  }
  const object = typeof root === 'object' && root !== null ? root : {};
  if (isRemoval) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== step));
  return { ...object, [step]: withValue(object[step] ?? (typeof rest[0] === 'number' ? [] : {}), rest, value) };
}

/** A place as the gateway spells it: `targets[0].provider`. */
export function spelled(path: Path): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '');
}

/** The place that the gateway spells so. */
export function pathOf(text: string): Path {
  return [...text.replace(/^config\.?/, '').matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name as string) : Number(index),
  );
}
