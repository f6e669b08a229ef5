import type { JsonObject } from '../ir/json.ts';
import { estimateTokens } from '../models/estimate-tokens.ts';
import type { Reply } from '../pipeline/step.ts';
import type { Transport, UpstreamHead } from '../transport/port.ts';
import { jsonOrText } from './body.ts';
import { perform } from './perform.ts';
import { prepareCount, type CountCall } from './prepare-count.ts';
import { WholeReceiver } from './receive-whole.ts';
import type { Target } from './target.ts';
import { notAnAnswer } from './upstream-error.ts';

/** Counts the tokens of a chat request: by the provider where it can, else by an estimate of our own, which says so. */
export async function attemptCount(call: CountCall, target: Target, transport: Transport): Promise<Reply> {
  const { counting } = call.endpoint;
  const { uncounted, question } = prepareCount(call, target);
  const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped: [] };
  const reply = (head: Pick<UpstreamHead, 'status' | 'headers'>, tokens: number): Reply => {
    const bytes = JSON.stringify(counting.reply.encode(tokens));
    return { ...head, body: { kind: 'bytes', bytes }, strict: true, route };
  };
  if (uncounted !== undefined) return reply({ status: 200, headers: ['x-sluice-token-count', 'estimate'] }, await estimateTokens(uncounted));
  const { endpoint, request } = question;
  const interpret = (head: UpstreamHead, bytes: Buffer): Reply => {
    const body = jsonOrText(bytes);
    const tokens = typeof body === 'string' ? undefined : endpoint.counting.reply.decode(body as JsonObject);
    if (tokens === undefined) throw notAnAnswer(head);
    return endpoint.counting.reply === counting.reply ? { ...reply(head, tokens), body: { kind: 'bytes', bytes } } : reply(head, tokens);
  };
  const options = { transport, request, signal: call.signal, timeout: target.node.requestTimeout };
  return perform(options, (settle) => new WholeReceiver(settle, endpoint.counting.chat.error, interpret));
}
