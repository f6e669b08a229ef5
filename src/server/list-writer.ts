import type { Dialect } from '../dialects/dialect.ts';
import type { GatewayError } from '../errors.ts';
import type { FrameDecoder } from '../transport/framing/frame-decoder.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import type { Writer } from './pump.ts';
import type { StreamEncoder } from './stream-encoder.ts';

/** Writes the events of a framed stream as items of a list, each unchanged. */
export class ListWriter implements Writer<Uint8Array | string> {
  readonly #frames: FrameDecoder;
  readonly #encoder: StreamEncoder;

  constructor(dialect: Dialect, encoder: StreamEncoder) {
    this.#frames = FRAMINGS[dialect.framing].decoder();
    this.#encoder = encoder;
  }

  write(chunk: Uint8Array | string): Uint8Array | string {
    return this.#encoder.pass(this.#frames.push(Buffer.from(chunk as string)));
  }

  end(): Uint8Array | string {
    return this.#encoder.end();
  }

  fail(error: GatewayError): Uint8Array | string {
    return this.#encoder.fail(error);
  }
}
