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
  /** Nothing has been learned yet that could confirm it. */
  readonly isFirst?: boolean | undefined;
}

/** What is known of a model from its answers; what was most counts, and fades with every answer. */
interface Learned {
  readonly longest: number;
  /** Tokens of the prompt for one that was estimated. */
  readonly ratio: number;
}

/** Prompts hold what no estimate can see, but some providers' counts are beyond belief. */
const HIGHEST_RATIO = 32;

/** Estimates what calls will use, and learns from what they used how long answers are. */
export class Estimator {
  readonly #models = new LRUCache<string, Learned>({ max: MOST_MODELS });

  estimate({ bytes, json, model, hasAnswer }: Question): Estimate {
    const learned = this.#models.get(model ?? '');
    const input = Math.ceil(promptTokens(bytes, json) * (learned?.ratio ?? 1));
    const isFirst = learned === undefined;
    if (!hasAnswer) return { input, output: 0, isFirst };
    const limit = json === undefined ? undefined : outputLimit(json);
    const output = limit ?? (learned === undefined || learned.longest === 0 ? FIRST_OUTPUT : Math.ceil(learned.longest * MARGIN));
    return { input, output: output * choicesIn(json), isFirst };
  }

  /** A call of so many bytes to a model had so many tokens. */
  learn({ bytes, json, model }: Omit<Question, 'hasAnswer'>, { input, output }: Estimate): void {
    const key = model ?? '';
    const { longest, ratio } = this.#models.get(key) ?? { longest: 0, ratio: 1 };
    const seen = Math.min(HIGHEST_RATIO, input / Math.max(1, promptTokens(bytes, json)));
    this.#models.set(key, { longest: Math.max(output, longest * FADING), ratio: Math.max(1, seen, ratio * FADING) });
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
