import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { GatewayError } from '../errors.ts';
import type { Exchange, Receiver, Transport, UpstreamHead } from './port.ts';

/** Decompressors by content coding. The gateway never asks for compression, but some hosts compress all the same. */
const DECOMPRESSORS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** A transport whose responses arrive decompressed, so that they can be read. */
export function decompressing(transport: Transport): Transport {
  return (request, receiver) => {
    const inflating = new InflatingReceiver(receiver);
    inflating.exchange = transport(request, inflating);
    return inflating;
  };
}

class InflatingReceiver implements Receiver, Exchange {
  exchange: Exchange | undefined;
  readonly #receiver: Receiver;
  #stream: Transform | undefined;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  connected(): void {
    this.#receiver.connected?.();
  }

  head(head: UpstreamHead): void {
    const create = head.contentEncoding === undefined ? undefined : DECOMPRESSORS[head.contentEncoding.trim().toLowerCase()];
    if (create === undefined) return this.#receiver.head(head);
    const stream = (this.#stream = create());
    stream.on('data', (chunk: Buffer) => {
      if (!this.#receiver.data(chunk)) stream.pause();
    });
    stream.on('end', () => this.#receiver.end());
    stream.on('error', (cause) => {
      this.exchange?.abort();
      this.#receiver.fail(new GatewayError('upstream_invalid', 'The provider sent a body that cannot be decompressed.', { cause }));
    });
    stream.on('drain', () => this.exchange?.resume());
    this.#receiver.head({ ...head, contentEncoding: undefined });
  }

  data(chunk: Buffer): boolean {
    return this.#stream === undefined ? this.#receiver.data(chunk) : this.#stream.write(chunk);
  }

  end(): void {
    if (this.#stream === undefined) this.#receiver.end();
    else this.#stream.end();
  }

  fail(error: GatewayError): void {
    this.#stream?.removeAllListeners('end');
    this.#stream?.destroy();
    this.#receiver.fail(error);
  }

  resume(): void {
    if (this.#stream === undefined) this.exchange?.resume();
    else this.#stream.resume();
  }

  abort(): void {
    this.exchange?.abort();
    this.#stream?.removeAllListeners().on('error', () => {});
    this.#stream?.destroy();
  }
}
