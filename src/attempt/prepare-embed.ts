import type { EmbeddingRequest } from '../ir/embeddings.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call } from '../pipeline/step.ts';
import type { EmbedEndpoint } from '../providers/provider.ts';
import type { UpstreamRequest } from '../transport/port.ts';
import { attemptHeaders } from './headers.ts';
import { bodyFor, modelAsked } from './parameters.ts';
import { partsOf } from './parts.ts';
import { applyQuirks, modelAt, refusedMembers } from './quirks.ts';
import { embedEndpoint, locate, type Target } from './target.ts';

export type EmbedCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'embed' }> };

/** An embeddings request made ready for one target. */
export interface PreparedEmbed {
  readonly endpoint: EmbedEndpoint;
  /** Several where the host takes few inputs at once. */
  readonly requests: readonly UpstreamRequest[];
  /** What was asked for, where client and provider speak different formats. */
  readonly canonical: EmbeddingRequest | undefined;
  /** Brings an answer in the client's format to the form that it asked in; undefined: it is passed on as it comes. */
  readonly form?: ((reply: JsonObject) => JsonObject) | undefined;
  readonly dropped: readonly string[];
}

/** Works out, without sending them, the exact requests that a target gets for an embeddings call. */
export function prepareEmbed(call: EmbedCall, target: Target): PreparedEmbed {
  const client = call.endpoint.dialect;
  const wire = bodyFor(call, target.node);
  const asked = modelAsked(call, target.node, wire);
  const endpoint = embedEndpoint(target, asked);
  const model = modelAt(endpoint.quirks, asked);
  const requestFor = writer(call, { target, endpoint, model });
  if (endpoint.dialect === client) {
    const { forms } = client;
    const form = forms && ((reply: JsonObject) => forms.toClient(reply, wire));
    const whole = forms === undefined ? wire : forms.toHost(wire, model);
    return { endpoint, requests: [requestFor(whole)], canonical: undefined, form, dropped: refusedMembers(whole, endpoint.quirks) };
  }
  const canonical = { ...client.request.decode(wire, { model }), model };
  const encoded = partsOf(canonical, endpoint.dialect.mostInputs?.(model)).map((part) => endpoint.dialect.request.encode(part));
  const dropped = [...new Set(encoded.flatMap((part) => [...part.dropped, ...refusedMembers(part.wire, endpoint.quirks)]))];
  return { endpoint, requests: encoded.map((part) => requestFor(part.wire)), canonical, dropped };
}

interface Destination {
  readonly target: Target;
  readonly endpoint: EmbedEndpoint;
  readonly model: string;
}

/** What makes a request of a body in the endpoint's format. */
function writer(call: EmbedCall, { target, endpoint, model }: Destination): (wire: JsonObject) => UpstreamRequest {
  const place = locate(target, endpoint.path, model);
  const headers = attemptHeaders(call, target, 'application/json');
  return (wire) => {
    const sent = applyQuirks(wire, endpoint.quirks);
    const body = sent === call.json ? call.body : JSON.stringify(sent);
    return { ...place, method: 'POST', headers, body, guarded: target.guarded };
  };
}
