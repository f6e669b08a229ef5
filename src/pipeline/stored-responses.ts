import { listInputItems } from '../dialects/openai-responses/history.ts';
import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import type { ResponseStore, StoredResponse } from '../stores/responses/response-store.ts';
import { ResponseHistory } from './response-history.ts';
import type { Call, Handler, Reply } from './step.ts';

/** A request about an earlier response. */
export interface Inquiry {
  readonly id: string;
  readonly action: 'get' | 'delete' | 'inputItems' | 'cancel';
  readonly query: URLSearchParams;
}

const ACTIONS: Readonly<Record<string, Inquiry['action']>> = {
  'GET /responses/{id}': 'get',
  'DELETE /responses/{id}': 'delete',
  'GET /responses/{id}/input_items': 'inputItems',
  'POST /responses/{id}/cancel': 'cancel',
};

/** The response that a call asks for; undefined where it asks for something else. */
export function inquiryOf({ endpoint, method, url }: Call): Inquiry | undefined {
  const match = endpoint.kind === 'passthrough' ? /^\/responses\/([^/]+)(\/\w+)?$/.exec(endpoint.path) : null;
  const [, id = '', rest = ''] = match ?? [];
  const action = ACTIONS[`${method} /responses/{id}${rest}`];
  if (match === null || action === undefined) return undefined;
  return { id: decoded(id), action, query: new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '') };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The tenant's responses, and where questions go that they do not answer. */
export interface Shelf {
  readonly store: ResponseStore;
  readonly tenant: string;
  readonly next: Handler;
}

/** Answers an inquiry from the store. Responses that are not there, or that a host keeps too, are the provider's to tell of. */
export async function answerInquiry(call: Call, inquiry: Inquiry, shelf: Shelf): Promise<Reply> {
  const stored = await shelf.store.get(shelf.tenant, inquiry.id);
  if (stored === undefined) return shelf.next(call);
  if (stored.keeper !== undefined) return askKeeper(call, inquiry, shelf);
  return replyWith(stored, await ANSWERS[inquiry.action](stored, inquiry, shelf));
}

async function askKeeper(call: Call, { action, id }: Inquiry, { store, tenant, next }: Shelf): Promise<Reply> {
  const reply = await next(call);
  const isGone = reply.status === 404 || (reply.status >= 200 && reply.status < 300);
  if (action === 'delete' && isGone) await store.delete(tenant, id);
  return reply;
}

type Answer = (stored: StoredResponse, inquiry: Inquiry, shelf: Shelf) => Promise<JsonObject>;

const ANSWERS: Readonly<Record<Inquiry['action'], Answer>> = {
  get: async ({ response }, { query }) => {
    if (query.get('stream') !== 'true') return response;
    throw refusal('stream', 'A stored response is given as a whole: leave stream out.');
  },
  delete: async (_, { id }, { store, tenant }) => {
    await store.delete(tenant, id);
    return { id, object: 'response', deleted: true };
  },
  inputItems: async (_, { id, query }, { store, tenant }) => {
    const history = new ResponseHistory(store, tenant);
    await history.load({ previous_response_id: id });
    return listInputItems(id, history.records, Object.fromEntries(query));
  },
  cancel: async (_, { id }) => {
    throw refusal('response_id', `The response '${id}' is not running in the background, so that it cannot be cancelled.`);
  },
};

function refusal(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param });
}

function replyWith({ provider }: StoredResponse, body: JsonObject): Reply {
  const route = { path: 'config', provider, retries: 0, dropped: [] };
  return { status: 200, headers: [], body: { kind: 'bytes', bytes: JSON.stringify(body) }, strict: true, route };
}
