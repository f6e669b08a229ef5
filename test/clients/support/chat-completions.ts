import { Conversation, SYSTEM, used, WEATHER, type Asking, type Turn } from './client.ts';

/** An answer in the format of chat completions; members beyond OpenAI's own are as DeepSeek and OpenRouter write them. */
export interface Completion {
  readonly choices: readonly { readonly message: AssistantMessage; readonly finish_reason: string | null }[];
  readonly usage?: Usage | null | undefined;
}

interface AssistantMessage {
  readonly role: 'assistant';
  readonly content?: string | null | undefined;
  readonly reasoning_content?: string | undefined;
  readonly reasoning_details?: readonly object[] | undefined;
  readonly tool_calls?: readonly ToolCall[] | undefined;
}

interface Usage {
  readonly prompt_tokens?: number | undefined;
  readonly completion_tokens?: number | undefined;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | undefined } | null | undefined;
}

interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** How a client sends a request in the format of chat completions. */
export interface Sender {
  whole(request: object): Promise<Completion>;
  streamed(request: object, onText: Asking['onText']): Promise<Completion>;
}

/** A conversation in the format of chat completions: the answer's message goes into the history as it came. */
export function chatConversation(asking: Asking, sender: Sender): Conversation<object> {
  const { model, stream, tools, thinks, onText } = asking;
  return new Conversation<object>({
    says: (words, picture) => ({ role: 'user', content: picture === undefined ? words : [{ type: 'text', text: words }, imagePart(picture)] }),
    gives: (outputs) => outputs.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text })),
    async ask(history) {
      const request = {
        model,
        messages: [{ role: 'system', content: SYSTEM }, ...history],
        ...(tools ? { tools: [{ type: 'function', function: WEATHER }] } : {}),
        ...(thinks ? { reasoning_effort: 'low' } : {}),
      };
      const completion = await (stream ? sender.streamed(request, onText) : sender.whole(request));
      return { turn: turnOf(completion), messages: completion.choices.map(({ message }) => message) };
    },
  });
}

function imagePart(picture: string): object {
  return { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } };
}

function turnOf({ choices, usage }: Completion): Turn {
  const [choice] = choices;
  if (choice === undefined) throw new Error('no choice');
  const { content, reasoning_content: reasoning, tool_calls: calls = [] } = choice.message;
  return {
    text: content ?? '',
    reasoning: reasoning ?? '',
    calls: calls.map((call) => ({ id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) as unknown })),
    finish: choice.finish_reason ?? '',
    usage: used(usage?.prompt_tokens, usage?.completion_tokens, usage?.prompt_tokens_details?.cached_tokens),
  };
}

/** For clients with one method for both, which gives the pieces of an answer where `stream` is set. */
export function senderOf(create: (request: object) => PromiseLike<unknown>): Sender {
  return {
    whole: async (request) => (await create(request)) as Completion,
    async streamed(request, onText) {
      const chunks = await create({ ...request, stream: true, stream_options: { include_usage: true } });
      return assemble(chunks as AsyncIterable<Chunk>, onText);
    },
  };
}

/** A piece of a streamed answer. */
interface Chunk {
  readonly choices: readonly { readonly delta: Delta; readonly finish_reason?: string | null | undefined }[];
  readonly usage?: Usage | null | undefined;
}

interface Delta {
  readonly content?: string | null | undefined;
  readonly reasoning_content?: string | undefined;
  readonly reasoning_details?: readonly object[] | undefined;
  readonly tool_calls?: readonly Piece[] | undefined;
}

interface Piece extends Partial<Omit<ToolCall, 'function'>> {
  readonly index: number;
  readonly function?: Partial<ToolCall['function']>;
}

/** An answer as far as it has arrived. */
class Draft {
  readonly message = {
    role: 'assistant' as const,
    content: '',
    reasoning_content: '',
    reasoning_details: [] as object[],
    tool_calls: [] as ToolCall[],
  };
  finish: string | null = null;
  usage: Chunk['usage'];

  add({ choices, usage }: Chunk): string {
    this.usage = usage ?? this.usage;
    const [choice] = choices;
    this.finish = choice?.finish_reason ?? this.finish;
    return choice === undefined ? '' : this.#join(choice.delta);
  }

  #join({ content, reasoning_content: thoughts, reasoning_details: details = [], tool_calls: calls = [] }: Delta): string {
    const { message } = this;
    message.content += content ?? '';
    message.reasoning_content += thoughts ?? '';
    message.reasoning_details.push(...details);
    for (const { index, ...piece } of calls) message.tool_calls[index] = joinCall(message.tool_calls[index], piece);
    return content ?? '';
  }
}

/** Puts a streamed answer together as users do who have no helper for it: texts and lists are joined, tool calls by their number. */
async function assemble(chunks: AsyncIterable<Chunk>, onText: Asking['onText']): Promise<Completion> {
  const draft = new Draft();
  for await (const chunk of chunks) {
    const text = draft.add(chunk);
    if (text !== '') onText(text);
  }
  const { tool_calls: calls, ...message } = draft.message;
  return {
    choices: [{ message: calls.length === 0 ? message : { ...message, tool_calls: calls }, finish_reason: draft.finish }],
    usage: draft.usage,
  };
}

function joinCall(before: ToolCall | undefined, piece: Omit<Piece, 'index'>): ToolCall {
  if (before === undefined) return { id: '', type: 'function', ...piece, function: { name: '', arguments: '', ...piece.function } };
  return { ...before, function: { ...before.function, arguments: before.function.arguments + (piece.function?.arguments ?? '') } };
}

/** An answer's text, read as JSON. */
export function parsedContent({ choices }: Completion): unknown {
  return JSON.parse(choices[0]?.message.content ?? '');
}
