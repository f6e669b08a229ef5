import type { JsonObject } from '../ir/json.ts';
import type { Call } from '../pipeline/step.ts';
import type { ProviderOption } from '../providers/provider.ts';
import { optionValue } from './headers.ts';
import { meets, type Target } from './target.ts';

/** A request with the members that a target's options put into it, and the names of those of which values were left out. */
export interface WithOptions {
  readonly wire: JsonObject;
  readonly dropped: readonly string[];
}

export interface Destination {
  readonly target: Target;
  /** The model asked for. */
  readonly model: string;
}

/** Adds the options that a provider wants as members of the body; what the client wrote there itself stays. */
export function addOptionMembers(wire: JsonObject, call: Call, to: Destination): WithOptions {
  const lists = (to.target.provider.options ?? []).flatMap((option) => listOf(option, call, to));
  const members = lists.filter(({ name, known }) => known.length > 0 && wire[name] === undefined).map(({ name, known }) => [name, known] as const);
  const dropped = lists.filter(({ isWhole }) => !isWhole).map(({ name }) => name);
  return { wire: members.length === 0 ? wire : { ...wire, ...Object.fromEntries(members) }, dropped };
}

interface List {
  readonly name: string;
  readonly known: readonly string[];
  readonly isWhole: boolean;
}

function listOf(option: ProviderOption, call: Call, { target, model }: Destination): List[] {
  const { sendAsMember } = option;
  if (sendAsMember === undefined || !meets(target, sendAsMember.when, model)) return [];
  const words = (optionValue(call, target, option) ?? '').split(',').map((word) => word.trim());
  const wanted = words.filter((word) => word !== '');
  const known = wanted.filter((word) => sendAsMember.known.test(word));
  return [{ name: sendAsMember.name, known, isWhole: known.length === wanted.length }];
}
