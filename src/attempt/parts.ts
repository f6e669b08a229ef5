import type { EmbeddingRequest } from '../ir/embeddings.ts';

/** A request as several of at most `most` inputs each. */
export function partsOf(request: EmbeddingRequest, most = Infinity): readonly EmbeddingRequest[] {
  const { input } = request;
  if (input.length <= most) return [request];
  return Array.from({ length: Math.ceil(input.length / most) }, (_, index) => ({ ...request, input: input.slice(index * most, (index + 1) * most) }));
}

/** Requests under way at once for one call. */
const WIDTH = 8;

/** Sends parts side by side and gives the answers in the order of the parts. The first that fails cancels the others. */
export async function inParts<Part, Answer>(
  parts: readonly Part[],
  signal: AbortSignal,
  send: (part: Part, signal: AbortSignal) => Promise<Answer>,
): Promise<readonly Answer[]> {
  if (parts.length === 1) return [await send(parts[0] as Part, signal)];
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const answers: Answer[] = [];
  try {
    for (let at = 0; at < parts.length; at += WIDTH)
      answers.push(...(await Promise.all(parts.slice(at, at + WIDTH).map((part) => send(part, either)))));
  } catch (error) {
    failure.abort();
    throw error;
  }
  return answers;
}
