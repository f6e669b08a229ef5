import type { ErrorCodec } from '../dialects/dialect.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { Receiver, UpstreamHead } from '../transport/port.ts';
import { BodyCollector } from './body.ts';
import type { Settle } from './perform.ts';
import { errorOfResponse } from './upstream-error.ts';

/** Makes the result of a whole, successful response; may throw a GatewayError. */
export type Interpret<Result> = (head: UpstreamHead, body: Buffer) => Result;

/** Takes in a whole response: an error status rejects with the provider's error, anything else is interpreted when it is complete. */
export class WholeReceiver<Result> implements Receiver {
  readonly #settle: Settle<Result>;
  readonly #errors: ErrorCodec;
  readonly #interpret: Interpret<Result>;
  readonly #body = new BodyCollector();
  #head: UpstreamHead | undefined;

  constructor(settle: Settle<Result>, errors: ErrorCodec, interpret: Interpret<Result>) {
    this.#settle = settle;
    this.#errors = errors;
    this.#interpret = interpret;
  }

  head(head: UpstreamHead): void {
    this.#head = head;
    this.#expectMore();
  }

  data(chunk: Buffer): boolean {
    this.#expectMore();
    try {
      this.#body.add(chunk);
    } catch (error) {
      this.#settle.reject(toGatewayError(error));
    }
    return true;
  }

  end(): void {
    this.#settle.done();
    const head = this.#head as UpstreamHead;
    if (head.status < 200 || head.status >= 300) return this.#settle.reject(errorOfResponse(this.#errors, head, this.#body.bytes));
    try {
      this.#settle.resolve(this.#interpret(head, this.#body.bytes));
    } catch (error) {
      this.#settle.reject(toGatewayError(error));
    }
  }

  fail(error: GatewayError): void {
    this.#settle.reject(error);
  }

  #expectMore(): void {
    const { idle } = this.#settle;
    this.#settle.expect(idle, () => this.#settle.reject(stopped(idle)));
  }
}

/** The provider stopped in the middle of an answer. */
export function stopped(idle: number): GatewayError {
  return new GatewayError('answer_too_slow', `The provider sent nothing for ${idle}ms.`);
}
