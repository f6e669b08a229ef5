import { OPTIONS } from '../config/provider-options.ts';
import type { TargetNode } from '../config/resolved.ts';
import type { Call } from '../pipeline/step.ts';
import { callerKey } from './headers.ts';

const SECRET_OPTIONS = [...OPTIONS.values()].filter(({ secret }) => secret === true);

/** Everything by which a target's requests could prove who sends them, what counts most first. */
export function secretsOf(call: Call, { apiKey, options }: TargetNode): readonly string[] {
  const inOptions = SECRET_OPTIONS.flatMap(({ name, bareHeader }) => [
    options[name],
    bareHeader === undefined ? undefined : call.headers[bareHeader],
  ]);
  return [apiKey, apiKey === undefined ? callerKey(call) : undefined, ...inOptions, callerKey(call)].filter(
    (secret) => secret !== undefined && secret !== '',
  ) as string[];
}
