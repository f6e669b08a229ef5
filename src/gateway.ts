import { readConfig } from './config/facade.ts';
import type { ResolvedConfig } from './config/resolved.ts';
import { keepResponses } from './pipeline/keep-responses.ts';
import { pipeline, type Handler, type Step } from './pipeline/step.ts';
import { planner, type PlanOptions } from './plan.ts';
import type { ResponseStore } from './stores/response-store.ts';

/** What the gateway needs from the world. */
export interface GatewayOptions extends PlanOptions {
  readonly responses: ResponseStore;
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
 * Until a handler resolves the client has seen nothing, so whoever catches its rejection may try something else.
 */
export function createGateway(options: GatewayOptions): Handler {
  const plan = planner(options);
  return pipeline([configured, keepResponses(options.responses)], (call) => plan(call.config as ResolvedConfig)(call));
}

/** Reads the config that the request's headers name or hold. */
const configured: Step = (next) => async (call) => next({ ...call, config: readConfig(call.headers) });
