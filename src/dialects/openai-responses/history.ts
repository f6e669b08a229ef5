import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import { objectsOf, textOf, wordOf } from '../lenient.ts';
import { requireArray, requireObject, unexpected } from '../read.ts';

/**
 * A response that was kept, so that later requests can continue it. A conversation is a chain of records: each holds the items of its own
 * turn and names the one before, so that keeping a turn costs no more than the turn.
 */
export interface ResponseRecord {
  /** The id under which clients know the response. */
  readonly id: string;
  /** The items of its own request, each with an id. */
  readonly input: readonly JsonObject[];
  /** The items of its answer, each with an id. */
  readonly output: readonly JsonObject[];
  /** The response that its request continued. */
  readonly previous?: string | undefined;
}

/** Records by their id, as far as they were loaded; only such as the caller may see, because items are found in all of them. */
export type ResponseRecords = ReadonlyMap<string, ResponseRecord>;

/** Makes the record of a response from the client's own request, not yet expanded, and the response object that answered it. */
export function recordOf(request: JsonObject, response: JsonObject): ResponseRecord {
  const id = textOf(response.id) ?? '';
  const stem = id.replace(/^resp_/, '');
  return {
    id,
    input: inputItems(request.input).map((item, index) => ({ ...item, id: wordOf(item.id) ?? `${prefixOf(item.type)}${stem}_in${index}` })),
    output: objectsOf(response.output),
    previous: wordOf(request.previous_response_id),
  };
}

const PREFIXES: ReadonlyMap<unknown, string> = new Map([
  ['message', 'msg_'],
  ['reasoning', 'rs_'],
  ['function_call', 'fc_'],
  ['custom_tool_call', 'ctc_'],
  ['function_call_output', 'fco_'],
  ['custom_tool_call_output', 'ctco_'],
]);

function prefixOf(type: unknown): string {
  return PREFIXES.get(type) ?? 'item_';
}

/** An `input` as a list of items in their full form. */
function inputItems(input: unknown): readonly JsonObject[] {
  if (typeof input === 'string') return [message('user', input)];
  return objectsOf(input).map((item) => {
    const isMessage = item.type === 'message' || (item.type === undefined && item.role !== undefined);
    return isMessage ? { ...item, ...message(textOf(item.role) ?? 'user', item.content) } : item;
  });
}

function message(role: string, content: unknown): JsonObject {
  const type = role === 'assistant' ? 'output_text' : 'input_text';
  return { type: 'message', role, content: typeof content === 'string' ? [{ type, text: content }] : objectsOf(content) };
}

/**
 * The id of the next record that is needed to continue what the request continues, or undefined once all are there. To be asked again
 * after each record that was loaded.
 */
export function missingRecord(request: JsonObject, records: ResponseRecords): string | undefined {
  return follow(wordOf(request.previous_response_id), records).missing;
}

/** The turns up to and with the response `id`, the first one first, and the id of the first that is not at hand. */
function follow(
  id: string | undefined,
  records: ResponseRecords,
): { readonly turns: readonly ResponseRecord[]; readonly missing: string | undefined } {
  const turns = new Set<ResponseRecord>();
  let next = id;
  while (next !== undefined) {
    const record = records.get(next);
    if (record === undefined) return { turns: [...turns].toReversed(), missing: next };
    next = turns.has(record) ? undefined : record.previous;
    turns.add(record);
  }
  return { turns: [...turns].toReversed(), missing: undefined };
}

/** The error for a response that a request continues and that was never kept, or no longer is; another target may have kept it. */
export function notStored(id: string): GatewayError {
  const options = { param: 'previous_response_id', publicCode: 'previous_response_not_found' };
  return new GatewayError('unsupported_content', `Previous response with id '${id}' not found.`, options);
}

/** A whole conversation up to and with the response `id`. Throws where a turn is missing. */
function conversationOf(id: string | undefined, records: ResponseRecords): readonly ResponseRecord[] {
  const { turns, missing } = follow(id, records);
  if (missing !== undefined) throw notStored(missing);
  return turns;
}

/**
 * Spells out what a request only refers to, for an upstream that has stored nothing: the earlier turns of `previous_response_id` come
 * before its own input, and references give way to their items. Instructions are not inherited. Throws where something is not stored.
 */
export function expandHistory(request: JsonObject, records: ResponseRecords): JsonObject {
  const { previous_response_id: previous, ...rest } = request;
  const earlier = conversationOf(wordOf(previous), records).flatMap((record) => [...record.input, ...record.output]);
  if (earlier.length === 0 && !objectsOf(request.input).some(isReference)) return rest;
  const known = itemsById(records);
  const said = earlier.filter(isWhole).map((item) => (isReference(item) ? resolve(item, known, 'previous_response_id') : replayed(item)));
  const own = inputItems(requireInput(request.input)).map((item, index) => (isReference(item) ? resolve(item, known, `input[${index}]`) : item));
  return { ...rest, input: [...said, ...own] };
}

/** The request's own input, checked before it is no longer told from the rest. */
function requireInput(input: unknown): unknown {
  if (input === undefined || input === null || typeof input === 'string') return input;
  requireArray(input, 'input').forEach((item, index) => requireObject(item, `input[${index}]`));
  return input;
}

/** The ids of the items that an input names without spelling them out. */
export function referredItems(input: unknown): readonly string[] {
  return objectsOf(input).flatMap((item) => (isReference(item) ? (wordOf(item.id) ?? []) : []));
}

/** The ids by which a record's own items can be named. */
export function itemIds({ input, output }: Pick<ResponseRecord, 'input' | 'output'>): readonly string[] {
  return [...input, ...output].flatMap((item) => (isReference(item) ? [] : (wordOf(item.id) ?? [])));
}

function isReference(item: JsonObject): boolean {
  return item.type === 'item_reference' || (item.type === undefined && item.role === undefined && item.id !== undefined);
}

function itemsById(records: ResponseRecords): ReadonlyMap<unknown, JsonObject> {
  const items = new Map<unknown, JsonObject>();
  for (const record of records.values()) for (const item of [...record.input, ...record.output]) if (!isReference(item)) items.set(item.id, item);
  return items;
}

function resolve(reference: JsonObject, known: ReadonlyMap<unknown, JsonObject>, path: string): JsonObject {
  const item = known.get(reference.id);
  if (item !== undefined) return replayed(item);
  throw new GatewayError('unsupported_content', `${path}: the item ${JSON.stringify(reference.id)} is not stored.`, { status: 404, param: path });
}

const OWN_TYPES: ReadonlySet<unknown> = new Set(PREFIXES.keys());

/** An item as it is sent again. The ids of messages, calls and reasoning were given out here: an upstream would look them up in vain. */
function replayed(item: JsonObject): JsonObject {
  if (!OWN_TYPES.has(item.type)) return item;
  const { id: _id, ...rest } = item;
  return rest;
}

/** A call that was cut off cannot be answered, and its arguments are no JSON: no upstream takes it back. */
function isWhole(item: JsonObject): boolean {
  return !(item.status === 'incomplete' && (item.type === 'function_call' || item.type === 'custom_tool_call'));
}

/** The query of a list of items, as it stands in the URL. */
export interface ItemsQuery {
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit?: string | undefined;
  readonly order?: string | undefined;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/**
 * A page of the items that a response was made from, the latest first by default: earlier turns belong to them, its own output does not.
 * `records` holds its conversation.
 */
export function listInputItems(id: string, records: ResponseRecords, query: ItemsQuery): JsonObject {
  const chain = conversationOf(id, records);
  const ascending = chain.flatMap((record) => (record.id === id ? record.input : [...record.input, ...record.output]));
  const items = orderOf(query.order) === 'asc' ? ascending : ascending.toReversed();
  const limit = limitOf(query.limit);
  const from = query.after === undefined ? 0 : positionOf(items, query.after, 'after') + 1;
  const to = query.before === undefined ? items.length : positionOf(items, query.before, 'before');
  const data = items.slice(from, Math.min(to, from + limit));
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: to - from > limit };
}

function orderOf(order: string | undefined): 'asc' | 'desc' {
  if (order === undefined || order === 'desc') return 'desc';
  if (order === 'asc') return 'asc';
  throw unexpected('order', 'asc or desc', order);
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (text.trim() === '' || !Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw unexpected('limit', `a number from 1 to ${MAX_LIMIT}`, text);
  return limit;
}

function positionOf(items: readonly JsonObject[], id: string, name: string): number {
  const position = items.findIndex((item) => item.id === id);
  if (position === -1) throw unexpected(name, 'the id of an item of this list', id);
  return position;
}
