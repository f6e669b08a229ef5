import type { JsonObject } from '../ir/json.ts';
import type { ChatRequest } from '../ir/request.ts';
import type { Dialect, RouteParameters } from './dialect.ts';

/** How a chat dialect asks for the number of tokens of a request. */
export interface CountDialect {
  readonly chat: Dialect;
  readonly request: {
    decode(wire: JsonObject, route: RouteParameters): ChatRequest;
    encode(request: ChatRequest): JsonObject;
  };
  readonly reply: {
    /** Undefined where the reply names no number. */
    decode(wire: JsonObject): number | undefined;
    encode(tokens: number): JsonObject;
  };
}
