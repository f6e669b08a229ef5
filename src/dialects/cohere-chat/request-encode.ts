import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type {
  AnswerFormat,
  AssistantMessage,
  ChatRequest,
  FunctionTool,
  MediaPart,
  Message,
  ReasoningRequest,
  TextPart,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
  UserMessage,
} from '../../ir/request.ts';
import { joinAnswers } from '../conversation.ts';
import type { Encoded } from '../dialect.ts';
import { foreignMembers } from '../foreign-members.ts';
import { dataUri, textOfSource } from '../media.ts';
import { isObject, optionalArray, parseJson } from '../read.ts';
import { unsaidMembers } from '../unsaid-members.ts';
import { OWN, OWN_MEMBERS } from './vocabulary.ts';

/** Canonical → a request for an upstream. Documents of text are sent as `documents`, where the API cites from. */
export function encodeRequest(request: ChatRequest): Encoded {
  const { sampling } = request;
  const dropped = new Set<string>();
  const documents = [...optionalArray(request.extra['openai-chat']?.documents, 'documents')] as Json[];
  const loss: Loss = { dropped, documents };
  const { tools, choice } = encodeTools(request, loss);
  const wire = {
    model: request.model,
    messages: joinAnswers(request.messages).flatMap((message) => encodeMessage(message, loss)),
    stream: request.stream,
    ...tools,
    tool_choice: choice,
    max_tokens: sampling.maxTokens,
    temperature: sampling.temperature,
    p: sampling.topP,
    k: sampling.topK,
    stop_sequences: sampling.stop,
    seed: sampling.seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    logprobs: sampling.logprobs,
    response_format: encodeFormat(request.format),
    thinking: encodeThinking(request.reasoning, loss),
    ...ownMembers(request),
    documents: documents.length === 0 ? undefined : documents,
  };
  for (const name of [...inexpressible(request), ...unsaidMembers(request, ['cache_control'])]) dropped.add(name);
  return { wire, dropped: [...dropped] };
}

/** What is met on the way through the messages: members that cannot be expressed, and documents that go elsewhere. */
interface Loss {
  readonly dropped: Set<string>;
  readonly documents: Json[];
}

/** Cohere's own members where a client of the OpenAI chat format sent them, and whatever else Cohere's client did. */
function ownMembers({ extra }: ChatRequest): JsonObject {
  const adopted = OWN_MEMBERS.map((name) => [name, extra['openai-chat']?.[name]]);
  return { ...(Object.fromEntries(adopted) as JsonObject), ...extra[OWN] };
}

/** What the API has no member for, by the names that clients of the OpenAI formats know. */
function inexpressible({ sampling, user, serviceTier, parallelToolCalls, modalities, messages, extra }: ChatRequest): string[] {
  const lost: readonly (readonly [string, boolean])[] = [
    ['n', (sampling.choices ?? 1) > 1],
    ['top_logprobs', sampling.topLogprobs !== undefined],
    ['user', user !== undefined],
    ['service_tier', serviceTier !== undefined],
    ['parallel_tool_calls', parallelToolCalls === false],
    ['modalities', modalities?.some((kind) => kind !== 'text') ?? false],
    ['name', messages.some((message) => message.role !== 'system' && message.name !== undefined)],
  ];
  return [...lost.filter(([, isLost]) => isLost).map(([name]) => name), ...foreignMembers(extra, OWN, [...OWN_MEMBERS, 'documents'])];
}

function encodeMessage(message: Message, loss: Loss): JsonObject[] {
  if (message.role === 'assistant') return encodeAssistant(message);
  if (message.role === 'system') return said('system', message.parts.map(textBlock));
  return encodeUser(message, loss);
}

/** Tool results are messages of their own; images in them, which the API does not take there, follow in the user's. */
function encodeUser(message: UserMessage, loss: Loss): JsonObject[] {
  const results = message.parts.filter((part) => part.type === 'tool_result');
  const moved = loss.documents.length;
  const content: JsonObject[] = [];
  for (const part of message.parts) {
    if (part.type === 'text') content.push(textBlock(part));
    else if (part.type === 'media') content.push(...encodeMedia(part, loss));
    else if (part.type === 'tool_result') content.push(...imagesOf(part).flatMap((image) => encodeMedia(image, loss)));
  }
  // A turn that is all documents would vanish, and with it the question: the API demands that the user speaks last.
  if (content.length === 0 && results.length === 0 && loss.documents.length > moved) content.push({ type: 'text', text: '.' });
  return [...results.map((result) => encodeResult(result, loss)), ...said('user', content)];
}

function encodeResult(result: ToolResultPart, loss: Loss): JsonObject {
  if (result.isError === true) loss.dropped.add('is_error');
  const texts = result.content.flatMap((part) => {
    if (part.type === 'text') return [part.text];
    const text = part.kind === 'document' ? textOfSource(part.source) : undefined;
    if (text === undefined && part.kind !== 'image') throw unsupported(`${part.kind} in the result of a tool`);
    return text === undefined ? [] : [text];
  });
  const content = texts.length === 1 ? (texts[0] as string) : texts.map((text) => ({ type: 'text', text }));
  return { role: 'tool', tool_call_id: result.id, content: content.length === 0 ? '' : content };
}

function imagesOf(result: ToolResultPart): MediaPart[] {
  return result.content.filter((part) => part.type === 'media').filter((part) => part.kind === 'image');
}

function encodeMedia(part: MediaPart, loss: Loss): JsonObject[] {
  const { source } = part;
  const text = part.kind === 'document' ? textOfSource(source) : undefined;
  if (text !== undefined) {
    loss.documents.push({ data: documentData(text, part) });
    return [];
  }
  if (part.kind !== 'image' || source.kind === 'file' || source.kind === 'text') throw unsupported(part.kind);
  const url = source.kind === 'base64' ? dataUri(source) : source.url;
  return [{ type: 'image_url', image_url: { url, detail: part.detail } }];
}

function documentData(text: string, { name, context }: MediaPart): JsonObject {
  const data = parseJson(text);
  return isObject(data) ? data : { title: name, text, context };
}

function unsupported(what: string): GatewayError {
  return new GatewayError('unsupported_content', `Cohere's chat format cannot carry this content: ${what}.`);
}

/** What was thought before a tool call is its plan; other thoughts of former turns are not sent back. */
function encodeAssistant({ parts }: AssistantMessage): JsonObject[] {
  const content = parts.filter((part) => part.type === 'text' || part.type === 'refusal').map(textBlock);
  const calls = parts.filter((part) => part.type === 'tool_call');
  if (calls.length === 0) return said('assistant', content);
  const plan = parts.filter((part) => part.type === 'reasoning').map((part) => part.text);
  const [spoken = { role: 'assistant' }] = said('assistant', content);
  return [{ ...spoken, tool_plan: plan.join('\n') || undefined, tool_calls: calls.map(encodeCall) }];
}

function encodeCall(call: ToolCallPart): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments === '' ? '{}' : call.arguments } };
}

function textBlock({ text }: TextPart | { readonly text: string }): JsonObject {
  return { type: 'text', text };
}

/** A message, or none where there is nothing to say: the API refuses empty ones. */
function said(role: string, content: readonly JsonObject[]): JsonObject[] {
  const blocks = content.filter((block) => block.text !== '');
  if (blocks.length === 0) return [];
  const [only] = blocks;
  return [{ role, content: blocks.length === 1 && only?.type === 'text' ? only.text : blocks }];
}

/** The API can force a call of any tool, but name none; the others are left out instead. */
function encodeTools({ tools = [], toolChoice }: ChatRequest, loss: Loss): { readonly tools: JsonObject; readonly choice: string | undefined } {
  const named = tools.filter((tool) => tool.type === 'function');
  if (named.length < tools.length) loss.dropped.add('tools');
  const functions = named.filter((tool) => isAllowed(tool, toolChoice));
  const strict = strictness(functions, loss);
  if (functions.length === 0) return { tools: {}, choice: undefined };
  return { tools: { tools: functions.map(encodeTool), strict_tools: strict }, choice: encodeChoice(toolChoice) };
}

function isAllowed(tool: FunctionTool, choice: ToolChoice | undefined): boolean {
  if (choice?.mode === 'tool') return tool.name === choice.name;
  return choice?.mode === 'allowed' ? choice.names.includes(tool.name) : true;
}

function encodeChoice(choice: ToolChoice | undefined): string | undefined {
  if (choice?.mode === 'none') return 'NONE';
  const isForced = choice?.mode === 'required' || choice?.mode === 'tool' || (choice?.mode === 'allowed' && choice.required);
  return isForced ? 'REQUIRED' : undefined;
}

/** Strictness is for all tools or none, and each must have a required parameter: https://docs.cohere.com/docs/structured-outputs */
function strictness(tools: readonly FunctionTool[], loss: Loss): true | undefined {
  if (!tools.some((tool) => tool.strict === true)) return undefined;
  if (tools.every((tool) => tool.strict === true && hasRequired(tool))) return true;
  loss.dropped.add('strict');
  return undefined;
}

function hasRequired({ parameters }: FunctionTool): boolean {
  const required = parameters?.required;
  return Array.isArray(required) && required.length > 0;
}

function encodeTool({ name, description, parameters }: Extract<Tool, { type: 'function' }>): JsonObject {
  return { type: 'function', function: { name, description, parameters: parameters ?? { type: 'object', properties: {} } } };
}

function encodeFormat(format: AnswerFormat | undefined): JsonObject | undefined {
  if (format === undefined) return undefined;
  return format.type === 'json' ? { type: 'json_object' } : { type: 'json_object', json_schema: format.schema };
}

/** Models that reason do so unless told not to; an effort has no word here. */
function encodeThinking(reasoning: ReasoningRequest | undefined, loss: Loss): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  const { mode, effort, budgetTokens } = reasoning;
  if (mode === 'disabled' || effort === 'none') return { type: 'disabled' };
  if (effort !== undefined && budgetTokens === undefined) loss.dropped.add('reasoning_effort');
  return mode === undefined && budgetTokens === undefined ? undefined : { type: 'enabled', token_budget: budgetTokens };
}
