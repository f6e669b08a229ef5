import { LEASE, type Claim, type Grant } from './counter-store.ts';

/** The most that a store counts for a holder, used or leased: whole numbers are exact there in every store, and in sums of some. */
export const MOST_COUNTED = 2 ** 50;

/** What a store knows of a holder. */
export interface Holding {
  readonly holder: string;
  readonly turn: number;
  /** In the counter's period. */
  readonly used: number;
  readonly lease: number;
  /** When the lease runs out, in milliseconds since the epoch by the store's clock. */
  readonly until: number;
}

/** A counter as a claim meets it: the period is the claim's or a later one. */
export interface Tally {
  readonly period: number;
  readonly holdings: readonly Holding[];
  /** Of a counter that drains: what is left of it without the claim. */
  readonly level?: number | undefined;
}

/** Answers a claim. `holding` is what the store is to know of the holder from now on; undefined: as before, because the claim came late. */
export function answerClaim(claim: Claim, tally: Tally, now: number): { readonly grant: Grant; readonly holding: Holding | undefined } {
  const { period, holdings } = tally;
  const before = holdings.find(({ holder }) => holder === claim.holder);
  const others = holdings.filter(({ holder }) => holder !== claim.holder);
  if (before !== undefined && claim.turn <= before.turn) {
    return { grant: { period, used: tally.level ?? sum(holdings, 'used'), lease: before.lease }, holding: undefined };
  }
  const reported = before?.used ?? 0;
  const used = claim.period === period ? Math.max(counted(claim.used), reported) : reported;
  const usedByAll = tally.level === undefined ? sum(others, 'used') + used : tally.level + used - reported;
  const live = others.filter(({ until, lease }) => until > now && lease > 0);
  const lease = leaseOf({ available: claim.limit - usedByAll - sum(live, 'lease'), need: claim.need, slack: claim.slack, others: live.length });
  return { grant: { period, used: usedByAll, lease }, holding: { holder: claim.holder, turn: claim.turn, used, lease, until: now + LEASE } };
}

/** What is held of a counter by those who are still heard of. */
export function heldOf(holdings: readonly Holding[], now: number): number {
  return sum(
    holdings.filter(({ until }) => until > now),
    'lease',
  );
}

/** What a holder gets: what it needs first, and of the rest not more than leaves as much again for each other holder. */
function leaseOf({ available, need, slack, others }: { available: number; need: number; slack: number; others: number }): number {
  const whole = Math.ceil(need);
  if (available <= whole) return counted(Math.max(0, Math.floor(available)));
  return counted(whole + Math.min(slack, Math.floor((available - whole) / (2 * (others + 1)))));
}

/** An amount as stores count it: providers may tell of any number, and callers ask for any. */
function counted(amount: number): number {
  return Math.min(MOST_COUNTED, Math.ceil(amount));
}

function sum(holdings: readonly Holding[], member: 'used' | 'lease'): number {
  return holdings.reduce((total, holding) => total + holding[member], 0);
}
