/** What stands for all values that have no place of their own. */
export const OTHER = 'other';

/** Characters of a value; a longer one has no place. */
const LONGEST = 128;

/** The values of a label that comes from requests: so many have a place of their own, the rest stands together. */
export class LabelValueSet {
  readonly #most: number;
  readonly #values: Set<string>;

  constructor(most: number, known: readonly string[] = []) {
    this.#most = most;
    this.#values = new Set(known);
  }

  /** The value if it has a place. `isProven` gives it one while there are any: names that nothing has answered to must not take them all. */
  place(value: string, isProven: boolean): string {
    if (this.#values.has(value)) return value;
    if (!isProven || this.#values.size >= this.#most || value.length > LONGEST) return OTHER;
    this.#values.add(value);
    return value;
  }
}
