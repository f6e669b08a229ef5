import type { StartEvent, Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ReplyContext } from '../dialect.ts';
import { encodeUsage } from './usage.ts';
import type { ResponseError, ResponseObject, ResponseStatus } from './wire.ts';

/** What the response object says about the answer as a whole. */
export interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly serviceTier: string | undefined;
}

/** Ids that hosts of this API give out; any other upstream id is replaced, because it may not be the only one of its kind. */
const RESPONSE_ID = /^resp_\w|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/;

/** Takes the head from the upstream's first event, and from the context what it left out. */
export function headOf(start: StartEvent | undefined, context: ReplyContext): Head {
  return {
    id: start?.id !== undefined && RESPONSE_ID.test(start.id) ? start.id : `resp_${context.id}`,
    created: start?.created ?? context.created,
    model: start?.model ?? context.model,
    serviceTier: start?.serviceTier,
  };
}

/** What a response object says beyond its head. */
export interface Outcome {
  readonly status: ResponseStatus;
  readonly output: readonly JsonObject[];
  readonly usage?: Usage | undefined;
  readonly error?: ResponseError | undefined;
  /** Why an incomplete answer ended. */
  readonly reason?: string | undefined;
}

/** Writes the response object. */
export function responseObject(head: Head, outcome: Outcome): ResponseObject {
  return {
    id: head.id,
    object: 'response',
    created_at: head.created,
    status: outcome.status,
    background: false,
    error: outcome.error ?? null,
    incomplete_details: outcome.reason === undefined ? null : { reason: outcome.reason },
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: head.model,
    output: outcome.output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: head.serviceTier ?? null,
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: null,
    truncation: 'disabled',
    usage: outcome.usage === undefined ? null : encodeUsage(outcome.usage),
    user: null,
    metadata: {},
  };
}
