import type { JsonSchema } from '../../ir/json.ts';
import type { ChatRequest, MediaPart, MediaSource, Message, Part, ReasoningRequest, Tool, ToolChoice } from '../../ir/request.ts';
import { withoutCustomTools } from '../custom-tools.ts';
import { textOfSource } from '../media.ts';

type Reword = (request: ChatRequest) => ChatRequest;

/** How a dialect may put a request, said of the canonical form: behind it both forms of a request are the same. */
export const REWORDINGS = {
  customToolsAsFunctions: { title: 'tools that take free text are functions with that text for their only argument', reword: withoutCustomTools },
  limitAboveBudget: {
    title: 'the limit of an answer exceeds the budget for its thoughts',
    reword: (request: ChatRequest): ChatRequest =>
      request.reasoning === undefined ? request : { ...request, sampling: { ...request.sampling, maxTokens: undefined } },
  },
  allowedToolsAlone: {
    title: 'a choice among some tools is made by offering no others',
    reword: (request: ChatRequest): ChatRequest => {
      const { toolChoice: choice } = request;
      return choice?.mode === 'allowed' ? offering(request, choice.names, choice.required) : request;
    },
  },
  namedToolAlone: {
    title: 'a tool is forced by allowing no other',
    reword: (request: ChatRequest): ChatRequest => {
      const { toolChoice: choice } = request;
      return choice?.mode === 'tool' ? offering(request, [choice.name], true) : request;
    },
  },
  autoUnsaid: {
    title: 'that the model may choose among the tools is not said',
    reword: (request: ChatRequest): ChatRequest => (request.toolChoice?.mode === 'auto' ? { ...request, toolChoice: undefined } : request),
  },
  noneUnoffered: {
    title: 'where no tool may be called, none is offered',
    reword: (request: ChatRequest): ChatRequest =>
      request.toolChoice?.mode === 'none' && !hasCalls(request) ? { ...request, tools: undefined, toolChoice: undefined } : request,
  },
  serialOfNone: {
    title: 'that one tool may be called at a time is not said where none may be',
    reword: (request: ChatRequest): ChatRequest => (request.toolChoice?.mode === 'none' ? { ...request, parallelToolCalls: undefined } : request),
  },
  plainSchemas: {
    title: 'the schema of an answer goes without its name and strictness',
    reword: (request: ChatRequest): ChatRequest => {
      const { format } = request;
      return format?.type === 'json_schema' ? { ...request, format: { type: 'json_schema', schema: format.schema } } : request;
    },
  },
  closedSchemas: {
    title: 'schemas do not say that they are strict or that objects are closed',
    reword: (request: ChatRequest): ChatRequest => ({
      ...request,
      tools: request.tools?.map(withOpenSchema),
      format: request.format?.type === 'json_schema' ? { ...request.format, schema: opened(request.format.schema) } : request.format,
    }),
  },
  textsQuoted: {
    title: 'documents that are given as text are quoted under their names',
    reword: inParts((part) => [part.type === 'media' && part.source.kind === 'text' ? quoted(part, part.source.text) : part]),
  },
  textFilesQuoted: {
    title: 'files of text are quoted under their names',
    reword: inParts((part) => {
      const text = part.type === 'media' ? textOfSource(part.source) : undefined;
      return [part.type === 'media' && text !== undefined ? quoted(part, text) : part];
    }),
  },
  callsWithoutIds: {
    title: 'results of tools find their calls by name and order',
    reword: inParts((part) => [part.type === 'tool_call' || part.type === 'tool_result' ? { ...part, id: '' } : part]),
  },
  imagesBehindResults: {
    title: 'images in the results of tools follow behind the results',
    reword: inMessages((message) => {
      if (message.role !== 'user') return message;
      const images = message.parts.flatMap((part) => (part.type === 'tool_result' ? part.content.filter((piece) => piece.type === 'media') : []));
      const parts = message.parts.map((part) =>
        part.type === 'tool_result' ? { ...part, content: part.content.filter((piece) => piece.type === 'text') } : part,
      );
      return { ...message, parts: [...parts, ...images] };
    }),
  },
  documentsApart: {
    title: 'documents of text stand apart from the conversation, together with what is said about them',
    reword: (request: ChatRequest): ChatRequest => {
      const documents: MediaPart[] = [];
      const without = inParts((part) => {
        const text = part.type === 'media' ? textOfSource(part.source) : undefined;
        if (part.type !== 'media' || text === undefined) return [part];
        const { name: title, context } = part;
        const said = context === undefined ? text : JSON.stringify({ title, text, context });
        documents.push({ ...part, context: undefined, source: { kind: 'text', text: said } });
        return [];
      })(request);
      return { ...without, messages: [{ role: 'user', parts: documents }, ...withoutSilence(without).messages] };
    },
  },
  fillerUnsaid: {
    title: 'a blank or a full stop stands in for missing words',
    reword: (request: ChatRequest): ChatRequest =>
      withoutSilence(inParts((part) => (part.type === 'text' && /^[ .]$/.test(part.text) ? [] : [part]))(request)),
  },
} satisfies Record<string, { readonly title: string; readonly reword: Reword }>;

export type Rewording = keyof typeof REWORDINGS;

/**
 * A request in the words of a dialect that rewords so. Thoughts of former turns are left out, because only their own provider is sent them,
 * and so is the amount of thinking: each model has its own measure of it.
 */
export function inOwnWords(request: ChatRequest, rewordings: readonly Rewording[]): ChatRequest {
  const reworded = rewordings.reduce((rest, name) => REWORDINGS[name].reword(rest), request);
  const said = inParts((part) => (part.type === 'reasoning' ? [] : [withPlainText(part)]))(reworded);
  return { ...said, reasoning: said.reasoning && plainReasoning(said.reasoning), toolChoice: plainChoice(said) };
}

/** To let the model decide how much it thinks is to say nothing. */
function plainReasoning({ mode, effort }: ReasoningRequest): ReasoningRequest | undefined {
  if (mode === 'adaptive' && effort === undefined) return undefined;
  return { mode: mode === 'disabled' || effort === 'none' ? 'disabled' : 'enabled' };
}

/** To choose from one tool is to choose that tool. */
function plainChoice({ toolChoice: choice, tools = [] }: ChatRequest): ToolChoice | undefined {
  const isForced = choice?.mode === 'required' || (choice?.mode === 'allowed' && choice.required);
  const [only, ...others] = choice?.mode === 'allowed' ? choice.names : tools.flatMap((tool) => (tool.type === 'hosted' ? [] : [tool.name]));
  return isForced && only !== undefined && others.length === 0 ? { mode: 'tool', name: only } : choice;
}

function withoutSilence(request: ChatRequest): ChatRequest {
  return { ...request, messages: request.messages.filter(({ parts }) => parts.length > 0) };
}

function quoted({ name }: MediaPart, text: string): Part {
  return { type: 'text', text: name === undefined ? text : `${name}\n\n${text}` };
}

function offering(request: ChatRequest, names: readonly string[], isForced: boolean): ChatRequest {
  const tools = request.tools?.filter((tool) => tool.type === 'hosted' || names.includes(tool.name));
  return { ...request, tools, toolChoice: { mode: isForced ? 'required' : 'auto' } };
}

function hasCalls({ messages }: ChatRequest): boolean {
  return messages.some(({ parts }) => parts.some(({ type }) => type === 'tool_call'));
}

function withOpenSchema(tool: Tool): Tool {
  return tool.type === 'function' ? { ...tool, strict: undefined, parameters: tool.parameters && opened(tool.parameters) } : tool;
}

function opened({ additionalProperties, ...schema }: JsonSchema): JsonSchema {
  return additionalProperties === false || additionalProperties === undefined ? schema : { ...schema, additionalProperties };
}

function inMessages(change: (message: Message, index: number) => Message): Reword {
  return (request) => ({ ...request, messages: request.messages.map(change) });
}

function inParts(change: (part: Part) => readonly Part[]): Reword {
  return inMessages((message) => ({ ...message, parts: message.parts.flatMap(change) }) as Message);
}

/** Text is the same whether it is sent as a file or as it is. */
function withPlainText(part: Part): Part {
  return part.type === 'media' ? { ...part, source: plainSource(part.source) } : part;
}

function plainSource(source: MediaSource): MediaSource {
  const text = textOfSource(source);
  return text === undefined ? source : { kind: 'text', text };
}
