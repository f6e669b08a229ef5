import type { JsonObject } from '../../ir/json.ts';

/** How well something carries over. `manual`: a person has to do something; `unsupported`: there is nothing like it here. */
export type Grade = 'exact' | 'approximate' | 'manual' | 'unsupported';

/** What became of one entry of a foreign file. */
export interface GradedLine {
  /** As `model_list[2].litellm_params.rpm`. */
  readonly place: string;
  readonly grade: Grade;
  readonly note: string;
}

/** A foreign file as the contents of a sluice.yaml. */
export interface Imported {
  readonly contents: JsonObject;
  readonly lines: readonly GradedLine[];
}

/** Collects what became of entries. */
export class Grades {
  readonly lines: GradedLine[] = [];

  exact(place: string, note: string): void {
    this.lines.push({ place, grade: 'exact', note });
  }

  approximate(place: string, note: string): void {
    this.lines.push({ place, grade: 'approximate', note });
  }

  manual(place: string, note: string): void {
    this.lines.push({ place, grade: 'manual', note });
  }

  unsupported(place: string, note: string): void {
    this.lines.push({ place, grade: 'unsupported', note });
  }
}

/** A name as an id: letters, digits, dots, dashes. */
export function idOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[-._]+|-+$/g, '') || 'unnamed';
}

/** `OPENAI_API_KEY` for `openai`, as variables are named. */
export function variableOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}

/** An object without its undefined members. */
export function given(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
