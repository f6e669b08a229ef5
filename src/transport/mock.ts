import { faulty, type FaultClock } from './fault.ts';
import { REHEARSAL_MODELS, rehearsalOf, switchedOff, type MockError } from './mock-faults.ts';
import type { Exchange, Receiver, Transport, UpstreamRequest } from './port.ts';

/** Scheme of the base URL that this transport answers. */
const SCHEME = 'mock://';

interface MockRequest {
  readonly model?: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly messages?: readonly MockMessage[];
  readonly prompt?: unknown;
  readonly input?: unknown;
  readonly dimensions?: number;
  readonly tools?: readonly { readonly function?: { readonly name?: string; readonly parameters?: MockSchema } }[];
  readonly tool_choice?: unknown;
}

interface MockMessage {
  readonly role?: string;
  readonly content?: unknown;
}

interface MockSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, MockSchema>>;
  readonly items?: MockSchema;
}

/**
 * A transport that gives requests for the mock to an upstream in memory and all others to `next`. The mock speaks OpenAI's formats and
 * answers the same request always in the same way. `rehearse`: models that stand for a fault behave like it; undefined: they are refused.
 */
export function withMock(next: Transport, rehearse: FaultClock | undefined): Transport {
  return (request, receiver) => (request.origin.startsWith(SCHEME) ? mockFor(request, rehearse) : next)(request, receiver);
}

function mockFor(request: UpstreamRequest, rehearse: FaultClock | undefined): Transport {
  const { model } = parseBody(request);
  const rehearsal = rehearsalOf(model);
  if (rehearsal === undefined) return mockTransport;
  if (rehearse === undefined) return refusing(switchedOff(model as string));
  return 'error' in rehearsal ? refusing(rehearsal.error) : faulty(mockTransport, rehearsal.fault, rehearse);
}

const mockTransport: Transport = (request, receiver) => soon(() => answer(request, receiver));

function refusing({ status, message, code }: MockError): Transport {
  return (_, receiver) => soon(() => send(receiver, status, { error: { message, type: 'invalid_request_error', param: 'model', code } }));
}

/** Runs after the caller has its exchange, unless that is aborted first. */
function soon(run: () => void): Exchange {
  const immediate = setImmediate(run);
  return { resume: () => {}, abort: () => clearImmediate(immediate) };
}

const ROUTES: Readonly<Record<string, (body: MockRequest) => object>> = {
  '/chat/completions': wholeChat,
  '/completions': wholeCompletion,
  '/embeddings': embeddings,
  '/models': models,
};

function answer(request: UpstreamRequest, receiver: Receiver): void {
  const body = parseBody(request);
  const route = ROUTES[request.path.split('?', 1)[0] as string];
  if (route === undefined)
    return send(receiver, 404, {
      error: { message: `The mock has no route ${request.path}`, type: 'invalid_request_error', param: null, code: null },
    });
  const made = madeFrom(() => (body.stream === true ? chunksFor(request.path, body) : route(body)));
  if (made === undefined) return send(receiver, 400, { error: UNREADABLE });
  if (!Array.isArray(made)) return send(receiver, 200, made);
  receiver.head({ status: 200, headers: [], contentType: 'text/event-stream', contentEncoding: undefined });
  for (const chunk of made) receiver.data(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`));
  receiver.data(Buffer.from('data: [DONE]\n\n'));
  receiver.end();
}

function chunksFor(path: string, body: MockRequest): object[] {
  return path.startsWith('/chat') ? chatChunks(body) : completionChunks(body);
}

const UNREADABLE = {
  message: 'The mock cannot read this request: a member of it is not what the API of OpenAI has there.',
  type: 'invalid_request_error',
  param: null,
  code: null,
};

/** Undefined for a body whose members are not what they are taken for: a client may send anything. */
function madeFrom<T extends object>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function parseBody({ body }: UpstreamRequest): MockRequest {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return {};
  try {
    return (JSON.parse(Buffer.from(body as string).toString('utf8')) ?? {}) as MockRequest;
  } catch {
    return {};
  }
}

function send(receiver: Receiver, status: number, body: object): void {
  receiver.head({ status, headers: [], contentType: 'application/json', contentEncoding: undefined });
  receiver.data(Buffer.from(JSON.stringify(body)));
  receiver.end();
}

const CREATED = 1_700_000_000;

function base(body: MockRequest, object: string): object {
  return { id: `${object === 'text_completion' ? 'cmpl' : 'chatcmpl'}-mock`, object, created: CREATED, model: body.model ?? 'mock' };
}

function wholeChat(body: MockRequest): object {
  const call = toolCallFor(body);
  const message = call === undefined ? { role: 'assistant', content: textFor(body) } : { role: 'assistant', content: null, tool_calls: [call] };
  const finish = call === undefined ? 'stop' : 'tool_calls';
  return { ...base(body, 'chat.completion'), choices: [{ index: 0, message, logprobs: null, finish_reason: finish }], usage: usageFor(body) };
}

function chatChunks(body: MockRequest): object[] {
  const call = toolCallFor(body);
  const chunk = (delta: object, finish: string | null = null): object => ({
    ...base(body, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  const deltas = call === undefined ? words(textFor(body)).map((content) => ({ content })) : toolDeltas(call);
  const usage = body.stream_options?.include_usage === true ? [{ ...base(body, 'chat.completion.chunk'), choices: [], usage: usageFor(body) }] : [];
  return [
    chunk({ role: 'assistant', content: '' }),
    ...deltas.map((delta) => chunk(delta)),
    chunk({}, call === undefined ? 'stop' : 'tool_calls'),
    ...usage,
  ];
}

function wholeCompletion(body: MockRequest): object {
  return {
    ...base(body, 'text_completion'),
    choices: [{ index: 0, text: textFor(body), logprobs: null, finish_reason: 'stop' }],
    usage: usageFor(body),
  };
}

function completionChunks(body: MockRequest): object[] {
  const chunk = (text: string, finish: string | null): object => ({
    ...base(body, 'text_completion'),
    choices: [{ index: 0, text, logprobs: null, finish_reason: finish }],
  });
  return [...words(textFor(body)).map((word) => chunk(word, null)), chunk('', 'stop')];
}

function models(): object {
  const data = ['mock', ...REHEARSAL_MODELS].map((id) => ({ id, object: 'model', created: CREATED, owned_by: 'sluice' }));
  return { object: 'list', data };
}

const DIMENSIONS = 8;
const MOST_DIMENSIONS = 4096;

function embeddings(body: MockRequest): object {
  const inputs = Array.isArray(body.input) && typeof body.input[0] !== 'number' ? body.input : [body.input];
  const data = inputs.map((input: unknown, index) => ({
    object: 'embedding',
    index,
    embedding: vectorOf(plainText(input), body.dimensions ?? DIMENSIONS),
  }));
  const tokens = inputs.reduce((sum: number, input: unknown) => sum + countTokens(plainText(input)), 0);
  return { object: 'list', data, model: body.model ?? 'mock', usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

/** A unit vector that depends on the text alone. */
function vectorOf(text: string, dimensions: number): number[] {
  if (!(dimensions <= MOST_DIMENSIONS)) throw new RangeError('dimensions');
  const sums = Array.from({ length: dimensions }, () => 1);
  for (let i = 0; i < text.length; i++) sums[i % dimensions] = (sums[i % dimensions] as number) + text.charCodeAt(i);
  const length = Math.hypot(...sums);
  return sums.map((value) => value / length);
}

function textFor(body: MockRequest): string {
  const said = plainText(lastMessage(body)?.content ?? body.prompt);
  const text = `Hello from Sluice. This is the built-in mock provider; you said: ${said === '' ? 'nothing' : JSON.stringify(said)}`;
  return rehearsalOf(body.model) === undefined ? text : `${text} ${LONG}`;
}

/** Rehearsals need an answer in which there is something to cut. */
const LONG = Array.from({ length: 60 }, (_, i) => i + 1).join(' ');

interface MockToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A call of the tool that is asked for, else of the first one, unless a tool's result has just come back. */
function toolCallFor(body: MockRequest): MockToolCall | undefined {
  if (body.tool_choice === 'none' || lastMessage(body)?.role === 'tool') return undefined;
  const wanted = (body.tool_choice as { function?: { name?: string } } | undefined)?.function?.name;
  const tools = (body.tools ?? []).filter((tool) => tool.function?.name !== undefined);
  const tool = (tools.find(({ function: fn }) => fn?.name === wanted) ?? tools[0])?.function;
  if (tool?.name === undefined) return undefined;
  return { id: 'call_mock', type: 'function', function: { name: tool.name, arguments: JSON.stringify(sampleOf(tool.parameters ?? {})) } };
}

function toolDeltas({ id, type, function: fn }: MockToolCall): object[] {
  const pieces = fn.arguments.match(/[^]{1,12}/g) ?? [];
  const opening = { tool_calls: [{ index: 0, id, type, function: { name: fn.name, arguments: '' } }] };
  return [opening, ...pieces.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] }))];
}

const SAMPLES: Readonly<Record<string, unknown>> = { string: 'mock', number: 1, integer: 1, boolean: true, null: null };

/** A value that fits a JSON Schema, near enough for a rehearsal. */
function sampleOf(schema: MockSchema): unknown {
  if (schema.enum !== undefined) return schema.enum[0];
  const type = Array.isArray(schema.type) ? (schema.type[0] as string) : (schema.type as string | undefined);
  if (type === 'array') return schema.items === undefined ? [] : [sampleOf(schema.items)];
  if (type === 'object' || type === undefined)
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, sampleOf(member)]));
  return SAMPLES[type] ?? null;
}

function usageFor(body: MockRequest): object {
  const prompt = countTokens((body.messages ?? []).map(({ content }) => plainText(content)).join(' ') + plainText(body.prompt));
  const call = toolCallFor(body);
  const completion = countTokens(call === undefined ? textFor(body) : call.function.arguments);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function lastMessage(body: MockRequest): MockMessage | undefined {
  return body.messages?.at(-1);
}

/** The text of a message's content or of an input, whatever its form. */
function plainText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (typeof part === 'string' ? part : ((part as { text?: string } | null)?.text ?? ''))).join('');
}

/** A word is a token here. */
function countTokens(text: string): number {
  return words(text).length;
}

function words(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}
