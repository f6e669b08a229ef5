import type { ErrorInfo } from '../errors.ts';
import type { DialectId } from '../ir/dialect-id.ts';
import type { ChatEvent, FinishEvent, MediaEvent, StartEvent, Usage } from '../ir/events.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { Citation, Signature } from '../ir/request.ts';

/** A whole answer, folded from its events: what the encoders of whole replies read. */
export interface Answer {
  readonly start: StartEvent | undefined;
  readonly choices: readonly Choice[];
  readonly usage: Usage | undefined;
  readonly error: ErrorInfo | undefined;
}

export interface Choice {
  readonly index: number;
  /** In the order in which they began. */
  readonly blocks: readonly Block[];
  readonly finish: FinishEvent | undefined;
  /** The `content` lists of all logprobs events, joined. */
  readonly logprobs: readonly Json[];
}

export type Block =
  | { type: 'text'; text: string; citations: Citation[]; signature?: Signature | undefined }
  | { type: 'reasoning'; text: string; signature?: Signature | undefined; redacted?: string | undefined }
  | { type: 'refusal'; text: string }
  | { type: 'tool_call'; id: string; name: string; arguments: string; custom: boolean; signature?: Signature | undefined }
  | { type: 'media'; media: MediaEvent }
  | { type: 'opaque'; dialect: DialectId; value: JsonObject };

interface OpenChoice {
  index: number;
  blocks: Map<number, Block>;
  finish: FinishEvent | undefined;
  logprobs: Json[];
}

type BlockEvent = Extract<ChatEvent, { block: number }>;

/** Folds a list of events into an answer. Choices come in the order of their index. */
export function collectAnswer(events: readonly ChatEvent[]): Answer {
  let start: StartEvent | undefined;
  let usage: Usage | undefined;
  let error: ErrorInfo | undefined;
  const choices = new Map<number, OpenChoice>();
  for (const event of events) {
    if (event.type === 'start') start ??= event;
    else if (event.type === 'usage') usage = event.usage;
    else if (event.type === 'error') error = event.error;
    else addToChoice(choiceOf(choices, event.choice), event);
  }
  const ordered = [...choices.values()].sort((a, b) => a.index - b.index);
  return { start, usage, error, choices: ordered.map(closeChoice) };
}

function closeChoice({ index, blocks, finish, logprobs }: OpenChoice): Choice {
  return { index, blocks: [...blocks.values()], finish, logprobs };
}

function choiceOf(choices: Map<number, OpenChoice>, index: number): OpenChoice {
  let choice = choices.get(index);
  if (choice === undefined) choices.set(index, (choice = { index, blocks: new Map(), finish: undefined, logprobs: [] }));
  return choice;
}

function addToChoice(choice: OpenChoice, event: Exclude<ChatEvent, { type: 'start' | 'usage' | 'error' }>): void {
  if (event.type === 'finish') choice.finish = event;
  else if (event.type === 'logprobs') choice.logprobs.push(...logprobContent(event.value));
  else {
    const block = choice.blocks.get(event.block);
    if (block === undefined) choice.blocks.set(event.block, openBlock(event));
    else extendBlock(block, event);
  }
}

function logprobContent(value: Json): readonly Json[] {
  const content = (value as { content?: Json } | null)?.content;
  return Array.isArray(content) ? content : [];
}

const BLANK_TEXT = { type: 'text', text: '' } as const;

/** The block that its first event opens; a citation or a piece of arguments without an opening event opens what it belongs to. */
function openBlock(event: BlockEvent): Block {
  switch (event.type) {
    case 'text':
      return { type: 'text', text: event.text, citations: [], signature: event.signature };
    case 'citation':
      return { ...BLANK_TEXT, citations: [event.citation] };
    case 'reasoning':
      return { type: 'reasoning', text: event.text, signature: event.signature, redacted: event.redacted };
    case 'refusal':
      return { type: 'refusal', text: event.text };
    case 'tool_call':
      return {
        type: 'tool_call',
        id: event.id,
        name: event.name,
        arguments: event.arguments,
        custom: event.custom === true,
        signature: event.signature,
      };
    case 'tool_arguments':
      return { type: 'tool_call', id: '', name: '', arguments: event.text, custom: false };
    case 'media':
      return { type: 'media', media: event };
    case 'opaque':
      return { type: 'opaque', dialect: event.dialect, value: event.value };
  }
}

function extendBlock(block: Block, event: BlockEvent): void {
  if (block.type === 'text' && event.type === 'citation') block.citations.push(event.citation);
  else if (block.type === 'tool_call' && event.type === 'tool_arguments') block.arguments += event.text;
  else if ('text' in block && 'text' in event) {
    block.text += event.text;
    if ('signature' in event && event.signature !== undefined && block.type !== 'refusal') block.signature = event.signature;
  }
}

/** The texts of a choice, joined; citations and other blocks between them leave no trace. */
export function textOf(choice: Choice): string {
  return choice.blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
