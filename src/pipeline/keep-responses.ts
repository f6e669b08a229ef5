import type { Dialect } from '../dialects/dialect.ts';
import { itemIds, recordOf } from '../dialects/openai-responses/history.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import type { ResponseStore } from '../stores/responses/response-store.ts';
import { troubleOfCalls } from '../telemetry/log.ts';
import { replyContext } from './reply-context.ts';
import { ResponseHistory } from './response-history.ts';
import type { Call, Handler, Reply, Step } from './step.ts';
import { answerInquiry, inquiryOf } from './stored-responses.ts';
import { tenantOf } from './tenant.ts';
import { watchResponse } from './watch-response.ts';

/**
 * The state of the Responses API, for providers that have none: keeps answers unless the request says `store: false`, lets requests
 * continue them by `previous_response_id` and name their items, and answers questions about them.
 */
export function keepResponses(store: ResponseStore): Step {
  return (next) => async (call) => {
    const inquiry = inquiryOf(call);
    if (inquiry !== undefined) return answerInquiry(call, inquiry, { store, tenant: tenantOf(call), next });
    return call.endpoint.kind === 'chat' && call.endpoint.dialect.id === 'openai-responses' && call.json !== undefined
      ? respond(call, call.json, { next, store, dialect: call.endpoint.dialect })
      : next(call);
  };
}

const notKept = troubleOfCalls('a response could not be kept');

interface Keeper {
  readonly next: Handler;
  readonly store: ResponseStore;
  readonly dialect: Dialect;
}

async function respond(call: Call, request: JsonObject, { next, store, dialect }: Keeper): Promise<Reply> {
  const tenant = tenantOf(call);
  const history = new ResponseHistory(store, tenant);
  await history.load(request);
  const reply = await next({ ...call, recall: history.recall });
  const { keeping } = reply;
  if (keeping === undefined) return reply;
  const context = replyContext(call, reply);
  const failed = (cause: unknown): void => notKept({ call: call.id, cause });
  const take = (response: JsonObject, isHostsOwn: boolean): void => {
    if (!isWhole(response)) return;
    const { input, output, previous } = recordOf(request, response);
    const keeper = isHostsOwn ? keeping.keeper : undefined;
    const stored = { response, input, previous, items: itemIds({ input, output }), keeper, provider: reply.route.provider };
    store.put(tenant, stored).catch(failed);
  };
  const onlooker = { encode: (events: readonly ChatEvent[]) => dialect.reply.encode(events, context), take, failed };
  return { ...reply, body: watchResponse(reply, request['stream'] === true, onlooker) };
}

/** Answers that failed, or that are still being made in the background, cannot be continued. */
function isWhole({ id, status, output }: JsonObject): boolean {
  return typeof id === 'string' && id !== '' && Array.isArray(output) && (status === 'completed' || status === 'incomplete');
}
