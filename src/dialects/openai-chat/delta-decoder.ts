import type { JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import { objectOf } from '../lenient.ts';
import { sourceFromUri } from '../media.ts';
import { isObject } from '../read.ts';
import { decodeAnnotation } from './citation.ts';
import type { ChoiceState, ToolSlot } from './choice-decoder.ts';
import { decodeDetails, decodeThinkingBlocks } from './reasoning-detail.ts';
import type { ReasoningDetail } from './reasoning-detail.ts';
import { decodeToolSignature } from './tool-signature.ts';

/** Reads a delta, or a whole message, which is a delta that repeats nothing. Reasoning comes first whatever the order of the members. */
export function readDelta(state: ChoiceState, delta: JsonObject, whole: boolean): void {
  const proofs = readReasoning(state, delta, whole);
  readContent(state, delta.content);
  for (const proof of proofs) state.signText(proof);
  addRefusal(state, delta.refusal);
  each(isObject(delta.tool_calls) ? [delta.tool_calls] : delta.tool_calls, (call) => readToolCall(state, call, whole));
  if (isObject(delta.function_call)) readFunctionCall(state, delta.function_call);
  if (isObject(delta.audio)) readAudio(state, delta.audio);
  each(delta.images, (image) => readImage(state, image));
  each(delta.annotations, (annotation) => readAnnotation(state, annotation));
}

function each(list: unknown, read: (item: unknown) => void): void {
  if (Array.isArray(list)) for (const item of list) read(item);
}

function readContent(state: ChoiceState, content: unknown): void {
  if (typeof content === 'string') addText(state, content);
  else each(content, (part) => readPart(state, part));
}

/** Gives the proofs of texts that stand among the reasoning. */
function readReasoning(state: ChoiceState, delta: JsonObject, whole: boolean): Signature[] {
  const plain = plainReasoning(delta);
  const details = detailsOf(delta);
  if (details !== undefined) return readDetails(state, details, { plain, whole });
  if (plain !== '') addPlain(state, plain);
  return [];
}

/** Undefined where there are none, as in nearly every delta. */
function detailsOf(delta: JsonObject): readonly ReasoningDetail[] | undefined {
  const { reasoning_details: details } = delta;
  if (Array.isArray(details) && details.length > 0) return decodeDetails(details);
  const blocks = thinkingBlocks(delta);
  return Array.isArray(blocks) && blocks.length > 0 ? decodeThinkingBlocks(blocks) : undefined;
}

/** Hosts of Anthropic's models list its blocks, or have one in the place of the plain text. */
function thinkingBlocks({ thinking_blocks: blocks, reasoning }: JsonObject): unknown {
  return isObject(reasoning) ? [reasoning] : blocks;
}

function plainReasoning(delta: JsonObject): string {
  const { reasoning_content: first, reasoning: second } = delta;
  if (typeof first === 'string' && first !== '') return first;
  return typeof second === 'string' ? second : '';
}

function addPlain(state: ChoiceState, text: string): void {
  state.plainReasoning = true;
  state.reasoning(text);
}

/** Details repeat the plain text where there is one. In a whole message they are preferred, because they tell the blocks apart. */
function readDetails(
  state: ChoiceState,
  details: readonly ReasoningDetail[],
  { plain, whole }: { readonly plain: string; readonly whole: boolean },
): Signature[] {
  const complete = whole && details.map((detail) => detail.text).join('') === plain;
  if (plain !== '' && !complete) addPlain(state, plain);
  for (const detail of details) {
    if (detail.text !== '' && !state.plainReasoning) state.reasoning(detail.text);
    if (detail.redacted !== undefined) state.redacted(detail.redacted);
    else if (detail.signature !== undefined && detail.carrier !== 'text') state.signReasoning(detail.signature);
  }
  return details.flatMap(({ carrier, signature }) => (carrier === 'text' && signature !== undefined ? [signature] : []));
}

/** The parts of content that some hosts write as a list. */
const PARTS: Readonly<Record<string, (state: ChoiceState, part: JsonObject) => void>> = {
  text: (state, part) => addText(state, part.text),
  output_text: (state, part) => addText(state, part.text),
  refusal: (state, part) => addRefusal(state, part.refusal),
  thinking: (state, part) => addThoughts(state, part.thinking),
  reasoning: (state, part) => addThoughts(state, part.summary ?? part.text),
  image_url: (state, part) => readImage(state, part),
  reference: () => undefined,
};

function readPart(state: ChoiceState, part: unknown): void {
  if (typeof part === 'string') addText(state, part);
  else if (isObject(part) && typeof part.type === 'string' && Object.hasOwn(PARTS, part.type)) PARTS[part.type]?.(state, part);
}

function addText(state: ChoiceState, text: unknown): void {
  if (typeof text === 'string' && text !== '') state.text(text);
}

function addRefusal(state: ChoiceState, refusal: unknown): void {
  if (typeof refusal === 'string' && refusal !== '') state.refusal(refusal);
}

/** Thoughts as a text, or as a list of texts of which each may be signed. */
function addThoughts(state: ChoiceState, thoughts: unknown): void {
  if (typeof thoughts === 'string' && thoughts !== '') state.reasoning(thoughts);
  if (!Array.isArray(thoughts)) return;
  for (const thought of thoughts) {
    if (!isObject(thought)) continue;
    if (typeof thought.text === 'string' && thought.text !== '') state.reasoning(thought.text);
    if (typeof thought.signature === 'string' && thought.signature !== '') state.signReasoning({ value: thought.signature, origin: 'openai-chat' });
  }
}

function readToolCall(state: ChoiceState, call: unknown, whole: boolean): void {
  if (!isObject(call)) return;
  const custom = call.type === 'custom' || (!isObject(call.function) && isObject(call.custom));
  const body = custom ? call.custom : call.function;
  const { name, arguments: text, input } = objectOf(body);
  const slot = slotOf(state, call, { name: word(name), whole });
  if (slot.id === '') slot.id = word(call.id);
  if (slot.name === '') slot.name = word(name);
  if (slot.block === undefined) {
    slot.custom ||= custom;
    slot.signature ??= decodeToolSignature(call);
  }
  state.toolArguments(slot, argumentText(custom ? input : text));
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Arguments as JSON text; some hosts write the object itself. */
function argumentText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/**
 * The call that a piece belongs to. `index` names it, unless a host numbers every call 0 and only the id tells them apart; where there is
 * no index, a new id begins a new call, and without an id a second name does.
 */
function slotOf(state: ChoiceState, call: JsonObject, { name, whole }: { readonly name: string; readonly whole: boolean }): ToolSlot {
  const { tools } = state;
  const index = typeof call.index === 'number' ? call.index : undefined;
  const id = word(call.id);
  const found = whole ? undefined : index === undefined ? unnumbered(tools, id, name) : numbered(tools, index, id);
  if (found !== undefined) return found;
  const slot: ToolSlot = { index, id, name: '', custom: false, signature: undefined, early: '', block: undefined };
  tools.push(slot);
  return slot;
}

function numbered(tools: readonly ToolSlot[], index: number, id: string): ToolSlot | undefined {
  return tools.findLast((slot) => slot.index === index && (id === '' || slot.id === '' || slot.id === id));
}

function unnumbered(tools: readonly ToolSlot[], id: string, name: string): ToolSlot | undefined {
  if (id !== '') return tools.find((slot) => slot.id === id);
  const last = tools.at(-1);
  return last !== undefined && name !== '' && last.name !== '' ? undefined : last;
}

const FUNCTION_CALL = -1;

/** The older form of a tool call, of which there is at most one. */
function readFunctionCall(state: ChoiceState, call: JsonObject): void {
  const name = word(call.name);
  const text = argumentText(call.arguments);
  if (name === '' && text === '') return;
  readToolCall(state, { index: FUNCTION_CALL, function: { name, arguments: text } }, false);
}

function readAudio(state: ChoiceState, audio: JsonObject): void {
  const { data, transcript, id, expires_at: expires } = audio;
  if (typeof data === 'string' && data !== '') state.audio.data.push(Buffer.from(data, 'base64'));
  if (typeof transcript === 'string') state.audio.transcript += transcript;
  if (typeof id === 'string' && id !== '') state.audio.record.id = id;
  if (typeof expires === 'number' && expires > 0) state.audio.record.expires_at = expires;
  if (state.audio.data.length > 0) state.heard = true;
}

function readImage(state: ChoiceState, image: unknown): void {
  if (!isObject(image)) return;
  const url = isObject(image.image_url) ? image.image_url.url : image.image_url;
  if (typeof url === 'string') state.image(url, sourceFromUri(url));
}

function readAnnotation(state: ChoiceState, annotation: unknown): void {
  const citation = decodeAnnotation(annotation);
  if (citation !== undefined) state.cite(citation);
}
