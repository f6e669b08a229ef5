import type { JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, Extra, Sampling } from '../../ir/request.ts';
import type { RouteParameters } from '../dialect.ts';
import { isObject, optionalArray, optionalBoolean, optionalNumber, optionalString, remainder, requireObject, requireString } from '../read.ts';
import { decodeContents, decodeSystem } from './contents-decode.ts';
import { camelMembers } from './members.ts';
import { fromGeminiSchema } from './schema.ts';
import { decodeThinking } from './thinking.ts';
import { decodeToolChoice, decodeTools } from './tools.ts';

/** Members of the body that the canonical form models; `model` stands in the URL. */
const BODY = new Set(['model', 'contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig']);

/** A `generateContent` request; which model, and whether it streams, its URL says. */
export function decodeRequest(wire: JsonObject, route: RouteParameters): ChatRequest {
  const body = camelMembers(wire);
  const config = membersOf(body['generationConfig'], 'generationConfig');
  const toolConfig = membersOf(body['toolConfig'], 'toolConfig');
  const calling = toolConfig['functionCallingConfig'];
  const format = decodeFormat(config);
  return {
    model: route.model ?? requireString(body['model'], 'model'),
    stream: route.stream ?? false,
    messages: [...decodeSystem(body['systemInstruction']), ...decodeContents(body['contents'])],
    tools: decodeTools(body['tools']),
    toolChoice: decodeToolChoice(calling, 'toolConfig.functionCallingConfig'),
    sampling: decodeSampling(config),
    format,
    reasoning: decodeThinking(config['thinkingConfig'], 'generationConfig.thinkingConfig'),
    modalities: decodeModalities(config['responseModalities']),
    extra: extraOf({
      ...remainder(body, BODY),
      ...nonEmpty({
        generationConfig: remainder(config, modelledConfig(format)),
        toolConfig: { ...remainder(toolConfig, CALLING), ...nonEmpty({ functionCallingConfig: unmodelledCalling(calling) }) },
      }),
    }),
  };
}

function membersOf(value: unknown, path: string): JsonObject {
  return value === undefined || value === null ? {} : camelMembers(requireObject(value, path));
}

const NUMBERS = [
  ['maxOutputTokens', 'maxTokens'],
  ['temperature', 'temperature'],
  ['topP', 'topP'],
  ['topK', 'topK'],
  ['seed', 'seed'],
  ['presencePenalty', 'presencePenalty'],
  ['frequencyPenalty', 'frequencyPenalty'],
  ['candidateCount', 'choices'],
  ['logprobs', 'topLogprobs'],
] as const satisfies readonly (readonly [string, keyof Sampling])[];

function decodeSampling(config: JsonObject): Sampling {
  const numbers: { -readonly [key in (typeof NUMBERS)[number][1]]?: number } = {};
  for (const [wire, canonical] of NUMBERS) {
    const value = optionalNumber(config[wire], `generationConfig.${wire}`);
    if (value !== undefined) numbers[canonical] = value;
  }
  const stop = optionalArray(config['stopSequences'], 'generationConfig.stopSequences').map((item, index) =>
    requireString(item, `generationConfig.stopSequences[${index}]`),
  );
  const logprobs = optionalBoolean(config['responseLogprobs'], 'generationConfig.responseLogprobs');
  return { ...numbers, ...(stop.length > 0 ? { stop } : {}), ...(logprobs === undefined ? {} : { logprobs }) };
}

/** Answers as JSON. Other types, such as an enumerated word as plain text, stay Gemini's own. */
function decodeFormat(config: JsonObject): AnswerFormat | undefined {
  if (optionalString(config['responseMimeType'], 'generationConfig.responseMimeType') !== 'application/json') return undefined;
  const own = config['responseSchema'];
  if (isObject(own)) return { type: 'json_schema', schema: fromGeminiSchema(own) };
  const schema = config['responseJsonSchema'] ?? config['_responseJsonSchema'];
  return isObject(schema) ? { type: 'json_schema', schema } : { type: 'json' };
}

const CONFIG = ['stopSequences', 'responseLogprobs', 'thinkingConfig', 'responseModalities', ...NUMBERS.map(([wire]) => wire)];
const FORMAT = ['responseMimeType', 'responseSchema', 'responseJsonSchema', '_responseJsonSchema'];
const CONFIG_WITHOUT_FORMAT = new Set(CONFIG);
const CONFIG_AND_FORMAT = new Set([...CONFIG, ...FORMAT]);

function modelledConfig(format: AnswerFormat | undefined): ReadonlySet<string> {
  return format === undefined ? CONFIG_WITHOUT_FORMAT : CONFIG_AND_FORMAT;
}

function decodeModalities(value: unknown): readonly string[] | undefined {
  const path = 'generationConfig.responseModalities';
  const words = optionalArray(value, path).map((item, index) => requireString(item, `${path}[${index}]`).toLowerCase());
  return words.length === 0 ? undefined : words;
}

const CALLING = new Set(['functionCallingConfig']);
const CHOICE = new Set(['mode', 'allowedFunctionNames']);

/** What a tool choice leaves out: the VALIDATED mode, and arguments that are to be streamed. */
function unmodelledCalling(value: unknown): JsonObject {
  const config = membersOf(value, 'toolConfig.functionCallingConfig');
  return config['mode'] === 'VALIDATED' ? config : remainder(config, CHOICE);
}

function nonEmpty(members: Readonly<Record<string, JsonObject>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => Object.keys(member).length > 0));
}

function extraOf(members: JsonObject): Extra {
  return Object.keys(members).length === 0 ? {} : { gemini: members };
}
