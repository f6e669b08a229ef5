import type { DialectId } from '../../ir/dialect-id.ts';
import type { ChatEvent, FinishReason, Usage } from '../../ir/events.ts';
import type { Json } from '../../ir/json.ts';
import type { ChatRequest, Citation, MediaSource, Part, Signature, TextPart } from '../../ir/request.ts';
import { collectAnswer } from '../answer.ts';
import type { Choice } from '../answer.ts';
import { hoistSystem, mergeTurns } from '../conversation.ts';
import { parseJson } from '../read.ts';

/** What must survive a journey through a wire format, in a form that two requests can be compared by. */
export function requestMeaning(request: ChatRequest, keepsToolIds: boolean): unknown {
  const { system, turns } = hoistSystem(request.messages);
  const { extra: _extra, messages: _messages, tools, ...rest } = request;
  return plain({
    ...rest,
    system: joined(system),
    cacheHints: system.map((part) => part.cache),
    turns: mergeTurns(turns).map((turn) => ({ role: turn.role, name: turn.name, parts: turn.parts.map((part) => partMeaning(part, keepsToolIds)) })),
    tools: tools?.map((tool) => ({ ...tool, extra: undefined })),
  });
}

function partMeaning(part: Part, keepsToolIds: boolean): unknown {
  switch (part.type) {
    case 'text':
      return { text: part.text, cache: part.cache };
    case 'tool_call':
      return { ...part, id: keepsToolIds ? part.id : undefined, arguments: parseJson(part.arguments) ?? part.arguments };
    case 'tool_result':
      return {
        result: joined(part.content.filter((piece) => piece.type === 'text')),
        media: part.content.filter((piece) => piece.type === 'media').map((piece) => sourceMeaning(piece.source)),
        id: keepsToolIds ? part.id : undefined,
        isError: part.isError === true,
      };
    case 'media':
      return { kind: part.kind, source: sourceMeaning(part.source), detail: part.detail, context: part.context, citable: part.citable };
    default:
      return part;
  }
}

function sourceMeaning(source: MediaSource): unknown {
  return source.kind === 'url' ? { url: source.url } : source;
}

function joined(parts: readonly TextPart[]): string {
  return parts.map((part) => part.text).join('\n');
}

/** What may be compared in the dialect `own`. */
export interface MeaningOptions {
  readonly own: DialectId;
  readonly keepsToolIds: boolean;
  /** Whether the dialect carries the id and the model of an answer. */
  readonly keepsIdentity: boolean;
}

/** What an answer says, to be compared with another. */
export interface AnswerMeaning {
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  readonly choices: readonly ChoiceMeaning[];
  readonly usage?: UsageMeaning | undefined;
  readonly error?: string | undefined;
}

export interface ChoiceMeaning {
  readonly index: number;
  readonly text: string;
  readonly textSignatures: readonly Signature[];
  readonly reasoning: string;
  readonly signatures: readonly Signature[];
  readonly redacted: readonly string[];
  readonly refusal: string;
  readonly calls: readonly {
    readonly id?: string | undefined;
    readonly name: string;
    readonly custom: boolean;
    readonly arguments: unknown;
    readonly signature: readonly Signature[];
  }[];
  readonly citations: readonly Pick<Citation, 'url' | 'title'>[];
  readonly media: readonly { readonly kind: string; readonly source: unknown }[];
  readonly logprobs: readonly Json[];
  readonly finish?: FinishReason | undefined;
}

export type UsageMeaning = ReturnType<typeof usageMeaning>;

/** What an answer says, whatever its pieces were: blocks of one kind are joined, records of other dialects are left out. */
export function answerMeaning(events: readonly ChatEvent[], options: MeaningOptions): AnswerMeaning {
  const answer = collectAnswer(events);
  const meaning: AnswerMeaning = {
    id: options.keepsIdentity ? answer.start?.id : undefined,
    model: options.keepsIdentity ? answer.start?.model : undefined,
    choices: answer.choices.map((choice) => choiceMeaning(choice, options)),
    usage: answer.usage === undefined ? undefined : usageMeaning(answer.usage),
    error: answer.error?.message,
  };
  return plain(meaning) as unknown as AnswerMeaning;
}

/** Kinds of the first choice's blocks in order: those that follow their like count once, calls each. Records of a dialect's own are left out. */
export function blockOrder(events: readonly ChatEvent[]): string {
  const [choice] = collectAnswer(events).choices;
  const blocks = (choice?.blocks ?? []).filter((block) => block.type !== 'opaque' && !(block.type === 'text' && block.text === ''));
  const kinds = blocks.map((block) => (block.type === 'reasoning' && block.redacted !== undefined ? 'redacted' : block.type));
  return kinds.filter((kind, index) => kind === 'tool_call' || kind !== kinds[index - 1]).join(', ');
}

function choiceMeaning(choice: Choice, { own, keepsToolIds }: MeaningOptions): ChoiceMeaning {
  const blocks = <T extends Choice['blocks'][number]['type']>(type: T) =>
    choice.blocks.filter((block): block is Extract<Choice['blocks'][number], { type: T }> => block.type === type);
  return {
    index: choice.index,
    text: blocks('text')
      .map((block) => block.text)
      .join(''),
    textSignatures: blocks('text').flatMap((block) => signed(block.signature, own)),
    reasoning: blocks('reasoning')
      .map((block) => block.text)
      .join(''),
    signatures: blocks('reasoning').flatMap((block) => signed(block.signature, own)),
    redacted: blocks('reasoning').flatMap((block) => (block.redacted === undefined ? [] : [block.redacted])),
    refusal: blocks('refusal')
      .map((block) => block.text)
      .join(''),
    calls: blocks('tool_call').map((block) => ({
      id: keepsToolIds ? block.id : undefined,
      name: block.name,
      custom: block.custom,
      arguments: block.custom ? block.arguments : argumentsMeaning(block.arguments),
      signature: signed(block.signature, own),
    })),
    citations: blocks('text').flatMap((block) => block.citations.map(({ url, title }) => ({ url, title }))),
    media: blocks('media').map((block) => ({ kind: block.media.kind, source: sourceMeaning(block.media.source) })),
    logprobs: choice.logprobs,
    finish: choice.finish?.reason,
  };
}

/** A signature without an origin belongs to the dialect that carries it. */
function signed(signature: Signature | undefined, own: DialectId): Signature[] {
  return signature === undefined ? [] : [{ value: signature.value, origin: signature.origin ?? own }];
}

function argumentsMeaning(text: string): unknown {
  return text === '' ? {} : (parseJson(text) ?? text);
}

/** Prompt and completion as sums of their buckets, so that they can be compared with dialects that report fewer buckets. */
export function usageTotals(usage: Usage): { readonly prompt: number; readonly completion: number } {
  return {
    prompt: (usage.input ?? 0) + (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0) + (usage.toolPrompt ?? 0),
    completion: (usage.output ?? 0) + (usage.reasoning ?? 0),
  };
}

function usageMeaning(usage: Usage) {
  return { ...usageTotals(usage), cacheRead: usage.cacheRead ?? 0, cacheWrite: usage.cacheWrite ?? 0, reasoning: usage.reasoning ?? 0 };
}

/** As plain JSON: no undefined members, no class instances. */
export function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
