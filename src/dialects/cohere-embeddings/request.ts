import type { EmbeddingRequest } from '../../ir/embeddings.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Encoded, RouteParameters } from '../dialect.ts';
import { textsOf } from '../embedding-text.ts';
import { textOf } from '../lenient.ts';
import { optionalArray, optionalNumber, optionalString, remainder, requireArray, requireObject, requireString, unexpected } from '../read.ts';

const MODELLED: ReadonlySet<string> = new Set(['model', 'texts', 'inputs', 'input_type', 'embedding_types', 'output_dimension']);

/** Reads what clients post to `/v2/embed`: a list of texts, or of inputs whose content is text. */
export function decodeRequest(wire: JsonObject, route: RouteParameters): EmbeddingRequest {
  const texts = optionalArray(wire['texts'], 'texts').map((text, index) => requireString(text, `texts[${index}]`));
  const inputs = optionalArray(wire['inputs'], 'inputs').map((input, index) => inputText(input, `inputs[${index}]`));
  const input = [...texts, ...inputs];
  if (input.length === 0) throw unexpected('texts', 'a list of texts', wire['texts']);
  return {
    model: optionalString(wire['model'], 'model') ?? route.model ?? '',
    input,
    dimensions: optionalNumber(wire['output_dimension'], 'output_dimension'),
    encoding: decodeTypes(wire['embedding_types']),
    inputType: optionalString(wire['input_type'], 'input_type'),
    extra: remainder(wire, MODELLED),
  };
}

function inputText(input: unknown, path: string): string {
  const content = requireArray(requireObject(input, path)['content'], `${path}.content`);
  const texts = content.map((part, index) => {
    const place = `${path}.content[${index}]`;
    return requireString(requireObject(part, place)['text'], `${place}.text`);
  });
  return texts.join('\n');
}

function decodeTypes(types: Json | undefined): EmbeddingRequest['encoding'] {
  const [type = 'float', ...others] = optionalArray(types, 'embedding_types');
  if ((type === 'float' || type === 'base64') && others.length === 0) return type;
  throw unexpected('embedding_types', '["float"] or ["base64"]', types);
}

/** Google's words for what the vectors are for, and the short ones that some hosts have. */
const INPUT_TYPES: Readonly<Record<string, string>> = {
  retrieval_document: 'search_document',
  retrieval_query: 'search_query',
  document: 'search_document',
  query: 'search_query',
};

/** What the vectors are for. The API must be told; most texts that are embedded are to be found later. */
export function inputTypeOf({ inputType = 'search_document' }: EmbeddingRequest): string {
  const word = inputType.toLowerCase();
  return INPUT_TYPES[word] ?? word;
}

/** Writes a request for embeddings. A type that OpenAI does not know comes in its `encoding_format`. */
export function encodeRequest(request: EmbeddingRequest): Encoded {
  const { model, dimensions, encoding, user, extra } = request;
  const { encoding_format: format, input_type: _, ...rest } = extra;
  return {
    wire: {
      model,
      texts: textsOf(request),
      input_type: inputTypeOf(request),
      embedding_types: [textOf(format) ?? encoding],
      output_dimension: dimensions,
      ...rest,
    },
    dropped: user === undefined ? [] : ['user'],
  };
}
