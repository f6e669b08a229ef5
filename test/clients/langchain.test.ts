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
import { APIError } from 'openai';
import { CLIMATE, CLIMATE_QUESTION, Conversation, SYSTEM, used, WEATHER, type Asking, type Client, type Setup, type Turn } from './support/client.ts';
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
    says: (words) => new HumanMessage(words),
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

/** Thoughts are additional members of the message. */
function reasoningOf({ additional_kwargs: more }: AIMessage | AIMessageChunk): string {
  return typeof more['reasoning_content'] === 'string' ? more['reasoning_content'] : '';
}

/** The client only knows OpenAI's names of models that reason. */
const CHAT = (thinks: boolean): Options => (thinks ? { modelKwargs: { reasoning_effort: 'low' } } : {});

const chat: Client = {
  name: '@langchain/openai',
  finish: { done: ['stop'], tools: ['tool_calls'] },
  lacks: { proofs: 'the client rebuilds tool calls from their names and arguments, and drops the members that it does not know' },
  converse: (asking) => converse(asking, CHAT(asking.thinks)),
  failure: (error) => (error instanceof APIError ? { status: error.status as number | undefined, message: error.message } : undefined),
  structured: (setup) =>
    connect(setup, {}).withStructuredOutput(CLIMATE, { name: 'climate', method: 'jsonSchema', strict: true }).invoke(CLIMATE_QUESTION),
};

testClient(chat);
