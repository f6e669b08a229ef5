import type { JsonObject } from '../../api/types.ts';
import { withValue, type Path } from './paths.ts';

export interface FaultChoice {
  readonly id: string;
  readonly label: string;
  readonly fault: JsonObject | undefined;
}

/** What can be rehearsed at a target. */
export const FAULTS: readonly FaultChoice[] = [
  { id: 'none', label: 'None', fault: undefined },
  { id: 'rate-limit', label: 'Rate limit (429)', fault: { status: 429 } },
  { id: 'down', label: 'Outage (503)', fault: { status: 503 } },
  { id: 'reset', label: 'Connection reset', fault: { reset: true } },
  { id: 'slow', label: 'Slow first token (12 s)', fault: { delay: 12_000 } },
  { id: 'cut', label: 'Stream breaks off', fault: { cut_after: 5 } },
  { id: 'stall', label: 'Stream stalls', fault: { stall_after: 5 } },
  { id: 'malformed', label: 'Malformed event', fault: { malformed: true } },
];

/** The config with a fault at a target. */
export function withFault(config: JsonObject, path: Path, id: string): JsonObject {
  const fault = FAULTS.find((one) => one.id === id)?.fault;
  return fault === undefined ? config : (withValue(config, [...path, 'fault'], fault) as JsonObject);
}
