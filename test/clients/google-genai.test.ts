import { ApiError, GoogleGenAI, type GenerateContentResponse, type Part } from '@google/genai';
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

function connect({ url, headers }: Setup): GoogleGenAI {
  return new GoogleGenAI({ apiKey: 'key-of-the-caller', httpOptions: { baseUrl: url, headers: { ...headers } } });
}

/** The client keeps the history of its chats itself, the chunks of streams as contents of their own; only new parts are handed to it. */
function converse(asking: Asking): Conversation<Part[]> {
  const { model, stream, tools, thinks, onText } = asking;
  const { parameters, ...tool } = WEATHER;
  const chat = connect(asking).chats.create({
    model,
    config: {
      systemInstruction: SYSTEM,
      ...(tools ? { tools: [{ functionDeclarations: [{ ...tool, parametersJsonSchema: parameters }] }] } : {}),
      ...(thinks ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } } : {}),
    },
  });
  return new Conversation<Part[]>({
    says: (text, picture) => [{ text }, ...(picture === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: picture } }])],
    gives: (outputs) => [outputs.map(({ id, text }) => ({ functionResponse: { id, name: WEATHER.name, response: { output: text } } }))],
    async ask(history) {
      const message = history.at(-1) ?? [];
      const replies = stream ? await collect(await chat.sendMessageStream({ message }), onText) : [await chat.sendMessage({ message })];
      return { turn: turnOf(replies), messages: [] };
    },
  });
}

async function collect(chunks: AsyncIterable<GenerateContentResponse>, onText: Asking['onText']): Promise<GenerateContentResponse[]> {
  const replies: GenerateContentResponse[] = [];
  for await (const reply of chunks) {
    replies.push(reply);
    const text = textOf(reply, false);
    if (text !== '') onText(text);
  }
  return replies;
}

function textOf({ candidates }: GenerateContentResponse, isThought: boolean): string {
  return joined(candidates?.[0]?.content?.parts ?? [], ({ text, thought = false }) => (thought === isThought ? text : ''));
}

function turnOf(replies: readonly GenerateContentResponse[]): Turn {
  const usage = replies.findLast(({ usageMetadata }) => usageMetadata !== undefined)?.usageMetadata;
  return {
    text: joined(replies, (reply) => textOf(reply, false)),
    reasoning: joined(replies, (reply) => textOf(reply, true)),
    calls: replies.flatMap(({ functionCalls = [] }) => functionCalls).map(({ id = '', name = '', args }) => ({ id, name, input: args })),
    finish: replies.at(-1)?.candidates?.[0]?.finishReason ?? '',
    usage: used(usage?.promptTokenCount, (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0), usage?.cachedContentTokenCount),
  };
}

const genai: Client = {
  name: '@google/genai',
  finish: { done: ['STOP'], tools: ['STOP'] },
  converse,
  busy: (error) => (error instanceof ApiError ? { status: error.status, message: error.message } : undefined),
  async structured(setup) {
    const reply = await connect(setup).models.generateContent({
      model: setup.model,
      contents: CLIMATE_QUESTION,
      config: { responseMimeType: 'application/json', responseJsonSchema: CLIMATE },
    });
    return JSON.parse(reply.text ?? '') as unknown;
  },
};

testClient(genai);
