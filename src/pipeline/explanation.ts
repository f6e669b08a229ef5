import type { JsonObject } from '../ir/json.ts';

/** What would become of a call, without making it: written as it is shown. */
export type Explanation = GroupExplanation | TargetExplanation;

/** How a strategy would choose. */
export interface GroupExplanation {
  readonly path: string;
  readonly name?: string | undefined;
  readonly mode: string;
  /** How the mode chooses, in words. */
  readonly rule: string;
  /** What the config says about it, with the facts that it sees. */
  readonly terms: JsonObject;
  /** In the order in which they would be tried. */
  readonly tries: readonly TriedExplanation[];
  /** Targets that get no call like this. */
  readonly left_out: readonly { readonly path: string; readonly name?: string | undefined }[];
}

/** One of the targets, or groups of targets, that a strategy would try. */
export type TriedExplanation = Explanation & {
  /** Probability of being tried first. */
  readonly first: number;
  /** What the strategy knows of it. */
  readonly facts: JsonObject;
};

/** What a target would get, and how long and how often it would be tried. */
export interface TargetExplanation {
  readonly path: string;
  readonly name?: string | undefined;
  readonly provider: string;
  readonly policy: JsonObject;
  /** Ready to be sent but for masked secrets; or the error that the call would meet instead. */
  readonly sending: JsonObject;
}

/** How much an explanation may still show. */
export interface Room {
  /** Bytes of request bodies. */
  bytes: number;
}
