import type { Endpoint } from './endpoint.ts';
import type { Explanation, Room } from './explanation.ts';
import type { Handler, Reply } from './step.ts';

/** A config can have hundreds of targets, and each would get the whole request: bodies are shown up to so many bytes in all. */
const SHOWN_BYTES = 16 * 1024 * 1024;

type Explain = (call: Parameters<Handler>[0], room: Room) => Promise<Explanation>;

/** Replies with what would become of a call, and does none of it. */
export function explaining(explain: Explain): Handler {
  return async (call) => {
    const plan = await explain(call, { bytes: SHOWN_BYTES });
    const order = orderOf(plan, 1);
    const endpoint = { path: call.pathname, kind: call.endpoint.kind, format: formatOf(call.endpoint) };
    return replyWith({ object: 'explanation', endpoint, order, plan }, order[0]);
  };
}

/** A target among all that would be tried, whatever groups they stand in. */
interface Place {
  readonly target: string;
  readonly provider: string;
  /** Probability of being tried first of all. */
  readonly first: number;
}

function orderOf(plan: Explanation, share: number): readonly Place[] {
  if (!('tries' in plan)) return [{ target: plan.path, provider: plan.provider, first: Math.round(share * 1000) / 1000 }];
  return plan.tries.flatMap((tried) => orderOf(tried, share * tried.first));
}

/** The format that the client speaks. */
function formatOf(endpoint: Endpoint): string | undefined {
  if (endpoint.kind === 'count') return endpoint.counting.chat.id;
  return 'dialect' in endpoint ? endpoint.dialect.id : undefined;
}

function replyWith(body: object, first: Place | undefined): Reply {
  const route = { path: first?.target ?? 'config', provider: first?.provider ?? '', retries: 0, dropped: [] };
  return { status: 200, headers: [], body: { kind: 'bytes', bytes: JSON.stringify(body) }, strict: true, route };
}
