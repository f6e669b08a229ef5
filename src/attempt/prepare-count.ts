import type { JsonObject } from '../ir/json.ts';
import type { ChatRequest } from '../ir/request.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call } from '../pipeline/step.ts';
import type { CountEndpoint } from '../providers/provider.ts';
import type { UpstreamRequest } from '../transport/port.ts';
import { attemptHeaders } from './headers.ts';
import { bodyFor, modelAsked } from './parameters.ts';
import { applyQuirks, modelAt } from './quirks.ts';
import { locate, meets, type Target } from './target.ts';

export type CountCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'count' }> };

/** What a provider that counts is asked. */
export interface CountQuestion {
  readonly endpoint: CountEndpoint;
  readonly request: UpstreamRequest;
}

/** A request to count tokens made ready for one target: a question to it, or what is left to be counted where the provider does not. */
export type PreparedCount =
  | { readonly question: CountQuestion; readonly uncounted?: undefined }
  | { readonly question?: undefined; readonly uncounted: ChatRequest };

/** Works out, without sending it, the exact request by which a target is asked for a number of tokens. */
export function prepareCount(call: CountCall, target: Target): PreparedCount {
  const { counting } = call.endpoint;
  const wire = bodyFor(call, target.node);
  const asked = modelAsked(call, target.node, wire);
  const endpoint = (target.provider.endpoints.count ?? []).find(({ when }) => meets(target, when, asked));
  const model = modelAt(endpoint?.quirks, asked);
  const decoded = (): ChatRequest => ({ ...counting.request.decode(wire, { model }), model });
  if (endpoint === undefined) return { uncounted: decoded() };
  const native = endpoint.counting === counting ? withModel(wire, model) : endpoint.counting.request.encode(decoded());
  const sent = applyQuirks(native, endpoint.quirks);
  const request = {
    ...locate(target, endpoint.path, model),
    method: 'POST',
    headers: attemptHeaders(call, target, 'application/json'),
    body: sent === call.json ? call.body : JSON.stringify(sent),
    guarded: target.guarded,
  };
  return { question: { endpoint, request } };
}

function withModel(wire: JsonObject, model: string): JsonObject {
  return wire['model'] === undefined || wire['model'] === model ? wire : { ...wire, model };
}
