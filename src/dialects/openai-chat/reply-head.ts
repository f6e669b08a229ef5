import type { StartEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ReplyContext } from '../dialect.ts';
import { SERVICE_TIERS } from './vocabulary.ts';

/** The members that a reply or every chunk of a stream begins with. */
export interface ReplyHead extends JsonObject {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
}

/** What the upstream said of its answer, with the gateway's own where it said nothing. */
export function replyHead(start: StartEvent | undefined, context: ReplyContext, object: string): ReplyHead {
  const prefix = object.startsWith('chat') ? 'chatcmpl' : 'cmpl';
  return {
    id: start?.id ?? `${prefix}-${context.id}`,
    object,
    created: start?.created ?? context.created,
    model: start?.model ?? context.model,
    ...(context.provider === undefined ? undefined : { provider: context.provider }),
    ...(start?.serviceTier === undefined ? undefined : { service_tier: SERVICE_TIERS[start.serviceTier] ?? start.serviceTier }),
  };
}
