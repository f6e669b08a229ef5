import type { Json, JsonObject } from '../../ir/json.ts';
import type { WireEvent } from '../dialect.ts';
import { isObject } from '../read.ts';
import { CallNumbers, repairToolCalls } from './repair-calls.ts';
import type { CallPlace } from './repair-calls.ts';
import { repairContent } from './repair-content.ts';
import { findUsage } from './usage.ts';
import { finishWordOf, knownFinishReason } from './vocabulary.ts';

/**
 * How a host's answers deviate from OpenAI's chat format, as data. What needs no rule because it can be told from the answer itself is
 * always mended: content in parts, tool calls without an index or an id, arguments that are objects, and the finish words of model servers.
 */
export interface RepairRules {
  /** Finish reasons that the host spells otherwise → OpenAI's word. */
  readonly finish?: Readonly<Record<string, string>>;
  /** Where the usage is when it is neither at `usage` nor at another place that is known, as a path (`x_groq.usage`). */
  readonly usagePath?: string;
  /** `completion_tokens` leaves out the reasoning tokens, even where no total tells. */
  readonly reasoningExcluded?: boolean;
}

/** Mends the chunks of one stream in their order; it remembers the tool calls that it has numbered. */
export function repairer(rules: RepairRules): (event: WireEvent) => WireEvent {
  const numbers = new CallNumbers();
  return (event) => (event === '[DONE]' ? event : repairChunk(event, rules, numbers));
}

/** Mends a chunk or a whole reply and leaves every other member alone; gives the same object back where there is nothing to mend. */
export function repairChunk(wire: JsonObject, rules: RepairRules, numbers: CallNumbers = new CallNumbers()): JsonObject {
  const usage = repairUsage(wire, rules);
  // Clients go through the choices of every chunk.
  const choices = isObject(usage) && !Array.isArray(wire.choices) ? [] : repairChoices(wire, rules, numbers);
  if (choices === wire.choices && usage === wire.usage) return wire;
  return usage === undefined ? { ...wire, choices } : { ...wire, choices, usage };
}

function repairChoices(wire: JsonObject, rules: RepairRules, numbers: CallNumbers): Json | undefined {
  if (!Array.isArray(wire.choices)) return wire.choices;
  const choices: readonly Json[] = wire.choices;
  const seed = typeof wire.id === 'string' ? wire.id : '';
  const mended = choices.map((choice, position) => (isObject(choice) ? repairChoice(numbered(choice, position), rules, { numbers, seed }) : choice));
  return mended.some((choice, index) => choice !== choices[index]) ? mended : choices;
}

function numbered(choice: JsonObject, position: number): JsonObject {
  return typeof choice.index === 'number' ? choice : { ...choice, index: position };
}

interface Naming {
  readonly numbers: CallNumbers;
  /** What the ids of tool calls are made from where the host gives none. */
  readonly seed: string;
}

function repairChoice(choice: JsonObject, rules: RepairRules, { numbers, seed }: Naming): JsonObject {
  const index = typeof choice.index === 'number' ? choice.index : 0;
  const place = { numbers, seed, choice: index };
  const delta = repairAnswer(choice.delta, place);
  const message = repairAnswer(choice.message, { ...place, numbers: undefined });
  const finish = repairFinish(choice, message, rules);
  if (delta === choice.delta && message === choice.message && finish === choice.finish_reason) return choice;
  const copy: Record<string, Json | undefined> = { ...choice, finish_reason: finish };
  if (delta !== undefined) copy.delta = delta;
  if (message !== undefined) copy.message = message;
  return copy;
}

function repairAnswer(answer: Json | undefined, place: CallPlace): Json | undefined {
  return isObject(answer) ? repairToolCalls(repairContent(answer), place) : answer;
}

/** An empty word in a chunk says that the answer goes on; in a whole reply it hides why the answer ended. */
function repairFinish(choice: JsonObject, message: unknown, rules: RepairRules): Json | undefined {
  const word = choice.finish_reason;
  if (isObject(message) && !isObject(choice.delta) && (word ?? '') === '') return wordFor(message);
  if (typeof word !== 'string') return word;
  if (word === '') return null;
  if (rules.finish !== undefined && Object.hasOwn(rules.finish, word)) return rules.finish[word];
  const reason = word === 'function_call' ? undefined : knownFinishReason(word);
  return reason === undefined ? word : finishWordOf(reason, false);
}

function wordFor(message: JsonObject): string {
  return finishWordOf('stop', Array.isArray(message.tool_calls) && message.tool_calls.length > 0);
}

function repairUsage(wire: JsonObject, rules: RepairRules): Json | undefined {
  const named = rules.usagePath === undefined || isObject(wire.usage) ? undefined : objectAt(wire, rules.usagePath);
  const found = named ?? findUsage(wire) ?? wire.usage;
  return isObject(found) ? withReasoning(found, rules.reasoningExcluded === true) : found;
}

function objectAt(wire: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = wire;
  for (const name of path.split('.')) value = isObject(value) ? value[name] : undefined;
  return isObject(value) ? value : undefined;
}

/** Adds the reasoning to the completion where the host's own total shows that it was left out; without a total the rule counts. */
function withReasoning(usage: JsonObject, isExcluded: boolean): JsonObject {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total, completion_tokens_details: details } = usage;
  const reasoning = isObject(details) ? details.reasoning_tokens : undefined;
  if (typeof reasoning !== 'number' || reasoning === 0 || typeof completion !== 'number') return usage;
  const isLeftOut = typeof prompt === 'number' && total === prompt + completion + reasoning;
  const isTold = typeof prompt === 'number' && total === prompt + completion;
  return isLeftOut || (isExcluded && !isTold) ? { ...usage, completion_tokens: completion + reasoning } : usage;
}
