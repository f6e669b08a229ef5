import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  ThrottlingException,
  type ContentBlock,
  type ContentBlockDelta,
  type ConverseCommandInput,
  type ConverseStreamOutput,
  type Message,
  type TokenUsage,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
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

/** The client speaks HTTP/2 unless it is told otherwise, and signs its requests with whatever credentials it has. */
function connect({ url, headers }: Setup): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIA0', secretAccessKey: 'secret-of-the-caller' },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
  client.middlewareStack.add((next) => (call) => next({ ...call, request: withHeaders(call.request, headers) }), { step: 'build' });
  return client;
}

function withHeaders(request: unknown, headers: Setup['headers']): unknown {
  return Object.assign(request as object, { headers: { ...(request as { headers: object }).headers, ...headers } });
}

/** An answer, whole or put together from its events. */
interface Answer {
  readonly content: ContentBlock[];
  readonly stopReason: string | undefined;
  readonly usage: TokenUsage | undefined;
}

function converse(asking: Asking): Conversation<Message> {
  const { model, stream, tools, thinks, onText } = asking;
  const client = connect(asking);
  const { parameters, ...tool } = WEATHER;
  return new Conversation<Message>({
    says: (text, picture) => ({
      role: 'user',
      content: [
        { text },
        ...(picture === undefined ? [] : [{ image: { format: 'png', source: { bytes: Buffer.from(picture, 'base64') } } } as const]),
      ],
    }),
    gives: (outputs) => [{ role: 'user', content: outputs.map(({ id, text }) => ({ toolResult: { toolUseId: id, content: [{ text }] } })) }],
    async ask(history) {
      const request: ConverseCommandInput = {
        modelId: model,
        system: [{ text: SYSTEM }],
        messages: [...history],
        ...(tools ? { toolConfig: { tools: [{ toolSpec: { ...tool, inputSchema: { json: parameters } } }] } } : {}),
        ...(thinks ? { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } } } : {}),
      };
      const answer = stream ? await askStreamed(client, request, onText) : await askWhole(client, request);
      return { turn: turnOf(answer), messages: [{ role: 'assistant', content: answer.content }] };
    },
  });
}

async function askWhole(client: BedrockRuntimeClient, request: ConverseCommandInput): Promise<Answer> {
  const { output, stopReason, usage } = await client.send(new ConverseCommand(request));
  return { content: output?.message?.content ?? [], stopReason, usage };
}

function turnOf({ content, stopReason = '', usage }: Answer): Turn {
  const cached = usage?.cacheReadInputTokens ?? 0;
  const prompt = (usage?.inputTokens ?? 0) + cached + (usage?.cacheWriteInputTokens ?? 0);
  return {
    text: joined(content, ({ text }) => text),
    reasoning: joined(content, ({ reasoningContent }) => reasoningContent?.reasoningText?.text),
    calls: content.flatMap(({ toolUse }) =>
      toolUse === undefined ? [] : [{ id: toolUse.toolUseId ?? '', name: toolUse.name ?? '', input: toolUse.input }],
    ),
    finish: stopReason,
    usage: used(prompt, usage?.outputTokens, cached),
  };
}

/** A block as far as it has arrived. */
interface Draft {
  text: string;
  toolUse: { toolUseId: string | undefined; name: string | undefined; input: string } | undefined;
  reasoning: { text: string; signature: string | undefined } | undefined;
}

async function askStreamed(client: BedrockRuntimeClient, request: ConverseCommandInput, onText: Asking['onText']): Promise<Answer> {
  const { stream = [] } = await client.send(new ConverseStreamCommand(request));
  const drafts: Draft[] = [];
  let stopReason: string | undefined;
  let usage: TokenUsage | undefined;
  for await (const event of stream) {
    addTo(drafts, event);
    if (event.contentBlockDelta?.delta?.text !== undefined) onText(event.contentBlockDelta.delta.text);
    stopReason ??= event.messageStop?.stopReason;
    usage ??= event.metadata?.usage;
  }
  return { content: drafts.map(blockOf), stopReason, usage };
}

function addTo(drafts: Draft[], { contentBlockStart, contentBlockDelta }: ConverseStreamOutput): void {
  const index = (contentBlockStart ?? contentBlockDelta)?.contentBlockIndex;
  if (index === undefined) return;
  const draft = (drafts[index] ??= { text: '', toolUse: undefined, reasoning: undefined });
  const toolUse = contentBlockStart?.start?.toolUse;
  if (toolUse !== undefined) draft.toolUse = { toolUseId: toolUse.toolUseId, name: toolUse.name, input: '' };
  if (contentBlockDelta?.delta !== undefined) extend(draft, contentBlockDelta.delta);
}

function extend(draft: Draft, { text, toolUse, reasoningContent }: ContentBlockDelta): void {
  draft.text += text ?? '';
  if (draft.toolUse !== undefined) draft.toolUse.input += toolUse?.input ?? '';
  if (reasoningContent === undefined) return;
  draft.reasoning ??= { text: '', signature: undefined };
  draft.reasoning.text += reasoningContent.text ?? '';
  draft.reasoning.signature ??= reasoningContent.signature;
}

function blockOf({ text, toolUse, reasoning }: Draft): ContentBlock {
  if (toolUse !== undefined) return { toolUse: { ...toolUse, input: JSON.parse(toolUse.input) } };
  return reasoning === undefined ? { text } : { reasoningContent: { reasoningText: reasoning } };
}

const bedrock: Client = {
  name: '@aws-sdk/client-bedrock-runtime',
  finish: { done: ['end_turn'], tools: ['tool_use'] },
  lacks: { key: 'it signs its requests' },
  converse,
  busy: (error) => (error instanceof ThrottlingException ? { status: error.$metadata.httpStatusCode, message: error.message } : undefined),
  async structured(setup) {
    const { content } = await askWhole(connect(setup), {
      modelId: setup.model,
      messages: [{ role: 'user', content: [{ text: CLIMATE_QUESTION }] }],
      outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'climate', schema: JSON.stringify(CLIMATE) } } } },
    });
    return JSON.parse(joined(content, ({ text }) => text)) as unknown;
  },
};

testClient(bedrock);
