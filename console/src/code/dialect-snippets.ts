import type { Json } from '../api/types.ts';
import { askedIn, keyIn, type Asked, type CodeCall, type Turn } from './asked.ts';
import { Expression, scriptLiteral } from './literals.ts';

/** The members that have a value. */
function set(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The parts of a turn; a lone text may stand for itself. */
function partsOf(parts: readonly unknown[], turn: Turn): unknown {
  return parts.length === 1 && turn.text !== '' ? turn.text : parts;
}

/** A list that is there only if something is in it. */
function some<One>(list: readonly One[]): readonly One[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Responses of OpenAI. */
export function responsesNode(call: CodeCall): string {
  const asked = askedIn(call.body);
  const body = set({
    model: asked.model,
    instructions: asked.system,
    input: asked.turns.flatMap(responsesItems),
    tools: some(asked.tools.map(({ name, description, parameters }) => set({ type: 'function', name, description, parameters, strict: false }))),
    text: asked.schema === undefined ? undefined : { format: { type: 'json_schema', name: 'answer', strict: true, schema: asked.schema } },
    reasoning: asked.effort === undefined ? undefined : { effort: asked.effort },
    temperature: asked.temperature,
    top_p: asked.topP,
    max_output_tokens: asked.maxTokens,
    stream: asked.isStreamed ? true : undefined,
  });
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${call.origin}/v1',
  apiKey: '${keyIn(call)}',
  defaultHeaders: ${scriptLiteral(call.headers, 1)},
});
const answer = await client.responses.create(${scriptLiteral(body)});
${
  asked.isStreamed
    ? "for await (const event of answer) if (event.type === 'response.output_text.delta') process.stdout.write(event.delta);"
    : 'console.log(answer.output_text || answer.output);'
}
`;
}

function responsesItems({ role, text, pictures, calls, results }: Turn): unknown[] {
  const content = [
    ...(text === '' ? [] : [{ type: 'input_text', text }]),
    ...pictures.map(({ type, data }) => ({ type: 'input_image', detail: 'auto', image_url: `data:${type};base64,${data}` })),
  ];
  const said = pictures.length === 0 ? text : content;
  return [
    ...(role === 'tool' || (text === '' && pictures.length === 0) ? [] : [{ role, content: said }]),
    ...calls.map(({ id, name, input }) => ({ type: 'function_call', call_id: id, name, arguments: JSON.stringify(input) })),
    ...results.map(({ id, text: output }) => ({ type: 'function_call_output', call_id: id, output })),
  ];
}

const LONGEST_ANSWER = 1024;

/** Messages of Anthropic. */
export function anthropicNode(call: CodeCall): string {
  const asked = askedIn(call.body);
  const body = set({
    model: asked.model,
    max_tokens: asked.maxTokens ?? LONGEST_ANSWER,
    system: asked.system,
    temperature: asked.temperature,
    top_p: asked.topP,
    tools: some(asked.tools.map(({ name, description, parameters }) => set({ name, description, input_schema: parameters }))),
    output_config:
      asked.schema === undefined && asked.effort === undefined
        ? undefined
        : set({ effort: asked.effort, format: asked.schema === undefined ? undefined : { type: 'json_schema', schema: asked.schema } }),
    messages: asked.turns.map(anthropicMessage),
    stream: asked.isStreamed ? true : undefined,
  });
  return `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: '${call.origin}',
  apiKey: '${keyIn(call)}',
  defaultHeaders: ${scriptLiteral(call.headers, 1)},
});
const message = await client.messages.create(${scriptLiteral(body)});
${
  asked.isStreamed
    ? "for await (const { delta } of message) if (delta?.type === 'text_delta') process.stdout.write(delta.text);"
    : "for (const block of message.content) console.log(block.type === 'text' ? block.text : block);"
}
`;
}

function anthropicMessage(turn: Turn): unknown {
  const parts = [
    ...turn.pictures.map(({ type, data }) => ({ type: 'image', source: { type: 'base64', media_type: type, data } })),
    ...(turn.text === '' ? [] : [{ type: 'text', text: turn.text }]),
    ...turn.calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
    ...turn.results.map(({ id, text }) => ({ type: 'tool_result', tool_use_id: id, content: text })),
  ];
  return { role: turn.role === 'assistant' ? 'assistant' : 'user', content: partsOf(parts, turn) };
}

/** Gemini. */
export function googleNode(call: CodeCall): string {
  const asked = askedIn(call.body);
  const functions = asked.tools.map(({ name, description, parameters }) => set({ name, description, parametersJsonSchema: parameters }));
  const config = set({
    systemInstruction: asked.system,
    temperature: asked.temperature,
    topP: asked.topP,
    maxOutputTokens: asked.maxTokens,
    tools: functions.length === 0 ? undefined : [{ functionDeclarations: functions }],
    ...(asked.schema === undefined ? {} : { responseMimeType: 'application/json', responseJsonSchema: asked.schema }),
  });
  const body = set({
    model: asked.model,
    contents: asked.turns.map(geminiContent),
    config: Object.keys(config).length === 0 ? undefined : config,
  });
  return `import { GoogleGenAI } from '@google/genai';

const client = new GoogleGenAI({
  apiKey: '${keyIn(call)}',
  httpOptions: { baseUrl: '${call.origin}', headers: ${scriptLiteral(call.headers, 1)} },
});
const answer = await client.models.generateContent${asked.isStreamed ? 'Stream' : ''}(${scriptLiteral(body)});
${
  asked.isStreamed ? "for await (const chunk of answer) process.stdout.write(chunk.text ?? '');" : 'console.log(answer.text ?? answer.functionCalls);'
}
`;
}

function geminiContent({ role, text, pictures, calls, results }: Turn): unknown {
  const parts = [
    ...(text === '' ? [] : [{ text }]),
    ...pictures.map(({ type, data }) => ({ inlineData: { mimeType: type, data } })),
    ...calls.map(({ id, name, input }) => ({ functionCall: { id, name, args: input } })),
    ...results.map(({ id, name, text: output }) => ({ functionResponse: { id, name, response: { output } } })),
  ];
  return { role: role === 'assistant' ? 'model' : 'user', parts };
}

/** Chat of Cohere. */
export function cohereNode(call: CodeCall): string {
  const asked = askedIn(call.body);
  const body = set({
    model: asked.model,
    messages: [...(asked.system === undefined ? [] : [{ role: 'system', content: asked.system }]), ...asked.turns.flatMap(cohereMessages)],
    tools: some(asked.tools.map(({ name, description, parameters }) => ({ type: 'function', function: set({ name, description, parameters }) }))),
    responseFormat: asked.schema === undefined ? undefined : { type: 'json_object', jsonSchema: asked.schema },
    temperature: asked.temperature,
    p: asked.topP,
    maxTokens: asked.maxTokens,
  });
  return `import { CohereClientV2 } from 'cohere-ai';

const client = new CohereClientV2({
  token: '${keyIn(call)}',
  environment: '${call.origin}',
  headers: ${scriptLiteral(call.headers, 1)},
});
const answer = await client.chat${asked.isStreamed ? 'Stream' : ''}(${scriptLiteral(body)});
${
  asked.isStreamed
    ? "for await (const event of answer) if (event.type === 'content-delta') process.stdout.write(event.delta?.message?.content?.text ?? '');"
    : 'console.log(answer.message.content?.[0]?.text ?? answer.message.toolCalls);'
}
`;
}

function cohereMessages(turn: Turn): unknown[] {
  if (turn.role === 'tool') return turn.results.map(({ id, text }) => ({ role: 'tool', toolCallId: id, content: text }));
  const parts = [
    ...(turn.text === '' ? [] : [{ type: 'text', text: turn.text }]),
    ...turn.pictures.map(({ type, data }) => ({ type: 'image_url', imageUrl: { url: `data:${type};base64,${data}` } })),
  ];
  const toolCalls = turn.calls.map(({ id, name, input }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }));
  return [set({ role: turn.role, content: parts.length === 0 ? undefined : partsOf(parts, turn), toolCalls: some(toolCalls) })];
}

/** Converse of Bedrock, whose client has no headers to be set and has to be told of HTTP/1. */
export function bedrockNode(call: CodeCall): string {
  const asked = askedIn(call.body);
  const command = asked.isStreamed ? 'ConverseStreamCommand' : 'ConverseCommand';
  return `import { BedrockRuntimeClient, ${command} } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const client = new BedrockRuntimeClient({
  endpoint: '${call.origin}',
  region: 'us-east-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  requestHandler: new NodeHttpHandler(),
});
const headers = ${scriptLiteral(call.key === undefined ? call.headers : { ...call.headers, 'x-sluice-api-key': call.key })};
client.middlewareStack.add((next) => (call) => (Object.assign(call.request.headers, headers), next(call)), { step: 'build' });
const answer = await client.send(new ${command}(${scriptLiteral(converseBody(asked))}));
${
  asked.isStreamed
    ? "for await (const { contentBlockDelta } of answer.stream) process.stdout.write(contentBlockDelta?.delta?.text ?? '');"
    : 'for (const block of answer.output.message.content) console.log(block.text ?? block);'
}
`;
}

function converseBody(asked: Asked): Record<string, unknown> {
  const inference = set({ maxTokens: asked.maxTokens, temperature: asked.temperature, topP: asked.topP });
  const tools = asked.tools.map(({ name, description, parameters }) => ({ toolSpec: set({ name, description, inputSchema: { json: parameters } }) }));
  return set({
    modelId: asked.model,
    system: asked.system === undefined ? undefined : [{ text: asked.system }],
    messages: asked.turns.map(converseMessage),
    inferenceConfig: Object.keys(inference).length === 0 ? undefined : inference,
    toolConfig: tools.length === 0 ? undefined : { tools },
    outputConfig: asked.schema === undefined ? undefined : converseFormat(asked.schema),
  });
}

function converseFormat(schema: Json): unknown {
  return { textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(schema) } } } };
}

function converseMessage({ role, text, pictures, calls, results }: Turn): unknown {
  const content = [
    ...(text === '' ? [] : [{ text }]),
    ...pictures.map(({ type, data }) => ({
      image: { format: type.replace('image/', ''), source: { bytes: new Expression(`Buffer.from('${data}', 'base64')`) } },
    })),
    ...calls.map(({ id, name, input }) => ({ toolUse: { toolUseId: id, name, input } })),
    ...results.map(({ id, text: output }) => ({ toolResult: { toolUseId: id, content: [{ text: output }] } })),
  ];
  return { role: role === 'assistant' ? 'assistant' : 'user', content };
}
