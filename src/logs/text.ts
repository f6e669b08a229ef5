import { maskedBody } from '../attempt/mask.ts';
import { depthExceeds, isObject, parseJson } from '../dialects/read.ts';
import type { Json } from '../ir/json.ts';
import type { BodyNote } from './record.ts';

/** A body as it is kept, and what a person may search for in it. */
export interface ReadBody {
  readonly bytes: Buffer;
  readonly text: string;
  /** Its beginning as a person would quote it: of a request what was asked last. */
  readonly excerpt: string;
}

/** Characters of a body that can be searched for, and that lists show. */
const SEARCHED = 32_768;
const EXCERPT = 160;

/** Names by which members of a body may turn out to be credentials; their bodies are looked at closely. */
const SUSPECT = /(?:authorization|api[-_]?key|secret|password|token|credentials?|authentication|headers)\\?"\s*:|https?:\/\/[^"\s]*[@?]/i;

/** Members whose texts say nothing: names of kinds, ids, and data in letters. */
const UNSAID: ReadonlySet<string> = new Set(
  (
    'type role object id model finish_reason finishReason stop_reason data signature thoughtSignature encrypted_content media_type mimeType ' +
    'system_fingerprint service_tier tool_call_id tool_use_id item_id call_id response_id obfuscation b64_json embedding'
  ).split(' '),
);

/** Reads a request's body for the log: masks what its members' names say to be credentials, and finds the texts in it. */
export function readRequest(bytes: Buffer): ReadBody {
  const source = bytes.toString('utf8');
  const value = jsonIn(source);
  if (value === undefined) return plain(bytes, source);
  const clean = SUSPECT.test(source) ? maskedBody(value) : value;
  const text = textsIn(clean);
  return { bytes: clean === value ? bytes : Buffer.from(JSON.stringify(clean)), text, excerpt: cut(lastQuestion(clean) ?? text, EXCERPT) };
}

/** Reads an answer's body for the log. The texts of a stream are put together, as words come in pieces. */
export function readResponse(bytes: Buffer, note: BodyNote): ReadBody {
  const source = bytes.toString('utf8');
  if (note.kind === 'bytes' && isEventStream(source)) return { bytes, ...spoken(eventsIn(source).map(streamedText).join('')) };
  const value = jsonIn(source);
  if (value === undefined) return plain(bytes, source);
  const clean = SUSPECT.test(source) ? maskedBody(value) : value;
  return { bytes: clean === value ? bytes : Buffer.from(JSON.stringify(clean)), ...spoken(textsIn(clean)) };
}

/** Levels of a body that are walked; nobody means more, and the stack of a thread has an end. */
const DEEPEST = 500;

/** The value that a text holds; undefined: none that could be walked. */
function jsonIn(source: string): Json | undefined {
  const value = parseJson(source) as Json | undefined;
  return value === undefined || depthExceeds(value, DEEPEST) ? undefined : value;
}

function spoken(text: string): Pick<ReadBody, 'text' | 'excerpt'> {
  return { text: cut(text, SEARCHED), excerpt: cut(text, EXCERPT) };
}

/** A body that is no JSON, or only the beginning of some: searchable where it is text at all. */
function plain(bytes: Buffer, source: string): ReadBody {
  const isText = !source.slice(0, 1000).includes('\u0000') && !source.slice(0, 1000).includes('\uFFFD');
  const clean = isText && SUSPECT.test(source) ? maskedFragment(source) : source;
  const text = isText ? cut(clean, SEARCHED) : '';
  return { bytes: clean === source ? bytes : Buffer.from(clean), text, excerpt: cut(text, EXCERPT) };
}

/** JSON that was cut off cannot be walked; values of members that are credentials by their names are masked where they stand. */
function maskedFragment(source: string): string {
  return source.replaceAll(
    /("[^"\\]{0,60}(?:authorization|api[-_]?key|secret|password|[-_]token|credentials?)"\s*:\s*")((?:[^"\\]|\\.)*)/gi,
    (_, name: string, value: string) => name + (value.length < 12 ? '****' : `****${value.slice(-4)}`),
  );
}

function isEventStream(source: string): boolean {
  return /^(?:(?:event|id|retry): ?[^\n]*\r?\n|:[^\n]*\r?\n|\r?\n)*data:/.test(source);
}

function eventsIn(source: string): Json[] {
  const events: Json[] = [];
  for (const line of source.split('\n')) {
    const value = line.startsWith('data:') ? jsonIn(line.slice(5)) : undefined;
    if (value !== undefined) events.push(value);
  }
  return events;
}

/** Members in which the dialects send pieces of an answer. */
const PIECES = new Set(['content', 'text', 'delta', 'arguments', 'partial_json', 'thinking', 'reasoning_content', 'reasoning', 'refusal', 'message']);

/** The text that an event of a stream adds. What only sums up the pieces before it (`response.completed`) adds nothing. */
function streamedText(event: Json): string {
  if (isObject(event) && typeof event['type'] === 'string' && /\.(?:done|completed|created|in_progress)$/.test(event['type'])) return '';
  const pieces: string[] = [];
  const visit = (value: Json | undefined, isPiece: boolean): void => {
    if (typeof value === 'string') {
      if (isPiece) pieces.push(value);
    } else if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item, isPiece);
    else if (isObject(value)) for (const [name, member] of Object.entries(value)) visit(member, PIECES.has(name));
  };
  visit(event, false);
  return pieces.join('');
}

/** Every text in a value of JSON that a person may have written or read, one a line. */
function textsIn(value: Json): string {
  const texts: string[] = [];
  let room = SEARCHED;
  const visit = (part: Json | undefined): void => {
    if (room <= 0) return;
    if (typeof part === 'string') {
      if (part === '' || isData(part)) return;
      texts.push(part);
      room -= part.length + 1;
    } else if (Array.isArray(part)) for (const item of part as readonly Json[]) visit(item);
    else if (isObject(part)) for (const [name, member] of Object.entries(part)) if (!UNSAID.has(name)) visit(member);
  };
  visit(value);
  return cut(texts.join('\n'), SEARCHED);
}

/** Long texts without a space are data: images, audio, vectors. */
function isData(text: string): boolean {
  return text.startsWith('data:') || (text.length > 500 && !text.slice(0, 500).includes(' '));
}

/** What the user said last, in any dialect; undefined where the request is no conversation. */
function lastQuestion(body: Json): string | undefined {
  if (!isObject(body)) return undefined;
  const turns = body['messages'] ?? body['contents'] ?? body['input'];
  if (typeof turns === 'string') return turns;
  if (!Array.isArray(turns)) return typeof body['prompt'] === 'string' ? body['prompt'] : undefined;
  const asked = (turns as readonly Json[]).findLast((turn) => isObject(turn) && turn['role'] === 'user');
  if (!isObject(asked)) return undefined;
  const text = textsIn(asked['content'] ?? asked['parts'] ?? '');
  return text === '' ? undefined : text;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).toWellFormed();
}
