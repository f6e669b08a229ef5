import assert from 'node:assert/strict';
import { object, type Members } from './look.ts';

/** An event of a stream as a client's own parser would see it. */
export interface SseEvent {
  /** The line `event:`; undefined where there is none. */
  readonly name: string | undefined;
  readonly data: Members;
}

/** The events of a stream, and whether it said in words that it is over. */
export interface SseStream {
  readonly events: readonly SseEvent[];
  readonly isDone: boolean;
}

/** Takes a stream of events apart, strictly: each is one optional name and one line of data, and a blank line ends it. */
export function readSse(bytes: Buffer): SseStream {
  const all = bytes.toString('utf8');
  assert.ok(all.endsWith('\n\n'), 'the last event is not ended');
  // Lines that begin with a colon are comments, which every parser passes over.
  const blocks = all
    .slice(0, -2)
    .split('\n\n')
    .filter((block) => !/^:[^\n]*$/.test(block));
  const isDone = blocks.at(-1) === 'data: [DONE]';
  return { events: (isDone ? blocks.slice(0, -1) : blocks).map(readBlock), isDone };
}

function readBlock(block: string): SseEvent {
  const lines = block.split('\n');
  const isNamed = lines[0]?.startsWith('event: ') === true;
  const [data, ...more] = isNamed ? lines.slice(1) : lines;
  assert.ok(data?.startsWith('data: ') === true && more.length === 0, `not an event: ${block}`);
  return { name: isNamed ? lines[0]?.slice('event: '.length) : undefined, data: object(JSON.parse(data.slice('data: '.length)), 'data') };
}

/** Asserts that each event is named after its `type`. */
export function assertNamedByType({ events }: SseStream): void {
  for (const { name, data } of events) assert.equal(name, data['type'], 'the name of an event is not its type');
}

/** Asserts that no event has a name. */
export function assertUnnamed({ events }: SseStream): void {
  assert.deepEqual(
    events.flatMap(({ name }) => name ?? []),
    [],
  );
}
