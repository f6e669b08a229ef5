import type { Json, JsonObject } from '../../ir/json.ts';
import type { HostedTool, ReasoningRequest } from '../../ir/request.ts';
import { numberOf, objectOf, objectsOf, textOf } from '../lenient.ts';
import { remainder, requireObject } from '../read.ts';
import { SIGNED_BY } from './vocabulary.ts';

/** What `additionalModelRequestFields` says in the words of the models that the API serves. */
export interface ModelFields {
  readonly reasoning: ReasoningRequest | undefined;
  readonly topK: number | undefined;
  /** Tools of Claude that the API has no form for. */
  readonly tools: readonly HostedTool[];
  readonly rest: JsonObject;
}

/** Reads the fields that have a canonical meaning, from whatever family of models they are. */
export function decodeModelFields(value: Json | undefined): ModelFields {
  const fields = value === undefined || value === null ? {} : requireObject(value, 'additionalModelRequestFields');
  const inference = objectOf(fields.inferenceConfig);
  const reasoning: ReasoningRequest = { ...decodeThinking(objectOf(fields.thinking)), ...decodeNova(objectOf(fields.reasoningConfig)) };
  const effort = textOf(fields.reasoning_effort) ?? textOf(objectOf(fields.output_config).effort) ?? reasoning.effort;
  const rest = {
    ...remainder(fields, READ),
    ...nonEmpty('inferenceConfig', remainder(inference, new Set(['topK']))),
    ...nonEmpty('output_config', remainder(objectOf(fields.output_config), new Set(['effort']))),
  };
  return {
    reasoning: effort === undefined && reasoning.mode === undefined ? undefined : { ...reasoning, effort },
    topK: numberOf(fields.top_k) ?? numberOf(fields.k) ?? numberOf(inference.topK),
    tools: objectsOf(fields.tools).map((tool) => ({ type: 'hosted', dialect: SIGNED_BY, value: tool })),
    rest,
  };
}

const READ = new Set(['thinking', 'reasoningConfig', 'reasoning_effort', 'output_config', 'top_k', 'k', 'inferenceConfig', 'tools']);

function nonEmpty(name: string, value: JsonObject): JsonObject {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

/** Claude's `thinking`. */
function decodeThinking({ type, budget_tokens: budget, display }: JsonObject): ReasoningRequest {
  if (type !== 'enabled' && type !== 'disabled' && type !== 'adaptive') return {};
  const visible = display === 'omitted' ? false : display === 'summarized' ? true : undefined;
  return { mode: type, budgetTokens: numberOf(budget), visible };
}

/** Nova's `reasoningConfig`. */
function decodeNova({ type, maxReasoningEffort }: JsonObject): ReasoningRequest {
  if (type !== 'enabled' && type !== 'disabled') return {};
  return { mode: type, effort: textOf(maxReasoningEffort) };
}
