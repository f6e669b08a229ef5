import type { Json, JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, FunctionTool, Sampling, Tool, ToolChoice } from '../../ir/request.ts';
import type { RouteParameters } from '../dialect.ts';
import {
  isObject,
  optionalArray,
  optionalBoolean,
  optionalNumber,
  optionalString,
  parseJson,
  remainder,
  requireArray,
  requireObject,
  requireString,
  unexpected,
} from '../read.ts';
import { decodeModelFields } from './model-fields.ts';
import { decodeCachePoint, decodeMessages, decodeSystem } from './request-decode-content.ts';
import { OWN } from './vocabulary.ts';

/** Members that have a place in the canonical form and are written again from there. */
const MODELLED: ReadonlySet<string> = new Set([
  'modelId',
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'outputConfig',
  'serviceTier',
  'additionalModelRequestFields',
]);

/** A request of a client → canonical. Model and streaming are told by the URL. */
export function decodeRequest(wire: JsonObject, route: RouteParameters): ChatRequest {
  const fields = decodeModelFields(wire.additionalModelRequestFields);
  const output = optionalObject(wire.outputConfig, 'outputConfig');
  const effort = optionalString(output.effort, 'outputConfig.effort') ?? fields.reasoning?.effort;
  const reasoning = effort === undefined ? fields.reasoning : { ...fields.reasoning, effort };
  const tools = [...(decodeTools(wire.toolConfig) ?? []), ...fields.tools];
  const extra = { ...remainder(wire, MODELLED), ...(Object.keys(fields.rest).length > 0 && { additionalModelRequestFields: fields.rest }) };
  return {
    model: route.model ?? requireString(wire.modelId, 'modelId'),
    stream: route.stream ?? false,
    messages: [...decodeSystem(wire.system), ...decodeMessages(wire.messages)],
    tools: tools.length === 0 ? undefined : tools,
    toolChoice: decodeToolChoice(wire.toolConfig),
    sampling: { ...decodeSampling(wire.inferenceConfig), topK: fields.topK },
    format: decodeFormat(output.textFormat),
    reasoning,
    serviceTier: optionalString(optionalObject(wire.serviceTier, 'serviceTier').type, 'serviceTier.type'),
    extra: Object.keys(extra).length > 0 ? { [OWN]: extra } : {},
  };
}

function optionalObject(value: Json | undefined, path: string): JsonObject {
  return value === undefined || value === null ? {} : requireObject(value, path);
}

function decodeSampling(value: Json | undefined): Sampling {
  const config = optionalObject(value, 'inferenceConfig');
  const stop = optionalArray(config.stopSequences, 'inferenceConfig.stopSequences');
  const words = stop.map((word, index) => requireString(word, `inferenceConfig.stopSequences[${index}]`));
  return {
    maxTokens: optionalNumber(config.maxTokens, 'inferenceConfig.maxTokens'),
    temperature: optionalNumber(config.temperature, 'inferenceConfig.temperature'),
    topP: optionalNumber(config.topP, 'inferenceConfig.topP'),
    stop: words.length === 0 ? undefined : words,
  };
}

function decodeTools(value: Json | undefined): readonly Tool[] | undefined {
  const config = optionalObject(value, 'toolConfig');
  if (value === undefined || value === null) return undefined;
  const tools: Tool[] = [];
  for (const [index, item] of requireArray(config.tools, 'toolConfig.tools').entries()) {
    const path = `toolConfig.tools[${index}]`;
    const entry = requireObject(item, path);
    const last = tools.at(-1);
    if (entry.cachePoint === undefined) tools.push(decodeTool(entry, path));
    else if (last?.type === 'function') tools[tools.length - 1] = { ...last, cache: decodeCachePoint(entry.cachePoint, `${path}.cachePoint`) };
  }
  return tools;
}

function decodeTool(entry: JsonObject, path: string): Tool {
  if (entry.systemTool !== undefined) return { type: 'hosted', dialect: OWN, value: entry };
  if (entry.toolSpec === undefined) throw unexpected(path, 'toolSpec, systemTool or cachePoint', entry);
  const spec = requireObject(entry.toolSpec, `${path}.toolSpec`);
  const schema = requireObject(spec.inputSchema, `${path}.toolSpec.inputSchema`);
  const strict = optionalBoolean(spec.strict, `${path}.toolSpec.strict`);
  const tool: FunctionTool = {
    type: 'function',
    name: requireString(spec.name, `${path}.toolSpec.name`),
    description: optionalString(spec.description, `${path}.toolSpec.description`),
    parameters: requireObject(schema.json, `${path}.toolSpec.inputSchema.json`),
    strict,
  };
  // Kept a second time because only a caller who knows the API may ask it for strict tools: most models refuse them.
  return strict === undefined ? tool : { ...tool, extra: { [OWN]: { strict } } };
}

function decodeToolChoice(value: Json | undefined): ToolChoice | undefined {
  const choice = optionalObject(optionalObject(value, 'toolConfig').toolChoice, 'toolConfig.toolChoice');
  if (isObject(choice.auto)) return { mode: 'auto' };
  if (isObject(choice.any)) return { mode: 'required' };
  if (isObject(choice.tool)) return { mode: 'tool', name: requireString(choice.tool.name, 'toolConfig.toolChoice.tool.name') };
  if (Object.keys(choice).length === 0) return undefined;
  throw unexpected('toolConfig.toolChoice', 'auto, any or tool', choice);
}

const FORMAT_PATH = 'outputConfig.textFormat';

function decodeFormat(value: Json | undefined): AnswerFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const { type, structure } = requireObject(value, FORMAT_PATH);
  if (type !== 'json_schema') throw unexpected(`${FORMAT_PATH}.type`, 'json_schema', type);
  const path = `${FORMAT_PATH}.structure.jsonSchema`;
  const definition = requireObject(requireObject(structure, `${FORMAT_PATH}.structure`).jsonSchema, path);
  const schema = parseJson(requireString(definition.schema, `${path}.schema`));
  if (!isObject(schema)) throw unexpected(`${path}.schema`, 'a JSON object as text', definition.schema);
  return {
    type: 'json_schema',
    schema,
    name: optionalString(definition.name, `${path}.name`),
    description: optionalString(definition.description, `${path}.description`),
    strict: true,
  };
}
