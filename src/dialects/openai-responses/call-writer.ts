import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ItemWriter, Output } from './output.ts';
import { ownMembers } from './vocabulary.ts';
import type { CustomToolCallItem, FunctionCallItem, ItemStatus } from './wire.ts';

/** How the two kinds of tool calls are named on the wire. */
const CALLS = {
  function: { type: 'function_call', prefix: 'fc_', member: 'arguments', event: 'response.function_call_arguments' },
  custom: { type: 'custom_tool_call', prefix: 'ctc_', member: 'input', event: 'response.custom_tool_call_input' },
} as const;

type CallEvent = Extract<ChatEvent, { type: 'tool_call' }>;

/** A call of a function or of a custom tool. */
export class CallWriter implements ItemWriter {
  readonly #output: Output;
  readonly #index: number;
  readonly #id: string;
  readonly #call: CallEvent;
  readonly #callId: string;
  #text = '';

  constructor(output: Output, call: CallEvent) {
    this.#output = output;
    this.#index = output.begin();
    this.#call = call;
    this.#id = output.idOf(this.#kind.prefix, this.#index, call.native);
    this.#callId = call.id === '' ? `call_${this.#id}` : call.id;
    output.added(this.#index, this.#item('in_progress'));
    this.#delta(call.arguments);
  }

  get #kind(): (typeof CALLS)[keyof typeof CALLS] {
    return this.#call.custom === true ? CALLS.custom : CALLS.function;
  }

  write(event: ChatEvent): void {
    if (event.type === 'tool_arguments') this.#delta(event.text);
  }

  #delta(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#event('delta', { delta: text });
  }

  /** Clients parse the arguments as JSON, so that a call without any gets an empty object. */
  close(status: ItemStatus): void {
    if (this.#text === '' && this.#call.custom !== true && status === 'completed') this.#delta('{}');
    this.#event('done', { [this.#kind.member]: this.#text });
    this.#output.done(this.#index, this.#item(status));
  }

  #item(status: ItemStatus): FunctionCallItem | CustomToolCallItem {
    const members = { ...ownMembers(this.#call.native), id: this.#id, status, call_id: this.#callId, name: this.#call.name };
    return this.#call.custom === true
      ? { ...members, type: 'custom_tool_call', input: this.#text }
      : { ...members, type: 'function_call', arguments: this.#text };
  }

  #event(step: string, members: JsonObject): void {
    const place = { item_id: this.#id, output_index: this.#index };
    this.#output.log.write({ type: `${this.#kind.event}.${step}`, sequence_number: this.#output.log.next(), ...place, ...members });
  }
}
