import type { JsonObject } from '../../ir/json.ts';
import type { RequestForms } from '../embedding-dialect.ts';
import { objectsOf } from '../lenient.ts';
import { isObject } from '../read.ts';

/** `embedContent` takes one entry of what `batchEmbedContents` takes a list of, and answers with one vector of its list. */
export const forms: RequestForms = {
  toHost(wire, model) {
    const entries = Array.isArray(wire['requests']) ? wire['requests'] : [wire];
    return { requests: entries.map((entry: unknown) => (isObject(entry) ? { ...entry, model: nameOf(model) } : null)) };
  },
  toClient(reply, asked) {
    if ('requests' in asked) return reply;
    const { embeddings, ...others }: JsonObject = reply;
    const [embedding] = objectsOf(embeddings);
    // Google's own libraries ask by either method and read the list of the other.
    return embedding === undefined ? reply : { embedding, embeddings, ...others };
  },
};

/** A model as entries name it. */
export function nameOf(model: string): string {
  return model.startsWith('models/') ? model : `models/${model}`;
}
