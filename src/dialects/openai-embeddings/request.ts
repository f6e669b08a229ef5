import type { EmbeddingRequest } from '../../ir/embeddings.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Encoded, RouteParameters } from '../dialect.ts';
import { isObject, optionalNumber, optionalString, remainder, unexpected } from '../read.ts';

type Input = EmbeddingRequest['input'][number];

const MODELLED: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);

/** Reads what clients post to `/v1/embeddings`. `input_type`, which several hosts know, is understood and kept for them as it is. */
export function decodeRequest(wire: JsonObject, route: RouteParameters): EmbeddingRequest {
  const format = optionalString(wire.encoding_format, 'encoding_format') ?? 'float';
  const known = format === 'float' || format === 'base64';
  return {
    model: optionalString(wire.model, 'model') ?? route.model ?? '',
    input: decodeInput(wire.input),
    dimensions: optionalNumber(wire.dimensions, 'dimensions'),
    encoding: format === 'float' ? 'float' : 'base64',
    user: optionalString(wire.user, 'user'),
    inputType: optionalString(wire.input_type, 'input_type'),
    extra: { ...remainder(wire, MODELLED), ...(known ? undefined : { encoding_format: format }) },
  };
}

/** One text, a list of texts, one list of tokens, or a list of them. */
function decodeInput(input: unknown): readonly Input[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) throw unexpected('input', 'a string, a list of strings or tokens', input);
  if (input.every((item) => typeof item === 'number')) return [input];
  return input.map((item: unknown, index) => decodeItem(item, `input[${index}]`));
}

function decodeItem(item: unknown, path: string): Input {
  if (typeof item === 'string') return item;
  if (Array.isArray(item) && item.every((token) => typeof token === 'number')) return item;
  if (isObject(item) && typeof item.text === 'string' && Object.keys(item).length === 1) return item.text;
  throw unexpected(path, 'a string or a list of tokens', item);
}

/** Writes a request for embeddings; floats are the hosts' default and are not asked for. */
export function encodeRequest(request: EmbeddingRequest): Encoded {
  const [only] = request.input;
  return {
    wire: {
      model: request.model === '' ? undefined : request.model,
      input: request.input.length === 1 && typeof only === 'string' ? only : request.input,
      dimensions: request.dimensions,
      encoding_format: request.encoding === 'float' ? undefined : request.encoding,
      user: request.user,
      ...request.extra,
    },
    dropped: request.inputType !== undefined && request.extra.input_type === undefined ? ['input_type'] : [],
  };
}
