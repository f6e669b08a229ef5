import { isObject } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import { patternMatches, patternProblem } from './pattern.ts';
import type { Path, Problem } from './problems.ts';

/**
 * A condition of a conditional strategy. All its members must hold; without members it always does. A member is a path below `metadata`, `params` or `url` with the
 * value that is wanted there or an object of operators, or `$and`/`$or` with a list of further conditions.
 */
export type Query = JsonObject;

/** What a condition can ask about. */
export interface Facts {
  /** The request's metadata header. */
  readonly metadata: JsonObject;
  /** The request's body; empty where it is not JSON. */
  readonly params: JsonObject;
  readonly url: { readonly pathname: string };
}

type Operand = Json | undefined;

interface Operator {
  readonly holds: (actual: Operand, wanted: Operand) => boolean;
  /** What is wrong with an operand; undefined where nothing is. */
  readonly problem?: (wanted: Operand) => string | undefined;
}

const needsList = (wanted: Operand) => (Array.isArray(wanted) ? undefined : 'Expected array');
const needsNumber = (wanted: Operand) => (Number.isNaN(number(wanted)) ? 'Expected number' : undefined);
const needsPattern = (wanted: Operand) => (typeof wanted === 'string' ? patternProblem(wanted) : 'Expected string');

const OPERATORS: Readonly<Record<string, Operator>> = {
  $eq: { holds: (actual, wanted) => actual === wanted },
  $ne: { holds: (actual, wanted) => actual !== wanted },
  $gt: { holds: (actual, wanted) => number(actual) > number(wanted), problem: needsNumber },
  $gte: { holds: (actual, wanted) => number(actual) >= number(wanted), problem: needsNumber },
  $lt: { holds: (actual, wanted) => number(actual) < number(wanted), problem: needsNumber },
  $lte: { holds: (actual, wanted) => number(actual) <= number(wanted), problem: needsNumber },
  $in: { holds: (actual, wanted) => isIn(actual, wanted), problem: needsList },
  $nin: { holds: (actual, wanted) => !isIn(actual, wanted), problem: needsList },
  $regex: { holds: (actual, wanted) => isScalar(actual) && patternMatches(wanted as string, String(actual)), problem: needsPattern },
};

const ROOTS = ['metadata', 'params', 'url'];

/** Metadata are strings, so text is read as a number; what has members is none, whatever these may be. */
function number(value: Operand): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Number.parseFloat(value) : Number.NaN;
}

function isScalar(value: Operand): boolean {
  return value !== undefined && value !== null && typeof value !== 'object';
}

function isIn(actual: Operand, wanted: Operand): boolean {
  return Array.isArray(wanted) && (wanted as readonly Operand[]).includes(actual);
}

/** Whether a condition holds. The condition has been validated. */
export function matches(query: Query, facts: Facts): boolean {
  return Object.entries(query).every(([key, wanted]) => {
    if (key === '$and') return queries(wanted).every((part) => matches(part, facts));
    if (key === '$or') return queries(wanted).some((part) => matches(part, facts));
    return holds(factAt(facts, key), wanted);
  });
}

/** The facts that a condition asks about, by their paths; undefined: there is none of that name. */
export function factsAsked(query: Query, facts: Facts): Readonly<Record<string, Json | undefined>> {
  const found = Object.entries(query).map(([key, wanted]) =>
    key === '$and' || key === '$or' ? Object.assign({}, ...queries(wanted).map((part) => factsAsked(part, facts))) : { [key]: factAt(facts, key) },
  );
  return Object.assign({}, ...found) as Readonly<Record<string, Json | undefined>>;
}

function queries(value: Operand): readonly Query[] {
  return value as unknown as readonly Query[];
}

function holds(actual: Operand, wanted: Operand): boolean {
  if (!isObject(wanted)) return actual === wanted;
  return Object.entries(wanted).every(([name, operand]) => OPERATORS[name]?.holds(actual, operand) === true);
}

function factAt(facts: Facts, path: string): Operand {
  const dot = path.indexOf('.');
  return valueAt(facts[path.slice(0, dot) as keyof Facts], path.slice(dot + 1));
}

/** The value at a path as `tools.0.type`. A member whose own name has dots in it is found too. */
export function valueAt(root: JsonObject, path: string): Json | undefined {
  return Object.hasOwn(root, path) ? root[path] : path.split('.').reduce<Operand>(memberOf, root);
}

function memberOf(value: Operand, key: string): Operand {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
}

/** Everything that is wrong with a condition found at `path`. */
export function queryProblems(query: unknown, path: Path): Problem[] {
  if (!isObject(query)) return [{ path, message: 'Expected object' }];
  return Object.entries(query).flatMap(([key, wanted]) => memberProblems(key, wanted, [...path, key]));
}

function memberProblems(key: string, wanted: Operand, path: Path): Problem[] {
  if (key === '$and' || key === '$or') {
    if (!Array.isArray(wanted) || wanted.length === 0) return [{ path, message: 'Expected a list of conditions' }];
    return (wanted as readonly unknown[]).flatMap((part, index) => queryProblems(part, [...path, index]));
  }
  if (key.startsWith('$')) return [{ path, message: unsupported(key) }];
  if (!ROOTS.some((root) => key.startsWith(`${root}.`) && key.length > root.length + 1)) {
    return [{ path, message: `A condition asks about a path below one of: ${ROOTS.join(', ')}` }];
  }
  return wantedProblems(wanted, path);
}

function wantedProblems(wanted: Operand, path: Path): Problem[] {
  if (Array.isArray(wanted)) return [{ path, message: "Expected a value or operators; use '$in' to ask for one of several values" }];
  if (!isObject(wanted)) return [];
  const entries = Object.entries(wanted);
  if (entries.length === 0) return [{ path, message: `Expected at least one operator of: ${Object.keys(OPERATORS).join(', ')}` }];
  return entries.flatMap(([name, operand]) => {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    const message = operator === undefined ? unsupported(name) : operator.problem?.(operand);
    return message === undefined ? [] : [{ path: [...path, name], message }];
  });
}

function unsupported(operator: string): string {
  return `Unsupported operator used in the query router: ${operator.slice(0, 100)}`;
}
