import type { JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, Message, ReasoningRequest, Sampling } from '../../ir/request.ts';
import type { RouteParameters } from '../dialect.ts';
import { optionalArray, optionalBoolean, optionalNumber, optionalString, remainder, requireObject, requireString, unexpected } from '../read.ts';
import { decodeInput } from './decode-items.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { OWN } from './vocabulary.ts';

const MODELLED = new Set([
  'model',
  'stream',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'text',
  'reasoning',
  'user',
  'service_tier',
]);

const LOGPROBS = 'message.output_text.logprobs';

/** Reads a client's request. Every member that has no canonical form stays in `extra`, whose presence marks a request of this dialect. */
export function decodeRequest(wire: JsonObject, route: RouteParameters): ChatRequest {
  const toolChoice = decodeToolChoice(wire.tool_choice);
  const text = optionalMember(wire, 'text');
  const reasoning = optionalMember(wire, 'reasoning');
  return {
    model: optionalString(wire.model, 'model') ?? route.model ?? '',
    stream: optionalBoolean(wire.stream, 'stream') ?? route.stream ?? false,
    messages: decodeMessages(wire),
    tools: decodeTools(wire.tools),
    toolChoice,
    parallelToolCalls: optionalBoolean(wire.parallel_tool_calls, 'parallel_tool_calls'),
    sampling: decodeSampling(wire),
    format: decodeFormat(text.format),
    reasoning: decodeReasoning(reasoning),
    user: optionalString(wire.user, 'user') ?? optionalString(wire.safety_identifier, 'safety_identifier'),
    serviceTier: optionalString(wire.service_tier, 'service_tier'),
    extra: {
      [OWN]: {
        ...remainder(wire, MODELLED),
        ...present({
          tool_choice: toolChoice === undefined ? (wire.tool_choice ?? undefined) : undefined,
          text: nonEmpty(remainder(text, new Set(['format']))),
          reasoning: nonEmpty(remainder(reasoning, new Set(['effort', 'summary']))),
        }),
      },
    },
  };
}

function optionalMember(wire: JsonObject, name: string): JsonObject {
  const value = wire[name];
  return value === undefined || value === null ? {} : requireObject(value, name);
}

const ALL: ReadonlySet<string> = new Set();

/** Without absent members, whose names would be reported where they are lost. */
function present(members: JsonObject): JsonObject {
  return remainder(members, ALL);
}

function nonEmpty(value: JsonObject): JsonObject | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

function decodeMessages(wire: JsonObject): readonly Message[] {
  const instructions = optionalString(wire.instructions, 'instructions');
  const system: readonly Message[] = instructions === undefined ? [] : [{ role: 'system', parts: [{ type: 'text', text: instructions }] }];
  return [...system, ...(speaksElsewhere(wire) ? [] : decodeInput(wire.input, 'input'))];
}

/** What the model is to answer may stand in a stored prompt or conversation instead of the input. */
function speaksElsewhere(wire: JsonObject): boolean {
  const absent = wire.input === undefined || wire.input === null;
  return absent && (isGiven(wire.prompt) || isGiven(wire.conversation) || isGiven(wire.previous_response_id));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function decodeSampling(wire: JsonObject): Sampling {
  const topLogprobs = optionalNumber(wire.top_logprobs, 'top_logprobs');
  const included = optionalArray(wire.include, 'include').includes(LOGPROBS);
  return {
    maxTokens: optionalNumber(wire.max_output_tokens, 'max_output_tokens'),
    temperature: optionalNumber(wire.temperature, 'temperature'),
    topP: optionalNumber(wire.top_p, 'top_p'),
    logprobs: included || (topLogprobs ?? 0) > 0 || undefined,
    topLogprobs,
  };
}

function decodeFormat(value: unknown): AnswerFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = requireObject(value, 'text.format');
  switch (format.type) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json' };
    case 'json_schema':
      return {
        type: 'json_schema',
        schema: requireObject(format.schema, 'text.format.schema'),
        name: requireString(format.name, 'text.format.name'),
        description: optionalString(format.description, 'text.format.description'),
        strict: optionalBoolean(format.strict, 'text.format.strict'),
      };
    default:
      throw unexpected('text.format.type', 'text, json_schema or json_object', format.type);
  }
}

function decodeReasoning(reasoning: JsonObject): ReasoningRequest | undefined {
  const effort = optionalString(reasoning.effort, 'reasoning.effort');
  const summary = optionalString(reasoning.summary, 'reasoning.summary');
  if (effort === undefined && summary === undefined) return undefined;
  return {
    mode: effort === 'none' ? 'disabled' : undefined,
    effort,
    visible: summary === undefined ? undefined : true,
    summary,
  };
}
