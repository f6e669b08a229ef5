/**
 * Every error the gateway can answer with: its HTTP status, the `type` OpenAI-style clients see, whether the same target may be tried
 * again, whether the next target may be tried, and one line for `docs/errors.md` (kept equal by a test).
 */
export const ERRORS = {
  invalid_json: row(400, 'invalid_request_error', 'stop', 'The request body is not valid JSON.'),
  invalid_request: row(400, 'invalid_request_error', 'stop', 'A field of the request has a wrong type or value; `param` names it.'),
  invalid_header: row(400, 'invalid_request_error', 'stop', 'A gateway header cannot be read; the message names it and what was expected.'),
  invalid_config: row(400, 'invalid_request_error', 'stop', 'The config is not valid; `errors` lists each path and what was expected there.'),
  config_not_json: row(400, 'invalid_request_error', 'stop', 'The config is not JSON.'),
  config_without_provider: row(400, 'invalid_request_error', 'stop', 'The config names no provider or targets, and no header names a provider.'),
  legacy_config: row(400, 'invalid_request_error', 'stop', 'The config has the form of an earlier version, with `options` instead of `targets`.'),
  unknown_config: row(400, 'invalid_request_error', 'stop', 'The config is named by an id that the gateway does not know.'),
  invalid_forward_headers: row(400, 'invalid_request_error', 'stop', 'The header that lists forwarded headers names itself.'),
  invalid_content_type: row(400, 'invalid_request_error', 'stop', 'The content type of the request is not one that the route takes.'),
  invalid_custom_host: row(400, 'invalid_request_error', 'stop', 'The custom host is malformed, or private and not trusted.'),
  provider_required: row(400, 'invalid_request_error', 'stop', 'Neither a provider nor a config with targets was given.'),
  unknown_provider: row(400, 'invalid_request_error', 'stop', 'The gateway does not know the provider.'),
  no_matching_target: row(400, 'invalid_request_error', 'stop', 'A conditional strategy resolved to no target.'),
  unsupported_endpoint: row(400, 'invalid_request_error', 'next', 'The provider has no such endpoint.'),
  unsupported_content: row(400, 'invalid_request_error', 'next', 'The request holds something that the provider cannot be sent.'),
  missing_option: row(400, 'invalid_request_error', 'next', 'The target lacks an option that its provider needs; `param` names it.'),
  ambient_identity_refused: row(
    403,
    'permission_error',
    'next',
    "The target asks for the identity of the gateway's machine, which is not open to callers.",
  ),
  authorization_failed: row(502, 'upstream_error', 'next', 'The identity service of the target did not issue a token.'),
  invalid_api_key: row(401, 'authentication_error', 'stop', 'The API key is missing, unknown, or expired.'),
  blocked_api_key: row(403, 'permission_error', 'stop', 'The API key has been blocked.'),
  missing_scope: row(403, 'permission_error', 'stop', 'The API key has none of the scopes that the request needs; the message names them.'),
  not_admitted: row(
    403,
    'permission_error',
    'stop',
    "Without a key, the admin interface and everything saved are open to the gateway's own machine only.",
  ),
  config_not_allowed: row(403, 'permission_error', 'stop', 'The API key may not use the config.'),
  provider_not_allowed: row(403, 'permission_error', 'next', 'The API key may not use the provider.'),
  provider_unusable: row(412, 'invalid_request_error', 'next', 'The saved provider has expired, is disabled, or has no key that can be read.'),
  model_not_allowed: row(412, 'model_not_allowed_error', 'next', 'The API key, or the saved provider, may not be used with the model.'),
  not_saved: row(404, 'invalid_request_error', 'stop', 'Nothing is saved under the id.'),
  id_taken: row(409, 'invalid_request_error', 'stop', 'Something is already saved under the id.'),
  read_only: row(409, 'invalid_request_error', 'stop', 'What is defined in sluice.yaml can only be changed there.'),
  version_mismatch: row(412, 'invalid_request_error', 'stop', 'Someone else has changed it in the meantime; `if-match` names an earlier version.'),
  store_unavailable: row(503, 'server_error', 'stop', 'Saved data cannot be read or written at the moment.'),
  not_found: row(404, 'invalid_request_error', 'stop', 'There is no such route.'),
  request_timeout: row(408, 'timeout_error', 'next', 'The provider did not answer within `request_timeout`.'),
  answer_too_slow: row(504, 'timeout_error', 'next', 'The first content of the answer, or its next piece, took too long.'),
  body_too_large: row(413, 'invalid_request_error', 'stop', 'The request body is larger than the gateway takes.'),
  headers_too_large: row(431, 'invalid_request_error', 'stop', 'The request head is larger than the gateway takes.'),
  client_closed: row(499, 'client_error', 'stop', 'The client closed the connection before the answer.'),
  internal_error: row(500, 'server_error', 'next', 'The gateway failed; its log has the details under the request id.'),
  upstream_error: row(
    502,
    'upstream_error',
    'retry',
    'The provider answered with an error; its own status and message are passed on, to clients of its own dialect with all else that it says.',
  ),
  upstream_unreachable: row(502, 'upstream_error', 'retry', 'The provider could not be reached, or the connection broke before an answer.'),
  upstream_invalid: row(502, 'upstream_error', 'retry', 'The provider answered with something that is not an answer.'),
  stream_truncated: row(502, 'upstream_error', 'retry', 'The provider broke off in the middle of an answer.'),
  overloaded: row(
    503,
    'server_error',
    'next',
    'The target, or the gateway, has reached its limit of concurrent calls; `retry-after` says when to try again.',
  ),
  budget_exhausted: row(
    412,
    'budget_error',
    'next',
    'A budget is used up, or calls under way have reserved what is left; `x-sluice-budget-remaining` and `x-sluice-budget-reset` say how much that is, and when the budget is reset.',
  ),
  model_unpriced: row(412, 'budget_error', 'next', 'The price of the model is unknown, and a budget that applies to the call refuses such calls.'),
  rate_limited: row(429, 'rate_limit_error', 'next', 'A rate limit of the gateway is reached; `retry-after` says when to try again.'),
  limits_unavailable: row(503, 'server_error', 'next', 'The store of a limit cannot be reached, and the limit refuses calls until it can.'),
  outpaced: row(499, 'client_error', 'stop', 'Another target answered first; only in records of attempts.'),
  shutting_down: row(503, 'server_error', 'stop', 'The gateway is shutting down.'),
} as const satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorTraits {
  readonly status: number;
  readonly type: string;
  /** `retry`: the same target may be tried again, then the next. `next`: only the next target. `stop`: neither. */
  readonly recovery: 'retry' | 'next' | 'stop';
  readonly title: string;
}

function row(status: number, type: string, ...[recovery, title]: [ErrorTraits['recovery'], string]): ErrorTraits {
  return Object.freeze({ status, type, recovery, title });
}

/** Which way an answer or an error came; shown in the `x-portkey-*` and `x-sluice-*` response headers. */
export interface RouteTaken {
  /** Path of the target in the config, as `config.targets[1]`; `config` where there are no targets. */
  readonly path: string;
  readonly provider: string;
  /** Retries done; -1 when all were used up or the provider asked for too long a wait. */
  readonly retries: number;
  /** Request members that the target could not be sent. */
  readonly dropped: readonly string[];
}

/** What a client is told of an error, in no dialect yet. `status` is the HTTP status. */
export interface ErrorInfo {
  readonly status: number;
  readonly message: string;
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
}

/** A provider's own error. Clients of the dialect that it was told in are given its further members as well. */
export interface NativeError {
  /** The error codec of that dialect. */
  readonly codec: object;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface GatewayErrorOptions {
  /** Overrides the table's status: the provider's own, for `upstream_error`. */
  readonly status?: number | undefined;
  readonly type?: string | undefined;
  /** The provider's own code, shown instead of the table's. */
  readonly publicCode?: string | undefined;
  /** The field of the request or config that is wrong. */
  readonly param?: string | undefined;
  /** Id of the provider that the error came from. */
  readonly provider?: string | undefined;
  /** The message with what `details` say: most clients show nothing else of an error. */
  readonly fullMessage?: string | undefined;
  /** Further lines for the client, one a problem. */
  readonly details?: readonly string[] | undefined;
  /** The attempt that failed. */
  readonly route?: RouteTaken | undefined;
  /** Upstream response headers that go to the client with the error, flat name-value pairs. */
  readonly headers?: readonly string[] | undefined;
  readonly native?: NativeError | undefined;
  /** For the log only; never sent. */
  readonly cause?: unknown;
}

/** An error that a client may be told about. `message` is public, `cause` never leaves the process. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly info: ErrorInfo;
  readonly provider: string | undefined;
  readonly details: readonly string[];
  readonly headers: readonly string[];
  readonly native: NativeError | undefined;
  readonly route: RouteTaken | undefined;
  readonly #options: GatewayErrorOptions;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'GatewayError';
    const traits = ERRORS[code];
    this.code = code;
    this.status = options.status ?? traits.status;
    this.provider = options.provider;
    this.details = options.details ?? [];
    this.headers = options.headers ?? [];
    this.native = options.native;
    this.route = options.route;
    this.#options = options;
    this.info = {
      status: this.status,
      message: options.fullMessage ?? message,
      type: options.type ?? (options.publicCode === undefined && code === 'upstream_error' ? undefined : traits.type),
      code: options.publicCode ?? (code === 'upstream_error' ? undefined : code),
      param: options.param,
    };
  }

  /** The same error with the attempt that it came from, unless it knows one already. */
  on(route: RouteTaken): GatewayError {
    if (this.route !== undefined) return this;
    return this.#copy(route);
  }

  /** The same error after so many retries. */
  afterRetries(retries: number): GatewayError {
    return this.route === undefined ? this : this.#copy({ ...this.route, retries });
  }

  #copy(route: RouteTaken): GatewayError {
    const copy = new GatewayError(this.code, this.message, { ...this.#options, provider: this.provider ?? route.provider, route });
    if (this.stack !== undefined) copy.stack = this.stack;
    return copy;
  }

  /** The table's traits of this error. */
  get traits(): ErrorTraits {
    return ERRORS[this.code];
  }
}

/** Anything thrown, as a GatewayError: foreign errors become `internal_error` and keep their text for the log only. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  // Codecs and the serialiser walk a request's JSON by recursion; only a client can nest it deep enough to exhaust the stack.
  if (thrown instanceof RangeError && /call stack/.test(thrown.message))
    return new GatewayError('invalid_request', 'The request is nested too deeply.', { cause: thrown });
  return new GatewayError('internal_error', 'The gateway failed to handle this request.', { cause: thrown });
}
