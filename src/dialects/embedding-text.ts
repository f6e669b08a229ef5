import { GatewayError } from '../errors.ts';
import type { EmbeddingRequest } from '../ir/embeddings.ts';

/** The texts of a request, for dialects that take no token lists. */
export function textsOf({ input }: EmbeddingRequest): readonly string[] {
  return input.map((text) => {
    if (typeof text === 'string') return text;
    throw new GatewayError('unsupported_content', 'The model takes texts, not token lists: send `input` as text.', { param: 'input' });
  });
}

/** The one text of a request, for models that embed one at a time. */
export function onlyText(request: EmbeddingRequest): string {
  const [text, ...others] = textsOf(request);
  if (text !== undefined && others.length === 0) return text;
  throw new GatewayError('unsupported_content', 'The model embeds one text at a time.', { param: 'input' });
}
