import type { JsonObject } from '../ir/json.ts';
import type { ChatRequest } from '../ir/request.ts';
import type { Dialect, RouteParameters } from './dialect.ts';

/** How the number of tokens of a chat request is asked for at a host. */
export interface CountHost {
  readonly chat: Dialect;
  readonly request: { encode(request: ChatRequest): JsonObject };
  /** Undefined where the reply names no number. */
  readonly reply: { decode(wire: JsonObject): number | undefined };
}

/** The same in a form that clients use too. */
export interface CountDialect extends CountHost {
  readonly request: CountHost['request'] & { decode(wire: JsonObject, route: RouteParameters): ChatRequest };
  readonly reply: CountHost['reply'] & { encode(tokens: number): JsonObject };
}
