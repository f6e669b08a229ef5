import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ChatRequest, Message, Part } from '../../ir/request.ts';
import { hoistSystem, resultText } from '../conversation.ts';
import type { Encoded, RequestCodec, RouteParameters } from '../dialect.ts';
import { decodeStop } from '../openai-chat/request-decode.ts';
import { isObject, optionalBoolean, optionalNumber, optionalString, remainder, unexpected } from '../read.ts';

/** Requests for text completions, in both directions. */
export const completionsRequest = { decode: decodeRequest, encode: encodeRequest } as const satisfies RequestCodec;

const MODELLED: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'stream',
  'max_tokens',
  'temperature',
  'top_p',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'n',
  'logprobs',
  'user',
]);

/** Reads what clients post to `/v1/completions`: the prompt is what the user says. */
function decodeRequest(wire: JsonObject, route: RouteParameters): ChatRequest {
  const logprobs = typeof wire.logprobs === 'boolean' ? Number(wire.logprobs) : optionalNumber(wire.logprobs, 'logprobs');
  const rest = remainder(wire, MODELLED);
  return {
    model: optionalString(wire.model, 'model') ?? route.model ?? '',
    stream: optionalBoolean(wire.stream, 'stream') ?? route.stream ?? false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: decodePrompt(wire.prompt) }] }],
    sampling: {
      maxTokens: optionalNumber(wire.max_tokens, 'max_tokens'),
      temperature: optionalNumber(wire.temperature, 'temperature'),
      topP: optionalNumber(wire.top_p, 'top_p'),
      topK: optionalNumber(wire.top_k, 'top_k'),
      stop: decodeStop(wire.stop),
      seed: optionalNumber(wire.seed, 'seed'),
      presencePenalty: optionalNumber(wire.presence_penalty, 'presence_penalty'),
      frequencyPenalty: optionalNumber(wire.frequency_penalty, 'frequency_penalty'),
      choices: optionalNumber(wire.n, 'n'),
      logprobs: logprobs === undefined ? undefined : logprobs > 0,
      topLogprobs: logprobs !== undefined && logprobs > 0 ? logprobs : undefined,
    },
    user: optionalString(wire.user, 'user'),
    extra: { 'openai-completions': Object.keys(rest).length > 0 ? rest : undefined },
  };
}

/** A chat has one prompt, of words; several prompts or tokens are only for hosts that complete texts themselves. */
function decodePrompt(prompt: unknown): string {
  if (typeof prompt === 'string') return prompt;
  if (!Array.isArray(prompt)) throw unexpected('prompt', 'a string or a list', prompt);
  const [only] = prompt;
  if (prompt.length === 1 && typeof only === 'string') return only;
  const what = prompt.every((item) => typeof item === 'string') ? 'one prompt at a time' : 'prompts of text, not of tokens';
  throw new GatewayError('unsupported_content', `prompt: this target takes ${what}.`, { param: 'prompt' });
}

/** Writes a chat as one prompt: a single question as it stands, a conversation as a transcript that the model continues. */
function encodeRequest(request: ChatRequest): Encoded {
  const dropped = new Set<string>();
  const own = request.extra['openai-completions'] ?? {};
  const { stream_options: streamOptions, ...kept } = own;
  const { sampling } = request;
  const wire: JsonObject = {
    ...kept,
    model: request.model === '' ? undefined : request.model,
    prompt: encodePrompt(request.messages, dropped),
    max_tokens: sampling.maxTokens,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    stop: sampling.stop,
    seed: sampling.seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    n: sampling.choices,
    logprobs: sampling.logprobs === true ? (sampling.topLogprobs ?? 1) : undefined,
    user: request.user,
    ...(request.stream
      ? { stream: true, stream_options: { ...(isObject(streamOptions) ? streamOptions : undefined), include_usage: true } }
      : undefined),
  };
  reportDropped(request, own, dropped);
  return { wire, dropped: [...dropped] };
}

function reportDropped(request: ChatRequest, own: JsonObject, dropped: Set<string>): void {
  const wordless: Readonly<Record<string, unknown>> = {
    top_k: own.top_k === undefined ? request.sampling.topK : undefined,
    tools: request.tools,
    tool_choice: request.toolChoice,
    parallel_tool_calls: request.parallelToolCalls,
    response_format: request.format,
    reasoning_effort: request.reasoning,
    service_tier: request.serviceTier,
    modalities: request.modalities,
  };
  for (const [name, value] of Object.entries(wordless)) if (value !== undefined) dropped.add(name);
  for (const [dialect, members] of Object.entries(request.extra)) {
    if (dialect !== 'openai-completions') for (const name of Object.keys(members ?? {})) dropped.add(name);
  }
}

const SPEAKERS = { user: 'User', assistant: 'Assistant' } as const;

function encodePrompt(messages: readonly Message[], dropped: Set<string>): string {
  const { system, turns } = hoistSystem(messages);
  const [only] = turns;
  const instructions = wordsOf(system, dropped);
  if (turns.length === 1 && only?.role === 'user' && instructions === '') return wordsOf(only.parts, dropped);
  const lines = turns.map((turn) => `${SPEAKERS[turn.role]}: ${wordsOf(turn.parts, dropped)}`);
  return [...(instructions === '' ? [] : [instructions]), ...lines, `${SPEAKERS.assistant}:`].join('\n\n');
}

function wordsOf(parts: readonly Part[], dropped: Set<string>): string {
  const words = parts.map((part) => {
    if ('cache' in part && part.cache !== undefined) dropped.add('cache_control');
    return WORDS[part.type](part as never);
  });
  return words.filter((word) => word !== '').join('\n');
}

const WORDS: { readonly [Type in Part['type']]: (part: Extract<Part, { type: Type }>) => string } = {
  text: (part) => part.text,
  refusal: (part) => part.text,
  tool_call: refuse('tool calls'),
  tool_result: (part) => refuse(`tool results (${resultText(part).slice(0, 20)})`)(),
  media: refuse('images, audio or files'),
  reasoning: () => '',
  opaque: () => '',
};

function refuse(what: string): () => never {
  return () => {
    throw new GatewayError('unsupported_content', `A text completion cannot be sent ${what}.`, { param: 'messages' });
  };
}
