import type { Endpoint } from '../pipeline/endpoint.ts';

/** What kind of call it is, in the words of the conventions for generative AI where they have one. */
const KINDS: { readonly [kind in Endpoint['kind']]: string } = {
  chat: 'chat',
  embed: 'embeddings',
  count: 'count_tokens',
  models: 'models',
  passthrough: 'passthrough',
};

/** The endpoint of a call as a label. */
export function endpointLabel({ kind }: Endpoint): string {
  return KINDS[kind];
}

/** The class of a status: `2xx`. */
export function statusLabel(status: number): string {
  return STATUSES[Math.floor(status / 100)] ?? 'other';
}

const STATUSES = ['0xx', '1xx', '2xx', '3xx', '4xx', '5xx'];
