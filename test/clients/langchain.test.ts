import {
  AIMessageChunk,
  HumanMessage,
  ToolMessage,
  SystemMessage,
  type AIMessage,
  type BaseMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { RateLimitError } from 'openai';
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

type Options = NonNullable<ConstructorParameters<typeof ChatOpenAI>[0]>;
type Model = ReturnType<ChatOpenAI['withConfig']>;

function connect({ url, headers, model }: Setup, options: Options): ChatOpenAI {
  const configuration = { baseURL: `${url}/v1`, defaultHeaders: headers };
  return new ChatOpenAI({ model, apiKey: 'key-of-the-caller', configuration, maxRetries: 0, ...options });
}

function converse(asking: Asking, options: Options): Conversation<BaseMessage> {
  const connected = connect(asking, options);
  const model = asking.tools ? connected.bindTools([{ type: 'function', function: WEATHER }]) : connected.withConfig({});
  return new Conversation<BaseMessage>({
    says: (words, picture) =>
      new HumanMessage({
        content: [
          { type: 'text', text: words },
          ...(picture === undefined ? [] : [{ type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }]),
        ],
      }),
    gives: (outputs) => outputs.map(({ id, text }) => new ToolMessage({ content: text, tool_call_id: id })),
    async ask(history) {
      const messages = [new SystemMessage(SYSTEM), ...history];
      const message = await (asking.stream ? askStreamed(model, messages, asking.onText) : model.invoke(messages));
      return { turn: turnOf(message), messages: [message] };
    },
  });
}

async function askStreamed(model: Model, messages: BaseMessage[], onText: Asking['onText']): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await model.stream(messages)) {
    whole = whole === undefined ? chunk : whole.concat(chunk);
    if (chunk.text !== '') onText(chunk.text);
  }
  return whole ?? new AIMessageChunk('');
}

function turnOf(message: AIMessage | AIMessageChunk): Turn {
  const usage = message.usage_metadata as UsageMetadata | undefined;
  const { finish_reason: finish, status } = message.response_metadata as Record<string, unknown>;
  return {
    text: message.text,
    reasoning: reasoningOf(message),
    calls: (message.tool_calls ?? []).map(({ id = '', name, args }) => ({ id, name, input: args })),
    finish: String(finish ?? status),
    usage: used(usage?.input_tokens, usage?.output_tokens, usage?.input_token_details?.cache_read),
  };
}

/** Thoughts are an additional member of the message, or of its items: of several items with thoughts the client shows one. */
function reasoningOf({ additional_kwargs: more, response_metadata: metadata }: AIMessage | AIMessageChunk): string {
  const { reasoning_content: text } = more as { reasoning_content?: string };
  const { output = [] } = metadata as { output?: { summary?: { text: string }[] }[] };
  return text ?? joined(output, ({ summary = [] }) => joined(summary, (part) => part.text));
}

function clientOf(name: string, optionsFor: (thinks: boolean) => Options): Client {
  return {
    name: `@langchain/openai, ${name}`,
    finish: { done: ['stop', 'completed'], tools: ['tool_calls', 'completed'] },
    converse: (asking) => converse(asking, optionsFor(asking.thinks)),
    busy: (error) => (error instanceof RateLimitError ? { status: error.status, message: error.message } : undefined),
    structured: (setup) =>
      connect(setup, optionsFor(false))
        .withStructuredOutput(CLIMATE, { name: 'climate', method: 'jsonSchema', strict: true })
        .invoke(CLIMATE_QUESTION),
  };
}

/** The client only knows OpenAI's names of models that reason. */
const chat = clientOf('chat completions', (thinks) => (thinks ? { modelKwargs: { reasoning_effort: 'low' } } : {}));

const responses = clientOf('responses', (thinks) => ({
  useResponsesApi: true,
  zdrEnabled: true,
  ...(thinks ? { modelKwargs: { reasoning: { effort: 'low', summary: 'auto' } } } : {}),
}));

testClient({
  ...chat,
  lacks: { proofs: 'the client rebuilds tool calls from their names and arguments, and drops the members that it does not know' },
});
testClient(responses);
