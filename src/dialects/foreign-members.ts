import type { DialectId } from '../ir/dialect-id.ts';
import type { Json } from '../ir/json.ts';
import type { Extra } from '../ir/request.ts';
import { isObject } from './read.ts';

/** What clients of the Responses API have to ask for, and what comes along in every other dialect that has it. */
const COMES_ALONG: ReadonlySet<Json> = new Set<Json>(['message.output_text.logprobs', 'reasoning.encrypted_content']);

const always = (): boolean => true;

/** Members of other dialects that are no loss: they are modelled as well, say nothing about the answer, or ask for what is so anyway. */
const NO_LOSS: ReadonlyMap<string, (value: Json) => boolean> = new Map<string, (value: Json) => boolean>([
  ['reasoning', always],
  ['stream_options', always],
  ['thinking', always],
  ['top_k', always],
  ['response_format', (value) => isObject(value) && value.type === 'text'],
  ['include', (value) => Array.isArray(value) && value.every((entry: Json) => COMES_ALONG.has(entry))],
  ['safe_prompt', (value) => value === false],
  ['store', (value) => value === false],
]);

/** Names of the unmodelled members that clients of other dialects sent and that `own` loses, but for those that it has adopted. */
export function foreignMembers(extra: Extra, own: DialectId, adopted: readonly string[] = []): string[] {
  const foreign = Object.entries(extra).filter(([dialect]) => dialect !== own);
  const members = foreign.flatMap(([, unmodelled]) => Object.entries(unmodelled ?? {}));
  return members.flatMap(([name, value]) =>
    value === undefined || value === null || adopted.includes(name) || NO_LOSS.get(name)?.(value) === true ? [] : [name],
  );
}
