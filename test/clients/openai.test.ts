import OpenAI, { APIError } from 'openai';
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

function failure(error: unknown): Failure | undefined {
  return error instanceof APIError ? { status: error.status as number | undefined, message: error.message } : undefined;
}

const chat: Client = {
  name: 'openai, chat completions',
  finish: { done: ['stop'], tools: ['tool_calls'] },
  converse: (asking) => chatConversation(asking, chatSender(connect(asking))),
  failure,
  async structured(setup) {
    const completion = await connect(setup).chat.completions.parse({
      model: setup.model,
      messages: [{ role: 'user', content: CLIMATE_QUESTION }],
      response_format: { type: 'json_schema', json_schema: { name: 'climate', schema: CLIMATE, strict: true } },
    });
    return completion.choices[0]?.message.parsed;
  },
};

/** A conversation by the Responses API whose items the caller keeps. */
function responsesConversation(asking: Asking): Conversation<ResponseInputItem> {
  const { model, stream, tools, thinks, onText } = asking;
  const openai = connect(asking);
  return new Conversation<ResponseInputItem>({
    says: (content) => ({ role: 'user', content }),
    gives: (outputs) => outputs.map(({ id, text }) => ({ type: 'function_call_output', call_id: id, output: text })),
    async ask(history) {
      const request: OpenAI.Responses.ResponseCreateParamsNonStreaming = {
        model,
        instructions: SYSTEM,
        input: [...history],
        store: false,
        include: ['reasoning.encrypted_content'],
        ...(tools ? { tools: [{ type: 'function', ...WEATHER, strict: true }] } : {}),
        ...(thinks ? { reasoning: { effort: 'low', summary: 'auto' } } : {}),
      };
      const response = await (stream ? streamed(openai, request, onText) : openai.responses.create(request));
      return { turn: turnOf(response), messages: response.output as ResponseInputItem[] };
    },
  });
}

function streamed(
  openai: OpenAI,
  request: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>,
  onText: Asking['onText'],
): Promise<ResponseObject> {
  const events = openai.responses.stream(request);
  events.on('response.output_text.delta', ({ delta }) => onText(delta));
  return events.finalResponse();
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

const responses: Client = {
  name: 'openai, responses',
  finish: { done: ['completed'], tools: ['completed'] },
  converse: responsesConversation,
  failure,
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
