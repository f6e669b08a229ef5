import { GatewayError, type ErrorCode } from '../errors.ts';
import type { Exchange, Receiver, Transport, UpstreamRequest } from '../transport/port.ts';
import { Deadlines, hasLimits, Silence, type Limits, type Stage } from './deadlines.ts';

/** Milliseconds for which an answer may stop in the middle before it counts as broken. */
export const DEFAULT_IDLE = 30_000;

export interface PerformOptions {
  readonly transport: Transport;
  readonly request: UpstreamRequest;
  /** Aborts the request: the client has left, another target was faster, the gateway shuts down. Its reason is what the attempt rejects with. */
  readonly signal: AbortSignal;
  /** Milliseconds until the response head; undefined: no limit. */
  readonly timeout: number | undefined;
  readonly limits?: Omit<Limits, 'head'> | undefined;
  /** Milliseconds for which an answer that has begun may stop; 30 s by default. */
  readonly idle?: number | undefined;
}

/** What a receiver tells of the attempt that it serves. */
export interface Settle<Result> {
  readonly exchange: Exchange;
  resolve(result: Result): void;
  /** Rejects and cancels what is still under way. */
  reject(error: GatewayError): void;
  /** The response is over: nothing is left to cancel. */
  done(): void;
  /** Milliseconds for which an answer that has begun may stop. */
  readonly idle: number;
  /** Runs when the attempt's receiver calls nothing of this for so many milliseconds, unless the attempt is over before. */
  expect(limit: number, onSilence: () => void): void;
  /** The provider was asked to hold: its silence means nothing. */
  expectNothing(): void;
}

/**
 * Sends a request and gives what its receiver makes of the response. Until the receiver settles, an abort or a missed deadline rejects;
 * after that an abort still cancels the request, and a missed deadline fails what the receiver passes on, until `done`.
 */
export function perform<Result>(options: PerformOptions, receive: (settle: Settle<Result>) => Receiver): Promise<Result> {
  const { signal, request } = options;
  if (signal.aborted) return Promise.reject(abortError(signal));
  const limits: Limits = { head: options.timeout, ...options.limits };
  return new Promise<Result>((resolve, reject) => {
    let exchange: Exchange | undefined;
    let isSettled = false;
    const silence = new Silence();
    const release = (): void => {
      silence.clear();
      deadlines?.clear();
      signal.removeEventListener('abort', onAbort);
    };
    const cancel = (error: GatewayError): void => {
      release();
      exchange?.abort();
      reject(error);
    };
    const onAbort = (): void => cancel(abortError(signal));
    const onMissed = (stage: Stage, limit: number): void => {
      const error = missed(stage, limit);
      cancel(error);
      if (isSettled) receiver.fail(error);
    };
    const settle = (result: Result): void => {
      isSettled = true;
      deadlines?.reach('content');
      resolve(result);
    };
    const handle: Exchange = { resume: () => exchange?.resume(), abort: () => (release(), exchange?.abort()) };
    const receiver = receive({
      exchange: handle,
      resolve: settle,
      reject: cancel,
      done: release,
      idle: options.idle ?? DEFAULT_IDLE,
      expect: (limit, onSilence) => silence.expect(limit, onSilence),
      expectNothing: () => silence.clear(),
    });
    const deadlines = hasLimits(limits) ? new Deadlines(limits, onMissed) : undefined;
    signal.addEventListener('abort', onAbort);
    exchange = options.transport(request, deadlines === undefined ? receiver : punctual(receiver, deadlines));
  });
}

/** A receiver that tells the deadlines how far the response has come. */
function punctual(receiver: Receiver, deadlines: Deadlines): Receiver {
  return {
    connected: () => deadlines.reach('connected'),
    head: (head) => {
      deadlines.reach('connected');
      deadlines.reach('head');
      receiver.head(head);
    },
    data: (chunk) => receiver.data(chunk),
    end: () => receiver.end(),
    fail: (error) => receiver.fail(error),
  };
}

function abortError({ reason }: AbortSignal): GatewayError {
  return reason instanceof GatewayError ? reason : new GatewayError('client_closed', 'The client closed the connection before the answer.');
}

/** What an attempt fails with that misses a deadline. The text for the head is Portkey's. */
const MISSED: { readonly [stage in Stage]: readonly [code: ErrorCode, message: (limit: number) => string] } = {
  connected: ['upstream_unreachable', (limit) => `The provider could not be reached within ${limit}ms`],
  head: ['request_timeout', (limit) => `Request exceeded the timeout sent in the request: ${limit}ms`],
  content: ['answer_too_slow', (limit) => `The first content of the answer did not come within ${limit}ms`],
  over: ['answer_too_slow', (limit) => `The answer was not complete within ${limit}ms`],
};

function missed(stage: Stage, limit: number): GatewayError {
  const [code, message] = MISSED[stage];
  return new GatewayError(code, message(limit));
}
