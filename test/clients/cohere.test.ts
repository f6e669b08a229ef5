import { Cohere, CohereClientV2 } from 'cohere-ai';
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

function connect({ url, headers }: Setup): CohereClientV2 {
  return new CohereClientV2({ token: 'key-of-the-caller', environment: url, headers, maxRetries: 0 });
}

/** An answer, whole or put together from its events. */
interface Answer {
  readonly message: Cohere.AssistantMessageResponse;
  readonly finishReason: string;
  readonly usage?: Cohere.Usage;
}

function converse(asking: Asking): Conversation<Cohere.ChatMessageV2> {
  const { model, stream, tools, thinks, onText } = asking;
  const cohere = connect(asking);
  return new Conversation<Cohere.ChatMessageV2>({
    says: (words, picture) => ({
      role: 'user',
      content: [
        { type: 'text', text: words },
        ...(picture === undefined ? [] : [{ type: 'image_url', imageUrl: { url: `data:image/png;base64,${picture}` } } as const]),
      ],
    }),
    gives: (outputs) => outputs.map(({ id, text }) => ({ role: 'tool', toolCallId: id, content: text })),
    async ask(history) {
      const request: Cohere.V2ChatRequest = {
        model,
        messages: [{ role: 'system', content: SYSTEM }, ...history],
        ...(tools ? { tools: [{ type: 'function', function: WEATHER }] } : {}),
        ...(thinks ? { thinking: { type: 'enabled', tokenBudget: 1024 } } : {}),
      };
      const answer: Answer = stream ? await assemble(await cohere.chatStream(request), onText) : await cohere.chat(request);
      return { turn: turnOf(answer), messages: [answer.message] };
    },
  });
}

function turnOf({ message, finishReason, usage }: Answer): Turn {
  const { content = [], toolCalls = [], toolPlan = '' } = message;
  return {
    text: joined(content, (block) => (block.type === 'text' ? block.text : '')),
    reasoning: toolPlan + joined(content, (block) => (block.type === 'thinking' ? block.thinking : '')),
    calls: toolCalls.map((call) => ({ id: call.id, name: call.function?.name ?? '', input: JSON.parse(call.function?.arguments ?? '') as unknown })),
    finish: finishReason,
    usage: used(usage?.tokens?.inputTokens, usage?.tokens?.outputTokens, usage?.cachedTokens),
  };
}

type Event = Cohere.V2ChatStreamResponse;

/** An answer as far as it has arrived. Members that the client does not know are kept. */
interface Draft {
  readonly blocks: Record<string, string>[];
  readonly calls: Cohere.ToolCallV2[];
  toolPlan: string;
  ended: Cohere.ChatMessageEndEventDelta | undefined;
  readonly onText: Asking['onText'];
}

type Handlers = { readonly [Type in Event['type']]?: (draft: Draft, event: Extract<Event, { type: Type }>) => void };

const HANDLERS: Handlers = {
  'content-start': ({ blocks }, { index = 0, delta }) => void (blocks[index] = { ...delta?.message?.content } as Record<string, string>),
  'content-delta'({ blocks, onText }, { index = 0, delta }) {
    const content = delta?.message?.content ?? {};
    joinMembers(blocks[index], content);
    if (content.text !== undefined && content.text !== '') onText(content.text);
  },
  'tool-plan-delta': (draft, { delta }) => void (draft.toolPlan += delta?.message?.toolPlan ?? ''),
  'tool-call-start': ({ calls }, { delta }) => void (delta?.message?.toolCalls === undefined || calls.push(delta.message.toolCalls)),
  'tool-call-delta': ({ calls }, { delta }) => joinMembers(calls.at(-1)?.function as Record<string, string>, delta?.message?.toolCalls?.function),
  'message-end': (draft, { delta }) => void (draft.ended = delta),
};

function joinMembers(into: Record<string, string> | undefined, pieces: object = {}): void {
  if (into === undefined) return;
  for (const [name, piece] of Object.entries(pieces)) if (typeof piece === 'string') into[name] = (into[name] ?? '') + piece;
}

async function assemble(events: AsyncIterable<Event>, onText: Asking['onText']): Promise<Answer> {
  const draft: Draft = { blocks: [], calls: [], toolPlan: '', ended: undefined, onText };
  for await (const event of events) {
    const handle = HANDLERS[event.type] as ((draft: Draft, event: Event) => void) | undefined;
    handle?.(draft, event);
  }
  const { blocks, calls, toolPlan, ended } = draft;
  // The client hands over an answer that broke off like any other.
  if (ended?.finishReason === undefined || ended.finishReason === 'ERROR') throw new Error(ended?.error);
  const content = blocks as unknown as Cohere.AssistantMessageResponseContentItem[];
  return { ...ended, finishReason: ended.finishReason, message: { role: 'assistant', content, toolCalls: calls, toolPlan } };
}

const cohere: Client = {
  name: 'cohere-ai',
  finish: { done: ['COMPLETE'], tools: ['TOOL_CALL'] },
  converse,
  busy: (error) => (error instanceof Cohere.TooManyRequestsError ? { status: error.statusCode, message: error.message } : undefined),
  async structured(setup) {
    const { message } = await connect(setup).chat({
      model: setup.model,
      messages: [{ role: 'user', content: CLIMATE_QUESTION }],
      responseFormat: { type: 'json_object', jsonSchema: CLIMATE },
    });
    return JSON.parse(joined(message.content ?? [], (block) => (block.type === 'text' ? block.text : ''))) as unknown;
  },
};

testClient(cohere);
