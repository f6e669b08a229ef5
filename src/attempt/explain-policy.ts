import type { RetryPolicy, TargetNode } from '../config/resolved.ts';
import type { JsonObject } from '../ir/json.ts';
import { DEFAULT_IDLE } from './perform.ts';

/** How long and how often a target is tried, in the words of the config. `firstContent`: milliseconds until another target is asked beside it. */
export function explainPolicy({ retry, requestTimeout, timeouts, concurrency, onStreamBreak, fault }: TargetNode, firstContent?: number): JsonObject {
  return {
    retry: retry.attempts === 0 ? { attempts: 0 } : explainRetry(retry),
    request_timeout: requestTimeout,
    timeouts: { connect: timeouts.connect, first_event: firstContent, idle: timeouts.idle ?? DEFAULT_IDLE, total: timeouts.total },
    on_stream_break: onStreamBreak,
    max_concurrency: concurrency?.most,
    queue: concurrency?.queue,
    fault: fault === undefined ? undefined : { ...fault },
  };
}

function explainRetry({ attempts, onStatusCodes, onErrors, useRetryAfter }: RetryPolicy): JsonObject {
  return { attempts, on_status_codes: onStatusCodes, on_errors: onErrors, use_retry_after_header: useRetryAfter };
}
