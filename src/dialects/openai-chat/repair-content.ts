import type { JsonObject } from '../../ir/json.ts';
import { objectsOf } from '../lenient.ts';
import { isObject } from '../read.ts';

/** Content that comes as a list of parts becomes a text, and the thoughts among the parts become `reasoning_content`. */
export function repairContent(answer: JsonObject): JsonObject {
  if (!Array.isArray(answer.content)) return answer;
  const parts = objectsOf(answer.content);
  const thoughts = parts
    .map((part) => thoughtsOf(part.type === 'thinking' ? part.thinking : part.type === 'reasoning' ? part.summary : undefined))
    .join('');
  const content = parts.map((part) => (part.type !== 'thinking' && typeof part.text === 'string' ? part.text : '')).join('');
  const spoken = typeof answer.reasoning_content === 'string' ? answer.reasoning_content : '';
  return thoughts === '' ? { ...answer, content } : { ...answer, content, reasoning_content: spoken + thoughts };
}

function thoughtsOf(thinking: unknown): string {
  if (typeof thinking === 'string') return thinking;
  if (!Array.isArray(thinking)) return '';
  return thinking.map((piece: unknown) => (isObject(piece) && typeof piece.text === 'string' ? piece.text : '')).join('');
}
