import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';

/** Who may ask: whoever administers the gateway, a caller whose key has one of the scopes, or anyone, where the operation checks by itself. */
export type Access = 'admin' | 'anyone' | { readonly scopes: readonly string[] };

/** A request that has been checked against its operation. */
export interface OperationRequest<Query = unknown, Body = unknown> {
  /** By their names in the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
  /** Of the caller; undefined: whoever asks sees all of them. */
  readonly workspace: string | undefined;
  /** Of the caller's key; undefined: whoever asks administers the gateway. */
  readonly scopes: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

export interface OperationReply {
  /** 200 by default. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** JSON; or text in pieces (server-sent events, JSON lines), with its `content-type` among the headers. */
  readonly body?: unknown;
  readonly stream?: AsyncIterable<string> | undefined;
}

/**
 * One operation of the REST interface beside the model calls. The server's routes, the checks of queries and bodies, and the OpenAPI
 * document are all made of these.
 */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Parameters in braces: `/admin/v1/configs/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: z.core.$ZodType | undefined;
  readonly body?: z.core.$ZodType | undefined;
  /** Of a 2xx reply in JSON. */
  readonly reply?: z.core.$ZodType | undefined;
  run(request: OperationRequest): Promise<OperationReply>;
}

/** Gives the query and body of an operation the types of their schemas. */
export function operation<Query extends z.core.$ZodType = z.ZodUndefined, Body extends z.core.$ZodType = z.ZodUndefined>(
  definition: Omit<Operation, 'query' | 'body' | 'run'> & {
    readonly query?: Query;
    readonly body?: Body;
    run(request: OperationRequest<z.infer<Query>, z.infer<Body>>): Promise<OperationReply>;
  },
): Operation {
  return definition;
}
