import { HTTPClient, Mistral } from '@mistralai/mistralai';
import type {
  AssistantMessage,
  ChatCompletionRequest,
  CompletionEvent,
  ContentChunk,
  ToolCall,
  UsageInfo,
} from '@mistralai/mistralai/models/components';
import { MistralError } from '@mistralai/mistralai/models/errors';
import {
  CLIMATE,
  CLIMATE_QUESTION,
  Conversation,
  joined,
  SYSTEM,
  used,
  WEATHER,
  type Asking,
  type Client,
  type Setup,
  type Turn,
} from './support/client.ts';
import { testClient } from './support/scenario.ts';

function connect({ url, headers }: Setup): Mistral {
  const httpClient = new HTTPClient();
  httpClient.addHook('beforeRequest', (request) => {
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
  });
  return new Mistral({ serverURL: url, apiKey: 'key-of-the-caller', httpClient, retryConfig: { strategy: 'none' } });
}

type Sent = ChatCompletionRequest['messages'][number];

/** An answer, whole or put together from its events. */
interface Answer {
  readonly message: AssistantMessage;
  readonly finish: string | undefined;
  readonly usage: UsageInfo | undefined;
}

function converse(asking: Asking): Conversation<Sent> {
  const { model, stream, tools, thinks, onText } = asking;
  const { chat } = connect(asking);
  return new Conversation<Sent>({
    says: (words, picture) => ({
      role: 'user',
      content: [
        { type: 'text', text: words },
        ...(picture === undefined ? [] : [{ type: 'image_url', imageUrl: `data:image/png;base64,${picture}` } as const]),
      ],
    }),
    gives: (outputs) => outputs.map(({ id, text }) => ({ role: 'tool', toolCallId: id, content: text })),
    async ask(history) {
      const request: ChatCompletionRequest = {
        model,
        messages: [{ role: 'system', content: SYSTEM }, ...history],
        ...(tools ? { tools: [{ type: 'function', function: WEATHER }] } : {}),
        ...(thinks ? { reasoningEffort: 'high' } : {}),
      };
      const answer = stream ? await assemble(await chat.stream(request), onText) : await askWhole(chat, request);
      return { turn: turnOf(answer), messages: [{ ...answer.message, role: 'assistant' }] };
    },
  });
}

async function askWhole(chat: Mistral['chat'], request: ChatCompletionRequest): Promise<Answer> {
  const { choices, usage } = await chat.complete(request);
  return { message: choices[0]?.message ?? {}, finish: choices[0]?.finishReason, usage };
}

function turnOf({ message, finish = '', usage }: Answer): Turn {
  const content = chunksOf(message.content);
  return {
    text: joined(content, (chunk) => (chunk.type === 'text' ? chunk.text : '')),
    reasoning: joined(content, (chunk) => (chunk.type === 'thinking' ? joined(chunk.thinking, (part) => ('text' in part ? part.text : '')) : '')),
    calls: (message.toolCalls ?? []).map((call) => ({ id: call.id ?? '', name: call.function.name, input: inputOf(call) })),
    finish,
    usage: used(usage?.promptTokens, usage?.completionTokens, cachedTokens(usage)),
  };
}

/** The client passes on members of the usage that it does not know. */
function cachedTokens(usage: UsageInfo | undefined): number | undefined {
  return (usage as { prompt_tokens_details?: { cached_tokens?: number } } | undefined)?.prompt_tokens_details?.cached_tokens;
}

function chunksOf(content: AssistantMessage['content']): ContentChunk[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content ?? [];
}

function inputOf(call: ToolCall): unknown {
  const { arguments: text } = call.function;
  return typeof text === 'string' ? JSON.parse(text) : text;
}

/** Mistral's API sends tool calls whole, so that its users need not join them. */
async function assemble(events: AsyncIterable<CompletionEvent>, onText: Asking['onText']): Promise<Answer> {
  const content: ContentChunk[] = [];
  const toolCalls: ToolCall[] = [];
  let finish: string | undefined;
  let usage: UsageInfo | undefined;
  for await (const { data } of events) {
    const [choice] = data.choices;
    const chunks = chunksOf(choice?.delta.content);
    content.push(...chunks);
    toolCalls.push(...(choice?.delta.toolCalls ?? []));
    const text = joined(chunks, (chunk) => (chunk.type === 'text' ? chunk.text : ''));
    if (text !== '') onText(text);
    finish ??= choice?.finishReason ?? undefined;
    usage ??= data.usage;
  }
  return { message: { content, ...(toolCalls.length === 0 ? {} : { toolCalls }) }, finish, usage };
}

const mistral: Client = {
  name: '@mistralai/mistralai',
  finish: { done: ['stop'], tools: ['tool_calls'] },
  converse,
  busy: (error) => (error instanceof MistralError ? { status: error.statusCode, message: error.message } : undefined),
  async structured(setup) {
    const { message } = await askWhole(connect(setup).chat, {
      model: setup.model,
      messages: [{ role: 'user', content: CLIMATE_QUESTION }],
      responseFormat: { type: 'json_schema', jsonSchema: { name: 'climate', schemaDefinition: CLIMATE, strict: true } },
    });
    return JSON.parse(joined(chunksOf(message.content), (chunk) => (chunk.type === 'text' ? chunk.text : ''))) as unknown;
  },
};

testClient(mistral);
