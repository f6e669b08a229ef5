import { billing } from './attempt/bill.ts';
import type { ResolvedConfig } from './config/resolved.ts';
import type { GatewayError } from './errors.ts';
import { accounted } from './pipeline/account.ts';
import { authenticated, type AuthenticateOptions } from './pipeline/authenticate.ts';
import { configured } from './pipeline/configure.ts';
import { explaining } from './pipeline/explain.ts';
import { keepResponses } from './pipeline/keep-responses.ts';
import type { Limits } from './pipeline/limits.ts';
import { listsModels, type ModelOffers } from './pipeline/list-models.ts';
import { observed } from './pipeline/observe.ts';
import { forOwnMachine } from './pipeline/own-machine.ts';
import type { Observer } from './pipeline/outcome.ts';
import { pipeline, type Handler } from './pipeline/step.ts';
import { usageAsAsked } from './pipeline/usage-as-asked.ts';
import { planner, type PlanOptions } from './plan.ts';
import type { ResponseStore } from './stores/responses/response-store.ts';

/** What the gateway is built from. */
export interface GatewayOptions extends PlanOptions {
  readonly responses: ResponseStore;
  /** Who may call, and the saved things that they may use. */
  readonly access: AuthenticateOptions & Access;
  /** Told of every call when it is over: metrics, logs. */
  readonly observers?: readonly Observer[] | undefined;
  /** Undefined: no limits. */
  readonly limits?: Limits | undefined;
  /** The models to list for a request that names no provider; undefined: none. */
  readonly offers?: ModelOffers | undefined;
}

/** What may be used without a key. */
export interface Access {
  /** Origins whose pages may use saved things; undefined: pages are treated like programs. */
  readonly pages?: readonly string[] | undefined;
}

/** What the gateway does with calls. */
export interface Gateway {
  readonly answer: Handler;
  /** For requests that cannot be read as calls: rejects with the error, and tells the observers. */
  readonly refuse: (error: GatewayError) => Handler;
  /** Replies with what would happen to the call, without doing any of it. */
  readonly explain: Handler;
}

/**
 * READ FIRST: the life of a request.
 *
 *   server      reads the HTTP request and finds the endpoint: which dialect the client speaks, or a pass-through
 *   gateway     runs the steps below, outermost first
 *   plan        walks the config: strategies choose among targets, retries repeat an attempt
 *   attempt     writes the request in the provider's dialect, sends it, and resolves when content is in hand
 *   server      writes the reply, or the error, in the client's dialect
 *
 * Until a handler resolves, nothing has been sent to the client, so whoever catches a rejection may try something else.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { limits } = options;
  const plan = planner({ ...options, admit: limits?.admit });
  const named = [
    authenticated(options.access),
    listsModels(options.offers),
    configured(options.access.directory),
    forOwnMachine(options.access.pages),
  ];
  const kept = keepResponses(options.responses);
  // Limits hear of the end of a call before the other observers, which may rely on what they have settled.
  const seen = observed([...(limits === undefined ? [] : [limits.observer]), ...(options.observers ?? [])], options.clock.now);
  return {
    answer: pipeline(
      [seen, ...named, ...(limits === undefined ? [] : [limits.step]), kept, usageAsAsked, accounted(billing(options.prices))],
      (call) => plan(call.config as ResolvedConfig).handler(call),
    ),
    refuse: (error) => seen(() => Promise.reject(error)),
    explain: pipeline(
      [...named, kept],
      explaining((call, room) => plan(call.config as ResolvedConfig).explain(call, room)),
    ),
  };
}
