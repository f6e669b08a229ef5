import fc from 'fast-check';
import type { ChatEvent } from '../../ir/events.ts';
import type { Json } from '../../ir/json.ts';

const NAMES = fc.stringMatching(/^[a-z_]{1,12}$/);
const ARGUMENTS = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }).map((value) => JSON.stringify(value));
const TEXT = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

type BlockDraft =
  | { readonly kind: 'text' | 'reasoning'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly text: string };

const CALLS: fc.Arbitrary<BlockDraft[]> = fc.array(fc.record({ kind: fc.constant('tool' as const), name: NAMES, text: ARGUMENTS }), { maxLength: 3 });
const NOTHING = fc.constant<BlockDraft[]>([]);
const WORDS = <K extends 'text' | 'reasoning'>(kind: K) => fc.array(fc.record({ kind: fc.constant(kind), text: TEXT }), { maxLength: 1 });

/** Generated answers: reasoning, then a text, then tool calls, each cut into pieces anywhere; the pieces of the tool calls interleave. */
export function answersInPieces(has: { readonly reasoning: boolean; readonly calls: boolean }): fc.Arbitrary<readonly ChatEvent[]> {
  return fc
    .tuple(has.reasoning ? WORDS('reasoning') : NOTHING, WORDS('text'), has.calls ? CALLS : NOTHING, fc.infiniteStream(fc.nat({ max: 1000 })))
    .map(([thoughts, words, calls, random]) => {
      const next = (below: number) => Number(random.next().value ?? 0) % below;
      const blocks: BlockDraft[] = [...thoughts, ...words, ...calls];
      const queues = blocks.map((block, index) => pieces(block, index, next));
      const spoken = queues.slice(0, thoughts.length + words.length).flat();
      return [
        { type: 'start', id: 'up-1', model: 'up-model', created: 1700000001 },
        ...spoken,
        ...interleave(queues.slice(thoughts.length + words.length), next),
        { type: 'finish', choice: 0, reason: calls.length > 0 ? 'tool_calls' : 'stop' },
        { type: 'usage', usage: { input: 10, output: 5 } },
      ];
    });
}

function pieces(block: BlockDraft, index: number, next: (below: number) => number): ChatEvent[] {
  const at = { choice: 0, block: index };
  const parts = cut(block.text, next);
  if (block.kind !== 'tool') return parts.map((text) => ({ type: block.kind, ...at, text }));
  return [
    { type: 'tool_call', ...at, id: `call_${index}`, name: block.name, arguments: '' },
    ...parts.map((text): ChatEvent => ({ type: 'tool_arguments', ...at, text })),
  ];
}

function cut(text: string, next: (below: number) => number): string[] {
  const middle = next(text.length + 1);
  return [text.slice(0, middle), text.slice(middle)].filter((part) => part !== '');
}

/** Calls begin in order; after that any call may go on. */
function interleave(queues: readonly ChatEvent[][], next: (below: number) => number): ChatEvent[] {
  const events: ChatEvent[] = [];
  let begun = 0;
  for (;;) {
    const open = queues.slice(0, begun).filter((queue) => queue.length > 0);
    const begin = begun < queues.length && (open.length === 0 || next(2) === 0);
    const queue = begin ? queues[begun++] : open[next(Math.max(open.length, 1))];
    const event = queue?.shift();
    if (event === undefined) return events;
    events.push(event);
  }
}

/** A wire object with one member, somewhere in it, replaced by something that does not belong there. */
export function damaged(wire: Json, choose: number, junk: Json): Json {
  const paths = pathsOf(wire, []);
  const path = paths[choose % Math.max(paths.length, 1)];
  return path === undefined ? junk : replaced(wire, path, junk);
}

function pathsOf(value: Json | undefined, path: readonly string[]): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...path, key], ...pathsOf(member as Json, [...path, key])]);
}

function replaced(value: Json, path: readonly string[], junk: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return junk;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
  copy[key] = replaced(copy[key] ?? null, rest, junk);
  return copy;
}
