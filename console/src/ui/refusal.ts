import { createContext, useContext } from 'react';
import { ApiError } from '../api/client.ts';

/** Why what a form sent was refused; null while nothing was. */
export const Refusal = createContext<unknown>(null);

/** What the gateway said of a member of what was sent (`alert_webhook`, `usage_limits[0].credit_limit`), or of a part of it. */
export function useRefusalOf(member: string | undefined): string | undefined {
  return wordsOf(useContext(Refusal), member);
}

/** The words of an error about a member, without its name in front; undefined for an error about something else. */
export function wordsOf(error: unknown, member: string | undefined): string | undefined {
  if (member === undefined || !(error instanceof ApiError) || error.param === undefined) return undefined;
  const { param, message } = error;
  const isOfIt = param.startsWith(member) && ['', '.', '['].includes(param.charAt(member.length));
  if (!isOfIt) return undefined;
  return message.startsWith(`${param}: `) ? message.slice(param.length + 2) : message;
}
