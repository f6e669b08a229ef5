import type { EmbeddingReply } from '../ir/embeddings.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Reply } from '../pipeline/step.ts';
import type { Transport, UpstreamHead, UpstreamRequest } from '../transport/port.ts';
import { jsonOrText, looksLikeError, looksLikeJson } from './body.ts';
import { inParts } from './parts.ts';
import { perform } from './perform.ts';
import { prepareEmbed, type EmbedCall, type PreparedEmbed } from './prepare-embed.ts';
import { WholeReceiver } from './receive-whole.ts';
import type { Target } from './target.ts';
import { errorOfResponse, notAnAnswer } from './upstream-error.ts';

/** A provider's whole answer. */
interface Answer {
  readonly head: UpstreamHead;
  readonly bytes: Buffer;
}

/** Makes one attempt at a target's embeddings endpoint, translating where client and provider speak different formats. */
export async function attemptEmbed(call: EmbedCall, target: Target, transport: Transport): Promise<Reply> {
  const prepared = prepareEmbed(call, target);
  const answers = await inParts(prepared.requests, call.signal, sender(prepared, target, transport));
  const { head } = answers[0] as Answer;
  const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped: prepared.dropped };
  return { status: head.status, headers: head.headers, body: { kind: 'bytes', bytes: answerOf(answers, prepared, call) }, strict: true, route };
}

/** What sends a request in the endpoint's format and gives the answer, if it is one. */
function sender({ endpoint }: PreparedEmbed, target: Target, transport: Transport) {
  const interpret = (head: UpstreamHead, bytes: Buffer): Answer => {
    if (!looksLikeJson(bytes)) throw notAnAnswer(head);
    if (looksLikeError(bytes)) throw errorOfResponse(endpoint.dialect.error, { ...head, status: 502 }, bytes);
    return { head, bytes };
  };
  return (request: UpstreamRequest, signal: AbortSignal): Promise<Answer> =>
    perform(
      { transport, request, signal, timeout: target.node.requestTimeout },
      (settle) => new WholeReceiver(settle, endpoint.dialect.error, interpret),
    );
}

function answerOf(answers: readonly Answer[], { endpoint, canonical, form }: PreparedEmbed, call: EmbedCall): Buffer | string {
  if (canonical === undefined) {
    const { bytes } = answers[0] as Answer;
    return form === undefined ? bytes : JSON.stringify(form(jsonOrText(bytes) as JsonObject));
  }
  const replies = answers.map(({ bytes }) => endpoint.dialect.reply.decode(jsonOrText(bytes) as JsonObject));
  return JSON.stringify(call.endpoint.dialect.reply.encode(joined(replies), canonical));
}

/** The vectors of all parts in their order, and the sum of their tokens. */
function joined(replies: readonly EmbeddingReply[]): EmbeddingReply {
  const [first = { vectors: [] }, ...others] = replies;
  if (others.length === 0) return first;
  const tokens = replies.flatMap(({ promptTokens }) => promptTokens ?? []);
  const promptTokens = tokens.length === 0 ? undefined : tokens.reduce((sum, count) => sum + count, 0);
  return { model: first.model, vectors: replies.flatMap(({ vectors }) => vectors), promptTokens };
}
