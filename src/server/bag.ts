/** Where an item lies in a bag. */
export interface Place<Item> {
  readonly item: Item;
  index: number;
}

const OUT = -1;

/**
 * Items that come and go with every call. Not a Set: each time a Set has made room it leaves its old table behind, with all that was in it
 * and a link to the next one, which keeps every call of a busy gateway in memory until a full collection.
 */
export class Bag<Item> {
  readonly #places: Place<Item>[] = [];

  get size(): number {
    return this.#places.length;
  }

  add(item: Item): Place<Item> {
    const place = { item, index: this.#places.length };
    this.#places.push(place);
    return place;
  }

  /** Takes an item out; once it is out this does nothing. */
  remove(place: Place<Item>): void {
    const { index } = place;
    if (index === OUT) return;
    place.index = OUT;
    const last = this.#places.pop() as Place<Item>;
    if (last === place) return;
    this.#places[index] = last;
    last.index = index;
  }

  /** A copy, because items may leave while it is looked at. */
  items(): readonly Item[] {
    return this.#places.map(({ item }) => item);
  }
}
