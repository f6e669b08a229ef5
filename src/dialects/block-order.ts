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
  /** Follows a tool call's arguments to their end; undefined for other blocks. */
  readonly json: JsonEnd | undefined;
}

/**
 * Puts the block events of one choice in an order in which no two blocks overlap, for dialects that demand it. Deltas that interleave
 * (parallel tool calls) are held back while the open tool call's arguments are not yet whole; any other block gives way at once and
 * goes on as a new block when more of it arrives.
 */
export class BlockOrder {
  #open: OpenBlock | undefined;
  #next = 0;
  readonly #closed = new Set<number>();
  /** Events of blocks that wait for the open one, by block in the order of arrival. */
  readonly #waiting = new Map<number, BlockEvent[]>();

  /** The steps that an event allows, in order. The opening event is reported as `open` and not repeated as a delta. */
  push(event: BlockEvent): BlockStep[] {
    const open = this.#open;
    if (open !== undefined && open.first.block === event.block) return this.#extend(open, event);
    if (event.type === 'tool_arguments' && this.#closed.has(event.block)) return [];
    if (open === undefined) return this.#begin(event);
    if (this.#waiting.size > 0 || !isComplete(open)) return this.#hold(event);
    return [this.#close(open), ...this.#begin(event)];
  }

  /** Closes the open block and writes whatever waited. */
  end(): BlockStep[] {
    const steps: BlockStep[] = [];
    if (this.#open !== undefined) steps.push(this.#close(this.#open));
    for (const events of this.#waiting.values()) {
      for (const event of events) steps.push(...this.#write(event));
      if (this.#open !== undefined) steps.push(this.#close(this.#open));
    }
    this.#waiting.clear();
    return steps;
  }

  #begin(event: BlockEvent): BlockStep[] {
    const json = event.type === 'tool_call' || event.type === 'tool_arguments' ? new JsonEnd() : undefined;
    this.#open = { index: this.#next++, first: event, json };
    if (json !== undefined) feed(json, event);
    return [{ type: 'open', index: this.#open.index, event }];
  }

  #append(open: OpenBlock, event: BlockEvent): BlockStep {
    if (open.json !== undefined) feed(open.json, event);
    return { type: 'delta', index: open.index, event };
  }

  #extend(open: OpenBlock, event: BlockEvent): BlockStep[] {
    const step = this.#append(open, event);
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
      const open = this.#open;
      if (open !== undefined && !isComplete(open)) break;
      if (open !== undefined) steps.push(this.#close(open));
      this.#waiting.delete(block);
      for (const event of events) steps.push(...this.#write(event));
    }
    return steps;
  }

  #write(event: BlockEvent): BlockStep[] {
    return this.#open === undefined ? this.#begin(event) : [this.#append(this.#open, event)];
  }

  #close(open: OpenBlock): BlockStep {
    this.#open = undefined;
    this.#closed.add(open.first.block);
    return { type: 'close', index: open.index, event: open.first };
  }
}

function feed(json: JsonEnd, event: BlockEvent): void {
  if (event.type === 'tool_call') json.push(event.arguments);
  else if (event.type === 'tool_arguments') json.push(event.text);
}

/** Whether a block may be closed when another one begins: anything but a tool call whose arguments may still be arriving. */
function isComplete({ json, first }: OpenBlock): boolean {
  if (json === undefined) return true;
  const isFreeText = first.type === 'tool_call' && first.custom === true;
  return !isFreeText && json.isReached();
}

/** Follows the text of a JSON object or list to its closing bracket; reads no further than it is asked. */
class JsonEnd {
  #unread = '';
  #depth = 0;
  #begun = false;
  #quoted = false;
  #escaped = false;

  push(text: string): void {
    this.#unread += text;
  }

  isReached(): boolean {
    for (const character of this.#unread) this.#read(character);
    this.#unread = '';
    return this.#begun && this.#depth === 0;
  }

  #read(character: string): void {
    if (this.#quoted) this.#readQuoted(character);
    else if (character === '"') this.#quoted = true;
    else if (character === '{' || character === '[') {
      this.#begun = true;
      this.#depth++;
    } else if (character === '}' || character === ']') this.#depth--;
  }

  #readQuoted(character: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (character === '\\') this.#escaped = true;
    else if (character === '"') this.#quoted = false;
  }
}
