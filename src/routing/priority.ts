import { GatewayError } from '../errors.ts';

/** How urgent calls are, the most urgent first. */
export const PRIORITIES = ['high', 'normal', 'low'] as const;

export type Priority = (typeof PRIORITIES)[number];

const HEADER = 'x-sluice-priority';

/** The priority that a caller names; throws a GatewayError for any other word. */
export function priorityOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Priority {
  const text = headers[HEADER];
  if (text === undefined || text === '') return 'normal';
  const named = PRIORITIES.find((priority) => priority === text);
  if (named !== undefined) return named;
  throw new GatewayError('invalid_header', `${HEADER}: Expected one of: ${PRIORITIES.join(', ')}`, { param: HEADER });
}
