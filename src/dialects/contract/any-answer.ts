import fc from 'fast-check';
import type { DialectId } from '../../ir/dialect-id.ts';
import type { ChatEvent, FinishEvent, FinishReason, Usage } from '../../ir/events.ts';
import type { Citation, Signature } from '../../ir/request.ts';

/** A block of an answer, before it is cut into pieces. */
type Draft =
  | { readonly kind: 'text'; readonly text: string; readonly citation?: Citation | undefined; readonly signature?: Signature | undefined }
  | { readonly kind: 'reasoning'; readonly text: string; readonly signature?: Signature | undefined }
  | { readonly kind: 'redacted'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly text: string; readonly custom: boolean; readonly signature?: Signature | undefined }
  | { readonly kind: 'image'; readonly text: string };

interface ChoiceDraft {
  readonly blocks: readonly Draft[];
  readonly finish: Pick<FinishEvent, 'reason' | 'stopSequence'>;
}

/** Texts, among them such as could be mistaken for framing, for the end of a stream or for the gateway's own tags. */
const TEXT = fc.oneof(
  { arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), weight: 3 },
  { arbitrary: fc.constantFrom(' ', '\n\n', '[DONE]', 'data: x\n\nevent: y', '"type":"message_stop"', '\u0000\u2028', 'sluice.', '"'), weight: 1 },
);
const NAME = fc.stringMatching(/^[a-z][a-z_]{0,11}$/);
const BASE64 = fc.uint8Array({ minLength: 1, maxLength: 24 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const ARGUMENTS = fc.oneof(
  fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }).map((value) => JSON.stringify(value)),
  fc.constant(''),
);
const CITATION: fc.Arbitrary<Citation> = fc.record({
  url: fc.constantFrom('https://example.com/rain', 'https://example.com/a?b=c#d'),
  title: fc.constantFrom('Rain', 'Über "Regen"'),
});

/** Dialects whose providers sign what their models think. */
const SIGNERS = ['anthropic-messages', 'gemini', 'openai-responses'] as const satisfies readonly DialectId[];
const SIGNATURE: fc.Arbitrary<Signature> = fc.record({ value: BASE64, origin: fc.constantFrom(...SIGNERS) });

/** Present one time in `times`. */
function rarely<T>(arbitrary: fc.Arbitrary<T>, times: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary, weight: 1 }, { arbitrary: fc.constant(undefined), weight: times - 1 });
}

function kind<Kind extends Draft['kind']>(name: Kind): fc.Arbitrary<Kind> {
  return fc.constant(name);
}

const BLOCK: fc.Arbitrary<Draft> = fc.oneof(
  { arbitrary: fc.record({ kind: kind('text'), text: TEXT, citation: rarely(CITATION, 3) }), weight: 5 },
  { arbitrary: fc.record({ kind: kind('reasoning'), text: TEXT, signature: rarely(SIGNATURE, 2) }), weight: 4 },
  { arbitrary: fc.record({ kind: kind('redacted'), text: BASE64 }), weight: 1 },
  {
    arbitrary: fc.record({ kind: kind('call'), name: NAME, text: ARGUMENTS, custom: fc.constant(false), signature: rarely(SIGNATURE, 4) }),
    weight: 6,
  },
  { arbitrary: fc.record({ kind: kind('call'), name: NAME, text: TEXT, custom: fc.constant(true) }), weight: 1 },
  { arbitrary: fc.record({ kind: kind('image'), text: BASE64 }), weight: 1 },
);

const FINISHES = fc.constantFrom<FinishReason>('stop', 'stop_sequence', 'length', 'content_filter', 'pause');

/** A choice with content of any kind in any order, or one that was refused. */
const CHOICE: fc.Arbitrary<ChoiceDraft> = fc.oneof(
  {
    arbitrary: fc.tuple(fc.array(BLOCK, { maxLength: 5 }), FINISHES, rarely(SIGNATURE, 6)).map(([blocks, finish, signature]): ChoiceDraft => {
      const reason = blocks.some((block) => block.kind === 'call') ? 'tool_calls' : finish;
      return { blocks: signedAtLast(blocks, signature), finish: { reason, stopSequence: reason === 'stop_sequence' ? 'END' : undefined } };
    }),
    weight: 9,
  },
  { arbitrary: TEXT.map((text): ChoiceDraft => ({ blocks: [{ kind: 'refusal', text }], finish: { reason: 'refusal' } })), weight: 1 },
);

/** Of the texts of an answer only the last is ever signed. */
function signedAtLast(blocks: readonly Draft[], signature: Signature | undefined): readonly Draft[] {
  const last = blocks.findLastIndex((block) => block.kind === 'text');
  return blocks.map((block, index) => (index === last ? ({ ...block, signature } as Draft) : block));
}

const COUNT = fc.nat({ max: 5000 });
const USAGE: fc.Arbitrary<Usage> = fc.record({
  input: COUNT,
  output: COUNT,
  cacheRead: rarely(COUNT, 2),
  cacheWrite: rarely(COUNT, 3),
  reasoning: rarely(COUNT, 2),
});

function answers(isInterleaved: boolean): fc.Arbitrary<readonly ChatEvent[]> {
  return fc
    .tuple(fc.array(CHOICE, { minLength: 1, maxLength: 2 }), USAGE, fc.infiniteStream(fc.nat({ max: 1000 })))
    .map(([choices, usage, random]) => {
      const next = (below: number): number => Number(random.next().value ?? 0) % Math.max(below, 1);
      const content = choices.flatMap((choice, index) => eventsOf(choice, index, { next, isInterleaved }));
      return [{ type: 'start', id: 'up-1', model: 'up-model', created: 1700000001 }, ...content, { type: 'usage', usage }];
    });
}

/**
 * Any answer that a provider could give: blocks of every kind in any order, one or two choices, each block cut into pieces anywhere and
 * the pieces of blocks that follow each other interleaved.
 */
export const ANY_ANSWER = answers(true);

/** The same with each block whole before the next one begins. */
export const ANY_ORDERLY_ANSWER = answers(false);

type Next = (below: number) => number;

interface Cutting {
  readonly next: Next;
  readonly isInterleaved: boolean;
}

function eventsOf({ blocks, finish }: ChoiceDraft, choice: number, { next, isInterleaved }: Cutting): ChatEvent[] {
  const queues = blocks.map((block, index) => ({ kind: block.kind, pieces: piecesOf(block, { choice, block: index }, next) }));
  const content = isInterleaved ? runsOf(queues).flatMap((run) => interleaved(run, next)) : queues.flatMap(({ pieces }) => pieces);
  return [...content, { type: 'finish', choice, ...finish }];
}

interface Queue {
  readonly kind: Draft['kind'];
  readonly pieces: ChatEvent[];
}

/** Neighbours that may interleave: any number of calls, but no two texts and no two thoughts, whose order is their meaning. */
function runsOf(queues: readonly Queue[]): Queue[][] {
  const runs: Queue[][] = [];
  for (const queue of queues) {
    const run = runs.at(-1);
    if (run === undefined || run.some(({ kind: other }) => other === queue.kind && other !== 'call')) runs.push([queue]);
    else run.push(queue);
  }
  return runs;
}

function piecesOf(draft: Draft, at: { readonly choice: number; readonly block: number }, next: Next): ChatEvent[] {
  const texts = cut(draft.text, next);
  switch (draft.kind) {
    case 'text':
    case 'reasoning':
      return [
        ...texts.map((text): ChatEvent => ({ type: draft.kind, ...at, text })),
        ...('citation' in draft && draft.citation !== undefined ? [{ type: 'citation' as const, ...at, citation: draft.citation }] : []),
        ...(draft.signature === undefined ? [] : [{ type: draft.kind, ...at, text: '', signature: draft.signature }]),
      ];
    case 'redacted':
      return [{ type: 'reasoning', ...at, text: '', redacted: draft.text }];
    case 'refusal':
      return texts.map((text) => ({ type: 'refusal', ...at, text }));
    case 'call':
      return [
        {
          type: 'tool_call',
          ...at,
          id: `call_${at.choice}${at.block}`,
          name: draft.name,
          arguments: '',
          custom: draft.custom,
          signature: draft.signature,
        },
        ...texts.map((text): ChatEvent => ({ type: 'tool_arguments', ...at, text })),
      ];
    case 'image':
      return [{ type: 'media', ...at, kind: 'image', source: { kind: 'base64', mime: 'image/png', data: draft.text } }];
  }
}

function cut(text: string, next: Next): string[] {
  const [first, second] = [next(text.length + 1), next(text.length + 1)].sort((a, b) => a - b) as [number, number];
  return [text.slice(0, first), text.slice(first, second), text.slice(second)].filter((piece) => piece !== '');
}

/** Blocks begin in order; after that any block that has begun may go on. */
function interleaved(queues: readonly Queue[], next: Next): ChatEvent[] {
  const events: ChatEvent[] = [];
  let begun = 0;
  for (;;) {
    const open = queues.slice(0, begun).filter(({ pieces }) => pieces.length > 0);
    const begin = begun < queues.length && (open.length === 0 || next(3) === 0);
    const event = (begin ? queues[begun++] : open[next(open.length)])?.pieces.shift();
    if (event === undefined) return events;
    events.push(event);
  }
}
