import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, generateText, jsonSchema, Output, streamText, tool, type LanguageModel, type ModelMessage, type ToolSet } from 'ai';
import { CLIMATE, CLIMATE_QUESTION, Conversation, SYSTEM, used, WEATHER, type Asking, type Client, type Setup, type Turn } from './support/client.ts';
import { testClient } from './support/scenario.ts';

type Settings = Parameters<typeof generateText>[0];
type ProviderOptions = NonNullable<Settings['providerOptions']>;
type Answer = Pick<Awaited<ReturnType<typeof generateText>>, 'text' | 'reasoningText' | 'toolCalls' | 'finishReason' | 'usage' | 'responseMessages'>;

/** What differs between the packages that connect to a provider. */
interface Connection {
  readonly name: string;
  model(setup: Setup): LanguageModel;
  options(thinks: boolean): ProviderOptions;
}

// The client warns of models that it does not know by their names.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

const TOOLS: ToolSet = { [WEATHER.name]: tool({ description: WEATHER.description, inputSchema: jsonSchema(WEATHER.parameters) }) };

function converse(asking: Asking, connection: Connection): Conversation<ModelMessage> {
  const { stream, tools, thinks, onText } = asking;
  return new Conversation<ModelMessage>({
    says: (words, picture) => ({
      role: 'user',
      content: [{ type: 'text', text: words }, ...(picture === undefined ? [] : [{ type: 'file', mediaType: 'image/png', data: picture } as const])],
    }),
    gives: (outputs) => [
      {
        role: 'tool',
        content: outputs.map(({ id, text }) => ({
          type: 'tool-result',
          toolCallId: id,
          toolName: WEATHER.name,
          output: { type: 'text', value: text },
        })),
      },
    ],
    async ask(history) {
      const settings: Settings = {
        model: connection.model(asking),
        instructions: SYSTEM,
        messages: [...history],
        maxRetries: 0,
        providerOptions: connection.options(thinks),
        ...(tools ? { tools: TOOLS } : {}),
      };
      const answer = stream ? await askStreamed(settings, onText) : await generateText(settings);
      return { turn: turnOf(answer), messages: answer.responseMessages };
    },
  });
}

async function askStreamed(settings: Settings, onText: Asking['onText']): Promise<Answer> {
  const result = streamText({ ...settings, onError: () => undefined });
  for await (const part of result.stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta') onText(part.text);
  }
  return {
    text: await result.text,
    reasoningText: await result.reasoningText,
    toolCalls: await result.toolCalls,
    finishReason: await result.finishReason,
    usage: await result.usage,
    responseMessages: await result.responseMessages,
  };
}

function turnOf({ text, reasoningText, toolCalls, finishReason, usage }: Answer): Turn {
  return {
    text,
    reasoning: reasoningText ?? '',
    calls: toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input: input as unknown })),
    finish: finishReason,
    usage: used(usage.inputTokens, usage.outputTokens, usage.inputTokenDetails.cacheReadTokens),
  };
}

function clientOf(connection: Connection, lacks?: NonNullable<Client['lacks']>): Client {
  return {
    name: `ai with ${connection.name}`,
    finish: { done: ['stop'], tools: ['tool-calls'] },
    ...(lacks === undefined ? {} : { lacks }),
    converse: (asking) => converse(asking, connection),
    busy: (error) => (APICallError.isInstance(error) ? { status: error.statusCode, message: error.message } : undefined),
    async structured(setup) {
      const { output } = await generateText({
        model: connection.model(setup),
        prompt: CLIMATE_QUESTION,
        output: Output.object({ schema: jsonSchema(CLIMATE) }),
        maxRetries: 0,
        // Else the client asks models that it does not know by a tool that it forces them to call.
        providerOptions: { anthropic: { structuredOutputMode: 'outputFormat' } },
      });
      return output;
    },
  };
}

function openai({ url, headers }: Setup): ReturnType<typeof createOpenAI> {
  return createOpenAI({ baseURL: `${url}/v1`, apiKey: 'key-of-the-caller', headers });
}

// The client knows by their names which of OpenAI's models reason, and has to be told of others.
const responses: Connection = {
  name: '@ai-sdk/openai',
  model: (setup) => openai(setup)(setup.model),
  options: (thinks) => ({ openai: { store: false, ...(thinks ? { forceReasoning: true, reasoningEffort: 'low', reasoningSummary: 'auto' } : {}) } }),
};

/** As the package does it unless it is told otherwise: later turns only name the items of earlier ones. */
const kept: Connection = {
  ...responses,
  name: '@ai-sdk/openai, responses that are kept',
  options: (thinks) => ({ openai: thinks ? { forceReasoning: true, reasoningEffort: 'low', reasoningSummary: 'auto' } : {} }),
};

const chat: Connection = {
  name: '@ai-sdk/openai, chat',
  model: (setup) => openai(setup).chat(setup.model),
  options: (thinks) => ({ openai: thinks ? { forceReasoning: true, reasoningEffort: 'low' } : {} }),
};

const anthropic: Connection = {
  name: '@ai-sdk/anthropic',
  model: ({ url, headers, model }) => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'key-of-the-caller', headers })(model),
  options: (thinks) => ({ anthropic: thinks ? { thinking: { type: 'enabled', budgetTokens: 1024 } } : {} }),
};

const DROPS = 'the package drops the members of chat completions that are not of OpenAI';

testClient(clientOf(responses));
testClient(clientOf(kept));
testClient(clientOf(chat, { reasoning: DROPS, proofs: DROPS }));
testClient(clientOf(anthropic));
