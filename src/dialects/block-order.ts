import type { ChatEvent } from '../ir/events.ts';

export type BlockEvent = Extract<ChatEvent, { block: number }>;

/** What a block-structured encoder writes: a block opens, takes deltas, closes, and only then the next one opens. */
export type BlockStep =
  | { readonly type: 'open'; readonly index: number; readonly event: BlockEvent }
  | { readonly type: 'delta'; readonly index: number; readonly event: BlockEvent }
  | { readonly type: 'close'; readonly index: number; readonly event: BlockEvent };

interface OpenBlock {
  readonly index: number;
  readonly first: BlockEvent;
  /** The tool call's arguments so far; undefined for other blocks. */
  json: string | undefined;
}

/**
 * Puts the block events of one choice in an order in which no two blocks overlap, for dialects that demand it. Deltas that interleave
 * (parallel tool calls) are held back only while the open tool call's arguments are not yet a whole JSON text.
 */
export class BlockOrder {
  #open: OpenBlock | undefined;
  #next = 0;
  readonly #closed = new Set<number>();
  /** Events of blocks that wait for the open one, by block in the order of arrival. */
  readonly #waiting = new Map<number, BlockEvent[]>();

  /** The steps that an event allows, in order. The opening event is reported as `open` and not repeated as a delta. */
  push(event: BlockEvent): BlockStep[] {
    if (this.#closed.has(event.block)) return [];
    const open = this.#open;
    if (open === undefined) return this.#begin(event);
    if (open.first.block === event.block) return this.#extend(open, event);
    if (this.#waiting.size > 0 || !isComplete(open)) return this.#hold(event);
    return [this.#close(open), ...this.#begin(event)];
  }

  /** Closes the open block and writes whatever waited. */
  end(): BlockStep[] {
    const steps: BlockStep[] = [];
    if (this.#open !== undefined) steps.push(this.#close(this.#open));
    for (const events of this.#waiting.values()) {
      for (const event of events) steps.push(...(this.#open === undefined ? this.#begin(event) : this.#extend(this.#open, event)));
      if (this.#open !== undefined) steps.push(this.#close(this.#open));
    }
    this.#waiting.clear();
    return steps;
  }

  #begin(event: BlockEvent): BlockStep[] {
    this.#open = { index: this.#next++, first: event, json: event.type === 'tool_call' && event.custom !== true ? event.arguments : undefined };
    return [{ type: 'open', index: this.#open.index, event }];
  }

  #extend(open: OpenBlock, event: BlockEvent): BlockStep[] {
    if (event.type === 'tool_arguments' && open.json !== undefined) open.json += event.text;
    const step: BlockStep = { type: 'delta', index: open.index, event };
    return this.#waiting.size > 0 && isComplete(open) ? [step, this.#close(open), ...this.#release()] : [step];
  }

  #hold(event: BlockEvent): BlockStep[] {
    const events = this.#waiting.get(event.block);
    if (events === undefined) this.#waiting.set(event.block, [event]);
    else events.push(event);
    return [];
  }

  /** Lets the blocks that waited follow, up to the first that is not whole itself. */
  #release(): BlockStep[] {
    const steps: BlockStep[] = [];
    for (const [block, events] of this.#waiting) {
      const open = this.#open as OpenBlock | undefined;
      if (open !== undefined && !isComplete(open)) break;
      if (open !== undefined) steps.push(this.#close(open));
      this.#waiting.delete(block);
      for (const event of events) {
        const current = this.#open as OpenBlock | undefined;
        steps.push(...(current === undefined ? this.#begin(event) : this.#append(current, event)));
      }
    }
    return steps;
  }

  #append(open: OpenBlock, event: BlockEvent): BlockStep[] {
    if (event.type === 'tool_arguments' && open.json !== undefined) open.json += event.text;
    return [{ type: 'delta', index: open.index, event }];
  }

  #close(open: OpenBlock): BlockStep {
    this.#open = undefined;
    this.#closed.add(open.first.block);
    return { type: 'close', index: open.index, event: open.first };
  }
}

/** Whether a block may be closed when another one begins: anything but a tool call whose arguments are still arriving. */
function isComplete(open: OpenBlock): boolean {
  if (open.json === undefined || open.json === '') return true;
  if (!/[}\]"\w]\s*$/.test(open.json)) return false;
  try {
    JSON.parse(open.json);
    return true;
  } catch {
    return false;
  }
}
