import { LRUCache } from 'lru-cache';
import type { Json, JsonObject } from '../ir/json.ts';
import { outputLimit } from '../routing/size.ts';

/** Bytes of a request that make a token: fewer than in most texts, so that seldom more are used than were reserved. */
const BYTES_A_TOKEN = 3;
/** What an answer is taken to have of a model that has not answered yet, where the caller sets no limit. */
const FIRST_OUTPUT = 4_096;
/** Longest answers count this much less with each answer after them. */
const FADING = 0.98;
/** What an answer may have more than the longest before it. */
const MARGIN = 1.5;
/** Models whose answers are remembered. */
const MOST_MODELS = 1_000;
/** Bodies up to so many bytes hold nothing but text worth counting. */
const PLAIN = 16 * 1024;
/** Texts from so many characters on may be files, which cost by what they show, not by their length. */
const FILE = 2_048;
const FILE_TOKENS = 1_500;

/** What is known of a request before it is answered. */
export interface Question {
  readonly bytes: number;
  readonly json: JsonObject | undefined;
  readonly model: string | undefined;
  /** Whether the answer has tokens at all; those of embeddings and counts have none. */
  readonly hasAnswer: boolean;
}

/** Tokens that a call is expected to use, rather more than less. */
export interface Estimate {
  readonly input: number;
  readonly output: number;
}

/** Estimates what calls will use, and learns from what they used how long answers are. */
export class Estimator {
  readonly #longest = new LRUCache<string, number>({ max: MOST_MODELS });

  estimate({ bytes, json, model, hasAnswer }: Question): Estimate {
    const input = promptTokens(bytes, json);
    if (!hasAnswer) return { input, output: 0 };
    const limit = json === undefined ? undefined : outputLimit(json);
    const longest = this.#longest.get(model ?? '');
    const output = limit ?? (longest === undefined ? FIRST_OUTPUT : Math.ceil(longest * MARGIN));
    return { input, output: output * choicesIn(json) };
  }

  /** An answer of a model had so many tokens. */
  learn(model: string | undefined, output: number): void {
    if (output <= 0) return;
    const key = model ?? '';
    this.#longest.set(key, Math.max(output, (this.#longest.get(key) ?? 0) * FADING));
  }
}

function choicesIn(json: JsonObject | undefined): number {
  const count = json?.['n'];
  return typeof count === 'number' && count > 1 ? Math.min(count, 128) : 1;
}

function promptTokens(bytes: number, json: JsonObject | undefined): number {
  if (bytes <= PLAIN || json === undefined) return Math.ceil(bytes / BYTES_A_TOKEN);
  const files: number[] = [];
  findFiles(json, files);
  const inFiles = files.reduce((sum, length) => sum + length, 0);
  return Math.ceil(Math.max(0, bytes - inFiles) / BYTES_A_TOKEN) + files.length * FILE_TOKENS;
}

/** Finds the lengths of texts that are files in base64: nobody writes so much without a blank. */
function findFiles(value: Json, found: number[]): void {
  if (typeof value === 'string') {
    if (value.length >= FILE && !/\s/.test(value.slice(0, FILE))) found.push(value.length);
  } else if (Array.isArray(value)) for (const item of value) findFiles(item as Json, found);
  else if (value !== null && typeof value === 'object') for (const member of Object.values(value)) findFiles(member as Json, found);
}
