import OpenAI, { RateLimitError } from 'openai';
import type { Response as ResponseObject, ResponseInputItem } from 'openai/resources/responses/responses';
import { chatConversation, type Completion, type Sender } from './support/chat-completions.ts';
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
  type Failure,
  type Setup,
  type Speaker,
  type Turn,
} from './support/client.ts';
import { testClient } from './support/scenario.ts';

type ChatRequest = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>;

function connect({ url, headers }: Setup): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'key-of-the-caller', defaultHeaders: headers, maxRetries: 0 });
}

function chatSender(openai: OpenAI): Sender {
  return {
    whole: async (request) => (await openai.chat.completions.create(request as ChatRequest)) as Completion,
    async streamed(request, onText) {
      const events = openai.chat.completions.stream({ ...(request as ChatRequest), stream_options: { include_usage: true } });
      let thoughts = '';
      events.on('content', onText);
      events.on('chunk', ({ choices }) => (thoughts += (choices[0]?.delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? ''));
      const { choices, usage } = (await events.finalChatCompletion()) as Completion;
      // The helper joins only the members that it knows, and keeps the last piece of others.
      return { choices: choices.map((choice) => ({ ...choice, message: { ...choice.message, reasoning_content: thoughts } })), usage };
    },
  };
}

function busy(error: unknown): Failure | undefined {
  return error instanceof RateLimitError ? { status: error.status, message: error.message } : undefined;
}

const chat: Client = {
  name: 'openai, chat completions',
  finish: { done: ['stop'], tools: ['tool_calls'] },
  converse: (asking) => chatConversation(asking, chatSender(connect(asking))),
  busy,
  async structured(setup) {
    const completion = await connect(setup).chat.completions.parse({
      model: setup.model,
      messages: [{ role: 'user', content: CLIMATE_QUESTION }],
      response_format: { type: 'json_schema', json_schema: { name: 'climate', schema: CLIMATE, strict: true } },
    });
    return completion.choices[0]?.message.parsed;
  },
};

const RESPONSES: Pick<Speaker<ResponseInputItem>, 'says' | 'gives'> = {
  says: (words, picture) => ({
    role: 'user',
    content: [
      { type: 'input_text', text: words },
      ...(picture === undefined ? [] : [{ type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${picture}` } as const]),
    ],
  }),
  gives: (outputs) => outputs.map(({ id, text }) => ({ type: 'function_call_output', call_id: id, output: text })),
};

/** A conversation by the Responses API whose items the caller keeps. */
function responsesConversation(asking: Asking): Conversation<ResponseInputItem> {
  return new Conversation<ResponseInputItem>({
    ...RESPONSES,
    async ask(history) {
      const response = await askResponses(asking, { input: [...history], store: false, include: ['reasoning.encrypted_content'] });
      return { turn: turnOf(response), messages: response.output as ResponseInputItem[] };
    },
  });
}

type ResponsesRequest = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>;

async function askResponses(asking: Asking, more: Partial<ResponsesRequest>): Promise<ResponseObject> {
  const { model, stream, tools, thinks, onText } = asking;
  const request: ResponsesRequest = {
    model,
    instructions: SYSTEM,
    ...more,
    ...(tools ? { tools: [{ type: 'function', ...WEATHER, strict: true }] } : {}),
    ...(thinks ? { reasoning: { effort: 'low', summary: 'auto' } } : {}),
  };
  const { responses: api } = connect(asking);
  return stream
    ? api
        .stream(request)
        .on('response.output_text.delta', ({ delta }) => onText(delta))
        .finalResponse()
    : api.create(request);
}

function turnOf({ output, output_text: text, status, usage, error }: ResponseObject): Turn {
  // The client hands over an answer that broke off like any other.
  if (status === 'failed') throw new Error(error?.message);
  const calls = output.filter((item) => item.type === 'function_call');
  return {
    text,
    reasoning: joined(output, (item) => (item.type === 'reasoning' ? joined(item.summary, (part) => part.text) : '')),
    calls: calls.map((call) => ({ id: call.call_id, name: call.name, input: JSON.parse(call.arguments) as unknown })),
    finish: status ?? '',
    usage: used(usage?.input_tokens, usage?.output_tokens, usage?.input_tokens_details.cached_tokens),
  };
}

/** A conversation whose answers the gateway, or the provider, keeps: each turn only says what is new. */
function keptConversation(asking: Asking): Conversation<ResponseInputItem> {
  let previous: string | undefined;
  let sent = 0;
  return new Conversation<ResponseInputItem>({
    ...RESPONSES,
    async ask(history) {
      const response = await askResponses(asking, { input: history.slice(sent), previous_response_id: previous ?? null });
      previous = response.id;
      sent = history.length;
      return { turn: turnOf(response), messages: [] };
    },
  });
}

const responses: Client = {
  name: 'openai, responses',
  finish: { done: ['completed'], tools: ['completed'] },
  converse: responsesConversation,
  busy,
  async structured(setup) {
    const response = await connect(setup).responses.parse({
      model: setup.model,
      input: CLIMATE_QUESTION,
      text: { format: { type: 'json_schema', name: 'climate', schema: CLIMATE, strict: true } },
    });
    return response.output_parsed;
  },
};

testClient(chat);
testClient(responses);
testClient({ ...responses, name: 'openai, responses that are kept', converse: keptConversation });
