import type { JsonObject } from '../ir/json.ts';
import type { Call } from '../pipeline/step.ts';
import type { Member } from './member.ts';
import type { Tactics } from './pursue.ts';

/** How a strategy would choose for a call. */
export interface Choice {
  /** How it chooses, in words. */
  readonly rule: string;
  /** What the config says about it, with the facts that it sees. */
  readonly terms: JsonObject;
  /** In the order in which they would be tried; where chance decides, by their average place. */
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  readonly member: Member;
  /** Probability of being tried first. */
  readonly first: number;
  readonly facts: JsonObject;
}

/** How many draws a probability is estimated from; fewer where there are many members to put in order. */
const DRAWS = 1000;
const FEWEST_DRAWS = 32;
const EFFORT = 2 ** 17;

interface Tally<M> {
  readonly member: M;
  first: number;
  places: number;
}

/** The members that tactics would try, with the probability of each to be the first, found out by putting them in order many times. */
export async function chances<M extends Member>(
  { order }: Pick<Tactics<M>, 'order'>,
  call: Call,
): Promise<readonly { readonly member: M; readonly first: number }[]> {
  const tallies = new Map<M, Tally<M>>();
  const draws = await drawsFor(order, call);
  for (let draw = 0; draw < draws; draw++) {
    for (const [place, member] of (await order(call, evenNumbers(draw, draws))).entries()) {
      const tally = tallies.get(member) ?? { member, first: 0, places: 0 };
      tallies.set(member, tally);
      tally.places += place;
      if (place === 0) tally.first++;
    }
  }
  return [...tallies.values()].toSorted((a, b) => a.places - b.places).map(({ member, first }) => ({ member, first: rounded(first / draws) }));
}

/** One where nothing is left to chance. */
async function drawsFor(order: Tactics['order'], call: Call): Promise<number> {
  let isDrawn = false;
  const members = await order(call, () => {
    isDrawn = true;
    return 0;
  });
  return isDrawn ? Math.max(FEWEST_DRAWS, Math.min(DRAWS, Math.floor(EFFORT / members.length ** 2))) : 1;
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}

/** The bases of the numbers behind the first. */
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/** Numbers in [0, 1) that cover it evenly from draw to draw (a Hammersley set), so that the chances of a call are the same each time. */
function evenNumbers(draw: number, draws: number): () => number {
  let taken = 0;
  return () => {
    const place = taken++;
    return place === 0 ? (draw + 0.5) / draws : radicalInverse(draw, PRIMES[(place - 1) % PRIMES.length] as number);
  };
}

/** The digits of a number behind the point, in reverse. */
function radicalInverse(number: number, base: number): number {
  let inverse = 0;
  let unit = 1 / base;
  for (let rest = number; rest > 0; rest = Math.floor(rest / base)) {
    inverse += (rest % base) * unit;
    unit /= base;
  }
  return inverse;
}
