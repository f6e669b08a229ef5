import type { Json, JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';

/** Members of a candidate that say something about its answer but are no part of it. */
const CANDIDATE_NOTES = [
  'groundingMetadata',
  'citationMetadata',
  'urlContextMetadata',
  'safetyRatings',
  'finishMessage',
  'continuationToken',
] as const;

/** The notes in a candidate of one chunk added to those so far; an empty note says nothing. */
export function addNotes(before: JsonObject | undefined, candidate: JsonObject): JsonObject | undefined {
  let notes: Record<string, Json | undefined> | undefined;
  for (const name of CANDIDATE_NOTES) {
    const note = candidate[name];
    if (note === undefined || note === null || (typeof note === 'object' && Object.keys(note).length === 0)) continue;
    const known = before?.[name];
    notes ??= { ...before };
    notes[name] = isObject(known) && isObject(note) ? { ...known, ...note } : note;
  }
  return notes ?? before;
}

/** Whether an opaque value holds notes on a candidate, or on the prompt, and not a part of the answer. */
export function isNotes(value: JsonObject): boolean {
  return 'promptFeedback' in value || CANDIDATE_NOTES.some((name) => name in value);
}
