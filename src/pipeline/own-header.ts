import type { Call } from './step.ts';

/** The gateway's own header of that name, in either of its spellings. */
export function ownHeader({ headers }: Pick<Call, 'headers'>, name: string): string | undefined {
  return headers[`x-sluice-${name}`] ?? headers[`x-portkey-${name}`];
}
