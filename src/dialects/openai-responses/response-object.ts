import type { StartEvent, Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ReplyContext } from '../dialect.ts';
import { objectOf } from '../lenient.ts';
import { encodeUsage } from './usage.ts';
import type { RequestEcho, ResponseError, ResponseObject, ResponseStatus } from './wire.ts';

/** What the response object says about the answer as a whole. */
export interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly serviceTier: string | undefined;
  readonly echo: RequestEcho;
}

/** How ids of this API begin; any other upstream id is replaced, because it may not be the only one of its kind. */
const RESPONSE_ID = /^resp_\w/;

/** Takes the head from the upstream's first event, and from the context what it left out. */
export function headOf(start: StartEvent | undefined, context: ReplyContext): Head {
  return {
    id: start?.id !== undefined && RESPONSE_ID.test(start.id) ? start.id : `resp_${context.id}`,
    created: start?.created ?? context.created,
    model: start?.model ?? context.model,
    serviceTier: start?.serviceTier,
    echo: echoOf(context.request ?? { store: false }),
  };
}

/** What a response says where its request said nothing. */
const DEFAULTS: RequestEcho = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: null,
  truncation: 'disabled',
  user: null,
};

/** What a response repeats of its request. */
function echoOf(request: JsonObject): RequestEcho {
  const said = Object.keys(DEFAULTS).filter((name) => request[name] !== undefined && request[name] !== null);
  return {
    ...DEFAULTS,
    ...Object.fromEntries(said.map((name) => [name, request[name]])),
    reasoning: { ...DEFAULTS.reasoning, ...objectOf(request.reasoning) },
    text: { ...DEFAULTS.text, ...objectOf(request.text) },
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
    model: head.model,
    output: outcome.output,
    service_tier: head.serviceTier ?? null,
    usage: outcome.usage === undefined ? null : encodeUsage(outcome.usage),
    ...head.echo,
  };
}
