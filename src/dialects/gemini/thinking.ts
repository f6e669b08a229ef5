import type { JsonObject } from '../../ir/json.ts';
import type { ReasoningRequest } from '../../ir/request.ts';
import { isObject, optionalBoolean, optionalNumber, optionalString, unexpected } from '../read.ts';
import { camelMembers } from './members.ts';
import { EFFORT_BUDGETS } from './vocabulary.ts';
import type { Thinking } from './vocabulary.ts';

/** `generationConfig.thinkingConfig` as a canonical request for reasoning. A budget of 0 turns it off, -1 leaves the amount to the model. */
export function decodeThinking(value: unknown, path: string): ReasoningRequest | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw unexpected(path, 'an object', value);
  const config = camelMembers(value);
  const budget = optionalNumber(config['thinkingBudget'], `${path}.thinkingBudget`);
  return {
    mode: budget === undefined ? undefined : budget === 0 ? 'disabled' : budget < 0 ? 'adaptive' : 'enabled',
    effort: optionalString(config['thinkingLevel'], `${path}.thinkingLevel`)?.toLowerCase(),
    budgetTokens: budget !== undefined && budget > 0 ? budget : undefined,
    visible: optionalBoolean(config['includeThoughts'], `${path}.includeThoughts`),
  };
}

/**
 * The `thinkingConfig` for a model, or undefined where there is nothing to say. Levels and budgets exclude each other; newer models take
 * budgets too, so that an explicit one is always sent.
 */
export function encodeThinking(reasoning: ReasoningRequest | undefined, thinking: Thinking): JsonObject | undefined {
  if (reasoning === undefined || thinking.by === 'none') return undefined;
  const amount = thinking.by === 'budget' ? { thinkingBudget: budgetFor(reasoning, thinking) } : levelFor(reasoning, thinking.levels);
  const includeThoughts = reasoning.visible ?? (isOff(reasoning) ? undefined : true);
  const config = { ...amount, includeThoughts };
  return Object.values(config).some((value) => value !== undefined) ? config : undefined;
}

/** Whether a request for reasoning asks for none. */
function isOff(reasoning: ReasoningRequest): boolean {
  return reasoning.mode === 'disabled' || reasoning.effort === 'none' || reasoning.budgetTokens === 0;
}

/** Whether a model can do as a request for reasoning wants: some do not think, others do not stop. */
export function canHeed(reasoning: ReasoningRequest | undefined, thinking: Thinking): boolean {
  if (reasoning === undefined) return true;
  return isOff(reasoning) ? thinking.by === 'none' || (thinking.by === 'budget' && thinking.optional) : thinking.by !== 'none';
}

type BudgetThinking = Extract<Thinking, { by: 'budget' }>;

function budgetFor(reasoning: ReasoningRequest, { least, most, optional }: BudgetThinking): number | undefined {
  if (isOff(reasoning)) return optional ? 0 : least;
  const wanted = reasoning.budgetTokens ?? (reasoning.effort === undefined ? undefined : EFFORT_BUDGETS[reasoning.effort]);
  if (wanted === undefined) return reasoning.mode === 'adaptive' ? -1 : undefined;
  return wanted < 0 ? wanted : Math.min(Math.max(wanted, least), most);
}

/** The largest budget that any model takes. */
const MOST_TOKENS = 32_768;

function levelFor(reasoning: ReasoningRequest, levels: readonly string[]): JsonObject {
  if (reasoning.budgetTokens !== undefined) return { thinkingBudget: Math.min(reasoning.budgetTokens, MOST_TOKENS) };
  if (isOff(reasoning)) return { thinkingLevel: levels[0] };
  return { thinkingLevel: reasoning.effort === undefined ? undefined : nearestLevel(reasoning.effort, levels) };
}

const RANKS = Object.keys(EFFORT_BUDGETS);

/** The model's own level for an effort: the word itself, else the next higher one, else the highest. */
function nearestLevel(effort: string, levels: readonly string[]): string | undefined {
  const rank = RANKS.indexOf(effort);
  if (rank < 0) return effort;
  return levels.find((level) => RANKS.indexOf(level) >= rank) ?? levels.at(-1);
}
