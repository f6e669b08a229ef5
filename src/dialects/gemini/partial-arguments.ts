import type { Json } from '../../ir/json.ts';
import { isObject } from '../read.ts';

type Key = string | number;
type Container = Record<string, unknown> | unknown[];

const STEP = /\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/g;

/**
 * The arguments of a function call that Vertex AI streams value by value (`partialArgs`): each piece names its place by a JSON path, and
 * pieces of one text follow each other at the same place.
 */
export class PartialArguments {
  readonly #root: Record<string, unknown>;

  constructor(initial: unknown) {
    this.#root = isObject(initial) ? nullPrototype(initial) : nullPrototype({});
  }

  /** Adds the pieces of one event; what cannot be read is passed over. */
  add(pieces: unknown): void {
    if (!Array.isArray(pieces)) return;
    for (const piece of pieces as unknown[]) {
      if (!isObject(piece) || typeof piece['jsonPath'] !== 'string') continue;
      const value = valueOf(piece);
      const path = pathOf(piece['jsonPath']);
      if (value !== undefined && path.length > 0) assign(this.#root, path, value);
    }
  }

  /** The arguments so far as JSON text. */
  toJson(): string {
    return JSON.stringify(this.#root);
  }
}

/** Objects without a prototype, so that a path through `__proto__` names an ordinary member. */
function nullPrototype(members: object): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, members);
}

function valueOf(piece: Readonly<Record<string, Json | undefined>>): Json | undefined {
  const value = piece['stringValue'] ?? piece['numberValue'] ?? piece['boolValue'];
  return value === undefined && 'nullValue' in piece ? null : value;
}

function pathOf(jsonPath: string): readonly Key[] {
  return [...jsonPath.matchAll(STEP)].map(([, name, index, single, double]) =>
    index === undefined ? (name ?? single ?? double ?? '') : Number(index),
  );
}

function assign(root: Container, path: readonly Key[], value: Json): void {
  let place = root;
  for (let depth = 0; depth < path.length - 1; depth++) place = descend(place, path[depth] as Key, typeof path[depth + 1] === 'number');
  const key = path.at(-1) as Key;
  const before = read(place, key);
  write(place, key, typeof value === 'string' && typeof before === 'string' ? before + value : value);
}

function descend(place: Container, key: Key, intoList: boolean): Container {
  const next = read(place, key);
  if (typeof next === 'object' && next !== null) return next as Container;
  const created: Container = intoList ? [] : nullPrototype({});
  write(place, key, created);
  return created;
}

function read(place: Container, key: Key): unknown {
  return (place as Record<Key, unknown>)[key];
}

/** Lists grow by one at most, so that no index can make them huge. */
function write(place: Container, key: Key, value: unknown): void {
  (place as Record<Key, unknown>)[Array.isArray(place) ? Math.min(Number(key) || 0, place.length) : key] = value;
}
