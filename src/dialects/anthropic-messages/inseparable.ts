import type { ChatRequest } from '../../ir/request.ts';
import type { Inseparable } from '../dialect.ts';
import { OWN } from './vocabulary.ts';

/**
 * A thread is a conversation that the API keeps: a request that continues one says nothing of its earlier turns. Anthropic's clients send
 * the whole conversation when they are told by the code that threads are not to be had.
 */
export function inseparable({ extra }: ChatRequest): Inseparable | undefined {
  const thread = extra[OWN]?.thread;
  if (thread === undefined || thread === null) return undefined;
  return { param: 'thread', what: 'a conversation that the provider keeps', code: 'thread_unsupported_request' };
}
