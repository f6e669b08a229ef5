import type { ReplyContext } from '../dialects/dialect.ts';
import type { Call, Reply } from './step.ts';

/** What the encoder of a reply to a chat call is told beside its events. */
export function replyContext(call: Call, reply: Pick<Reply, 'route' | 'strict'>): ReplyContext {
  const model = ('model' in call.endpoint ? call.endpoint.model : undefined) ?? call.json?.['model'];
  const options = call.json?.['stream_options'] as { include_usage?: unknown } | undefined;
  return {
    id: call.id,
    created: Math.floor(call.startedAt / 1000),
    model: typeof model === 'string' ? model : '',
    strict: reply.strict,
    includeUsage: options?.include_usage === true,
    provider: reply.route.provider,
    request: call.json,
  };
}
