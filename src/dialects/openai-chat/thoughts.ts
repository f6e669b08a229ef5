import type { AssistantMessage, ChatRequest, Native, ReasoningPart } from '../../ir/request.ts';
import { textOf } from '../lenient.ts';

/** How a host takes back what its model thought, so that the model goes on thinking where a tool was called. */
export interface ThoughtsBack {
  /** The member of the message that holds the thoughts. */
  readonly member: 'reasoning' | 'reasoning_content';
  /** Messages that call tools are refused without it. */
  readonly isDemanded?: boolean;
}

/** The request with its thoughts marked to be sent: hosts that are not known to take them back refuse them. */
export function withThoughts(request: ChatRequest, thoughts: ThoughtsBack): ChatRequest {
  const mark: Native = { dialect: 'openai-chat', value: { member: thoughts.member } };
  return { ...request, messages: request.messages.map((message) => (message.role === 'assistant' ? marked(message, thoughts, mark) : message)) };
}

function marked(message: AssistantMessage, { isDemanded = false }: ThoughtsBack, native: Native): AssistantMessage {
  const parts = message.parts.map((part) => (part.type === 'reasoning' && part.text !== '' ? { ...part, native } : part));
  const hasThoughts = parts.some((part) => part.type === 'reasoning' && part.native === native);
  const isLacking = isDemanded && !hasThoughts && parts.some(({ type }) => type === 'tool_call');
  return { ...message, parts: isLacking ? [{ type: 'reasoning', text: '', native }, ...parts] : parts };
}

/** The member that marked thoughts are sent in; undefined for others. */
export function memberOfThoughts({ native }: ReasoningPart): string | undefined {
  return native?.dialect === 'openai-chat' ? textOf(native.value.member) : undefined;
}
