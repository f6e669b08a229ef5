import type { EmbeddingRequest } from '../../ir/embeddings.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Encoded, RouteParameters } from '../dialect.ts';
import { textsOf } from '../embedding-text.ts';
import { camelMembers } from '../gemini/members.ts';
import { nameOf } from './forms.ts';
import { isObject, optionalNumber, optionalString, requireArray, requireObject, requireString } from '../read.ts';

/** One text to embed, as `embedContent` takes it; `batchEmbedContents` takes a list of them. */
interface Entry {
  readonly text: string;
  readonly model: string | undefined;
  readonly taskType: string | undefined;
  readonly dimensions: number | undefined;
}

/** A client's request to `embedContent` or `batchEmbedContents`; what the first entry says of the vectors holds for all. */
export function decodeRequest(wire: JsonObject, route: RouteParameters): EmbeddingRequest {
  const { requests } = wire;
  const entries =
    requests === undefined
      ? [decodeEntry(wire, '')]
      : requireArray(requests, 'requests').map((entry, index) => decodeEntry(requireObject(entry, `requests[${index}]`), `requests[${index}].`));
  const [first] = entries;
  return {
    model: (route.model ?? requireString(first?.model, 'model')).replace(/^models\//, ''),
    input: entries.map(({ text }) => text),
    dimensions: first?.dimensions,
    encoding: 'float',
    inputType: first?.taskType,
    extra: {},
  };
}

function decodeEntry(wire: JsonObject, path: string): Entry {
  const entry = camelMembers(wire);
  const config = isObject(entry['embedContentConfig']) ? camelMembers(entry['embedContentConfig']) : {};
  return {
    text: contentText(entry['content'], `${path}content`),
    model: optionalString(entry['model'], `${path}model`),
    taskType: optionalString(entry['taskType'] ?? config['taskType'], `${path}taskType`),
    dimensions: optionalNumber(entry['outputDimensionality'] ?? config['outputDimensionality'], `${path}outputDimensionality`),
  };
}

/** The texts of a content, which are embedded together. */
function contentText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  const { parts } = requireObject(value, path);
  const list = isObject(parts) ? [parts] : requireArray(parts, `${path}.parts`);
  return list
    .map((part, index) =>
      typeof part === 'string' ? part : requireString(requireObject(part, `${path}.parts[${index}]`)['text'], `${path}.parts[${index}].text`),
    )
    .join('\n');
}

/** Other providers' words for what the vectors are for. */
const TASK_TYPES: Readonly<Record<string, string>> = {
  search_document: 'RETRIEVAL_DOCUMENT',
  search_query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  query: 'RETRIEVAL_QUERY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
};

/** What the vectors are for, in Google's word. */
export function taskTypeOf({ inputType, extra }: EmbeddingRequest): string | undefined {
  const word = inputType ?? (typeof extra['task_type'] === 'string' ? extra['task_type'] : undefined);
  return word === undefined ? undefined : (TASK_TYPES[word.toLowerCase()] ?? word.toUpperCase());
}

/** Always `batchEmbedContents`, whose entries repeat the model: a list under `embedContent` would become one vector. */
export function encodeRequest(request: EmbeddingRequest): Encoded {
  const { model, dimensions, user } = request;
  const requests = textsOf(request).map((text) => ({
    model: nameOf(model),
    content: { parts: [{ text }] },
    taskType: taskTypeOf(request),
    outputDimensionality: dimensions,
  }));
  return { wire: { requests }, dropped: user === undefined ? [] : ['user'] };
}
