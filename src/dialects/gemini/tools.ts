import type { Json, JsonObject, JsonSchema } from '../../ir/json.ts';
import type { FunctionTool, Tool, ToolChoice } from '../../ir/request.ts';
import { isObject, optionalArray, optionalString, remainder, requireObject, requireString, unexpected } from '../read.ts';
import { camelMembers } from './members.ts';
import { inlineReferences } from './references.ts';
import { fromGeminiSchema, toGeminiSchema } from './schema.ts';
import { BUILT_IN_TOOLS } from './vocabulary.ts';

const DECLARATION_MEMBERS = new Set(['name', 'description', 'parameters', 'parametersJsonSchema']);

/** A client's `tools`: each declared function is a tool, and so is each tool that the provider runs itself. */
export function decodeTools(value: unknown): readonly Tool[] | undefined {
  const tools = optionalArray(isObject(value) ? [value] : value, 'tools').flatMap((item, index) => decodeTool(item, `tools[${index}]`));
  return tools.length === 0 ? undefined : tools;
}

function decodeTool(value: unknown, path: string): readonly Tool[] {
  const { functionDeclarations, ...builtIn } = camelMembers(requireObject(value, path));
  const declared = optionalArray(functionDeclarations, `${path}.functionDeclarations`);
  return [
    ...declared.map((item, index) => decodeDeclaration(item, `${path}.functionDeclarations[${index}]`)),
    ...Object.entries(builtIn).flatMap(([name, options]): Tool[] =>
      options === undefined || options === null ? [] : [{ type: 'hosted', dialect: 'gemini', value: { [name]: options } }],
    ),
  ];
}

function decodeDeclaration(value: unknown, path: string): FunctionTool {
  const declaration = camelMembers(requireObject(value, path));
  const unmodelled = remainder(declaration, DECLARATION_MEMBERS);
  return {
    type: 'function',
    name: requireString(declaration['name'], `${path}.name`),
    description: optionalString(declaration['description'], `${path}.description`),
    parameters: decodeParameters(declaration, path),
    ...(Object.keys(unmodelled).length > 0 ? { extra: { gemini: unmodelled } } : {}),
  };
}

function decodeParameters({ parameters, parametersJsonSchema }: JsonObject, path: string): JsonSchema {
  if (parameters !== undefined && parameters !== null) return fromGeminiSchema(requireObject(parameters, `${path}.parameters`));
  if (parametersJsonSchema === undefined || parametersJsonSchema === null) return { type: 'object', properties: {} };
  return requireObject(parametersJsonSchema, `${path}.parametersJsonSchema`);
}

/** The tools on the wire, and the names of those that Gemini cannot be given. */
export interface EncodedTools {
  readonly tools: readonly JsonObject[];
  /** Whether a function is among them: without one there is nothing to choose from. */
  readonly callable: boolean;
  readonly dropped: readonly string[];
}

/** All functions go into one declaration, as Vertex AI demands; hosted tools follow, each as an entry of its own. */
export function encodeTools(tools: readonly Tool[], choice: ToolChoice | undefined): EncodedTools {
  const declarations: JsonObject[] = [];
  const hosted: JsonObject[] = [];
  const dropped: string[] = [];
  for (const tool of tools) {
    const builtIn = tool.type === 'function' ? encodeBuiltIn(tool) : undefined;
    if (builtIn !== undefined) hosted.push(builtIn);
    else if (tool.type === 'function') {
      if (isAllowed(tool.name, choice)) declarations.push(encodeDeclaration(tool));
    } else if (tool.type === 'hosted' && tool.dialect === 'gemini') hosted.push(tool.value);
    else dropped.push(`tools.${tool.type === 'custom' ? tool.name : String(tool.value['type'] ?? Object.keys(tool.value)[0])}`);
  }
  const callable = declarations.length > 0;
  return { tools: callable ? [{ functionDeclarations: declarations }, ...hosted] : hosted, callable, dropped };
}

/** Gemini names allowed functions only where it must call one of them; where it may, the others are not declared at all. */
function isAllowed(name: string, choice: ToolChoice | undefined): boolean {
  return choice?.mode !== 'allowed' || choice.required || choice.names.includes(name);
}

/** Members of a schema that say nothing where there are no properties. */
const EMPTY_MEMBERS = new Set(['type', 'properties', 'required', 'additionalProperties', '$schema', 'title', 'strict']);

/** A function named like a built-in tool and without parameters of its own asks for that tool; what stands in `parameters` are its options. */
function encodeBuiltIn({ name, parameters = {} }: FunctionTool): JsonObject | undefined {
  if (!Object.hasOwn(BUILT_IN_TOOLS, name)) return undefined;
  const { properties } = parameters;
  if (isObject(properties) && Object.keys(properties).length > 0) return undefined;
  return { [String(BUILT_IN_TOOLS[name])]: remainder(parameters, EMPTY_MEMBERS) };
}

function encodeDeclaration(tool: FunctionTool): JsonObject {
  return { name: tool.name, description: tool.description, ...encodeParameters(tool.parameters), ...tool.extra?.gemini };
}

/** Says nothing for a function without parameters: some models refuse an object without properties. */
function encodeParameters(parameters: JsonSchema | undefined): JsonObject {
  if (parameters === undefined || saysNothing(parameters)) return {};
  const schema = inlineReferences({ type: 'object', ...parameters });
  const { schema: own, lost } = toGeminiSchema(schema);
  return lost.length === 0 ? { parameters: own } : { parametersJsonSchema: schema };
}

function saysNothing(schema: JsonSchema): boolean {
  const { type, properties, additionalProperties } = schema;
  const isEmpty = properties === undefined || (isObject(properties) && Object.keys(properties).length === 0);
  const isClosed = additionalProperties === undefined || additionalProperties === false;
  return isEmpty && isClosed && (type ?? 'object') === 'object' && Object.keys(schema).every((key) => EMPTY_MEMBERS.has(key));
}

/** The schema of an answer for `generationConfig`: in Gemini's own form where that says all of it, else as JSON schema. */
export function encodeAnswerSchema(schema: JsonSchema): JsonObject {
  const inlined = inlineReferences(schema);
  const { schema: own, lost } = toGeminiSchema(inlined);
  return lost.length === 0 ? { responseSchema: withOrder(own) } : { responseJsonSchema: inlined };
}

/** Older models write properties in alphabetical order unless told otherwise: https://ai.google.dev/gemini-api/docs/structured-output */
function withOrder(schema: JsonObject): JsonObject {
  const { properties, items, anyOf } = schema;
  const ordered: Record<string, Json | undefined> = { ...schema };
  if (isObject(items)) ordered['items'] = withOrder(items);
  if (Array.isArray(anyOf)) ordered['anyOf'] = anyOf.map((member: JsonObject) => withOrder(member));
  if (isObject(properties)) {
    ordered['properties'] = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, withOrder(property as JsonObject)]));
    ordered['propertyOrdering'] ??= Object.keys(properties);
  }
  return ordered;
}

const MODES = { AUTO: 'auto', NONE: 'none', ANY: 'required', VALIDATED: 'auto', MODE_UNSPECIFIED: 'auto' } as const;

/** A client's `functionCallingConfig`. Allowed names limit what may be called, and one that must be called is a named tool. */
export function decodeToolChoice(value: unknown, path: string): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const config = camelMembers(requireObject(value, path));
  const word = optionalString(config['mode'], `${path}.mode`)?.toUpperCase();
  if (word === undefined) return undefined;
  if (!Object.hasOwn(MODES, word)) throw unexpected(`${path}.mode`, 'AUTO, ANY, NONE or VALIDATED', word);
  const names = optionalArray(config['allowedFunctionNames'], `${path}.allowedFunctionNames`).map((name, index) =>
    requireString(name, `${path}.allowedFunctionNames[${index}]`),
  );
  const mode = MODES[word as keyof typeof MODES];
  const [only] = names;
  if (only === undefined || mode === 'none') return { mode };
  if (mode === 'required' && names.length === 1) return { mode: 'tool', name: only };
  return { mode: 'allowed', names, required: mode === 'required' };
}

/** The `functionCallingConfig` of a tool choice. */
export function encodeToolChoice(choice: ToolChoice): JsonObject {
  switch (choice.mode) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    case 'allowed':
      return choice.required ? { mode: 'ANY', allowedFunctionNames: [...choice.names] } : { mode: 'AUTO' };
  }
}
