import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { parseJson } from '../dialects/read.ts';
import type { JsonObject } from '../ir/json.ts';
import { Attempts } from '../pipeline/attempts.ts';
import type { Embed } from '../pipeline/cache-semantic.ts';
import type { Call, Handler } from '../pipeline/step.ts';
import type { ResolvedConfig } from '../config/resolved.ts';

/** Makes embeddings of the gateway's own through the targets of a config. They stand in no call's books. */
export function embedder(handlerOf: (node: ResolvedConfig) => Handler, now: () => number): Embed {
  return async (call, { target, model, dimensions }, text) => {
    const json: JsonObject = { model, input: text, ...(dimensions === undefined ? {} : { dimensions }) };
    const { body } = await handlerOf(target)({ ...callFor(call, target, json), attempts: new Attempts(now) });
    if (body.kind !== 'bytes') return undefined;
    const parsed = parseJson(Buffer.from(body.bytes as Uint8Array).toString('utf8'));
    const [vector] = openaiEmbeddings.reply.decode(parsed as JsonObject).vectors;
    return typeof vector === 'string' ? undefined : vector;
  };
}

/** Nothing of the client's goes to whoever makes embeddings for the gateway. */
function callFor({ id, traceId, signal, startedAt }: Call, config: ResolvedConfig, json: JsonObject): Omit<Call, 'attempts'> {
  const path = '/v1/embeddings';
  return {
    id,
    traceId,
    signal,
    startedAt,
    config,
    json,
    method: 'POST',
    url: path,
    pathname: path,
    headers: {},
    body: Buffer.from(JSON.stringify(json)),
    upload: undefined,
    endpoint: { kind: 'embed', dialect: openaiEmbeddings },
    metadata: {},
    notes: {},
    recoverable: false,
    isRaced: false,
  };
}
