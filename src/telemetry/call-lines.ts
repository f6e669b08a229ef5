import type { Observer, Outcome } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import { log } from './log.ts';
import type { LoggedCalls } from './settings.ts';
import { tokensOf } from './tokens.ts';

/** Writes a line to the operator's log for each call that is over, or for those that failed; undefined for none. */
export function callLines(which: LoggedCalls): Observer | undefined {
  if (which === 'none') return undefined;
  return (call, outcome) => {
    const { status, ending } = outcome;
    const isFailure = status >= 400 || ending === 'broken' || ending === 'failed';
    if (which === 'errors' && !isFailure) return;
    const isGrave = status >= 500 || ending === 'broken';
    log(isGrave ? 'warn' : 'info', `${call.method} ${call.pathname} ${status}`, {
      ...whoOf(call, outcome),
      ...howOf(call, outcome),
      ...useOf(call),
      call: call.id,
    });
  };
}

function whoOf({ id, traceId, notes }: Call, { route }: Outcome): object {
  return { provider: route?.provider, model: notes.model, caller: notes.caller?.name, trace: traceId === id ? undefined : traceId };
}

function howOf({ attempts }: Call, { error, ending, ms, firstMs, isStreamed }: Outcome): object {
  return {
    ms: Math.round(ms),
    first_ms: isStreamed && firstMs !== undefined ? Math.round(firstMs) : undefined,
    overhead_ms: Math.round(attempts.watch.own * 100) / 100,
    attempts: attempts.list.length === 1 ? undefined : attempts.list.length,
    ending: ending === 'whole' ? undefined : ending,
    error: error?.code,
    error_message: error?.message,
  };
}

function useOf({ notes }: Call): object {
  const tokens = notes.usage === undefined ? undefined : tokensOf(notes.usage);
  return { input_tokens: tokens?.input, output_tokens: tokens?.output, cost: notes.cost?.total, cache: notes.cache?.status };
}
