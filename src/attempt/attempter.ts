import { toGatewayError } from '../errors.ts';
import type { TargetNode } from '../config/resolved.ts';
import type { Attempt as Entry } from '../pipeline/attempts.ts';
import type { Call, Handler, Reply } from '../pipeline/step.ts';
import { authorizing } from '../transport/auth/authorizing.ts';
import { Credentials } from '../transport/auth/credentials.ts';
import { decompressing } from '../transport/decompress.ts';
import { faulty, type FaultClock } from '../transport/fault.ts';
import { metered } from '../transport/metered.ts';
import type { Transport } from '../transport/port.ts';
import { withHeaders } from '../transport/with-headers.ts';
import { authorizerOf } from './authorize.ts';
import { attemptPath } from './batch-output.ts';
import type { lostBilling } from './bill.ts';
import { attemptChat } from './chat.ts';
import { attemptCount } from './count.ts';
import { attemptEmbed } from './embed.ts';
import { attemptModels, type ModelsCall } from './models.ts';
import type { PassthroughCall } from './passthrough.ts';
import type { ChatCall } from './prepare-chat.ts';
import type { CountCall } from './prepare-count.ts';
import type { EmbedCall } from './prepare-embed.ts';
import type { Target } from './target.ts';

/** What attempts are made with. */
export interface AttemptOptions {
  readonly transport: Transport;
  readonly clock: FaultClock & { readonly now: () => number };
  /** Whether callers' configs may use the identity of the machine that the gateway runs on. */
  readonly ambientCredentials?: boolean | undefined;
  /** Headers that tell a provider of an attempt's place in its trace, flat pairs; undefined: none are sent. */
  readonly propagate?: ((call: Call, entry: Entry) => readonly string[]) | undefined;
}

/** Makes one attempt at a target. */
export type Attempt = (call: Call, target: Target, entry: Entry) => Promise<Reply>;
type AttemptThrough = (call: Call, target: Target, transport: Transport) => Promise<Reply>;

/** One attempt, by the kind of the endpoint. */
const ATTEMPTS: { readonly [kind in Call['endpoint']['kind']]: AttemptThrough } = {
  chat: (call, target, transport) => attemptChat(call as ChatCall, target, decompressing(transport)),
  embed: (call, target, transport) => attemptEmbed(call as EmbedCall, target, decompressing(transport)),
  count: (call, target, transport) => attemptCount(call as CountCall, target, decompressing(transport)),
  models: (call, target, transport) => attemptModels(call as ModelsCall, target, decompressing(transport)),
  passthrough: (call, target, transport) => attemptPath(call as PassthroughCall, target, transport),
};

/** Makes attempts of every kind, each target's through a transport that authorizes its requests. */
export function attempter({ transport, clock, ambientCredentials = false, propagate }: AttemptOptions): Attempt {
  const source = { transport, now: clock.now, credentials: new Credentials(clock.now) };
  const authorized = new WeakMap<Target, Transport>();
  const through = (target: Target): Transport => {
    let own = authorized.get(target);
    if (own === undefined) {
      const authorize = authorizerOf(target, source, ambientCredentials);
      own = withFault(target, authorize === undefined ? transport : authorizing(transport, authorize), clock);
      authorized.set(target, own);
    }
    return own;
  };
  return (call, target, entry) => {
    const own = propagate === undefined ? through(target) : withHeaders(through(target), propagate(call, entry));
    return ATTEMPTS[call.endpoint.kind](call, target, metered(own, entry, call.attempts.watch));
  };
}

function withFault({ node }: Target, transport: Transport, clock: FaultClock): Transport {
  return node.fault === undefined ? transport : faulty(transport, node.fault, clock);
}

interface LeafParts {
  readonly join: () => Target;
  readonly bill: ReturnType<typeof lostBilling>;
}

/** A target's handler, which records the call's attempts. Its errors carry the name of the target. */
export function leafHandler(node: TargetNode, attempt: Attempt, { join, bill }: LeafParts): Handler {
  const route = { path: node.path, provider: node.provider, retries: 0, dropped: [] };
  return async (call) => {
    const entry = call.attempts.begin(node.path, node.provider);
    try {
      const reply = await attempt(call, join(), entry);
      call.attempts.answered(entry, { status: reply.status, dropped: reply.route.dropped });
      return reply;
    } catch (thrown) {
      const error = toGatewayError(thrown);
      call.attempts.failed(entry, error, call.signal.aborted);
      await bill(call, entry);
      throw error.on(route);
    }
  };
}
