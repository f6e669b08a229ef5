import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';

/** How often each property about bytes on the wire is tried; `FUZZ_RUNS` asks for more. */
export const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 3_000);

/** A socket that goes nowhere: what is pushed into it arrives, what is written to it is forgotten. */
export function memorySocket(): Socket {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(), allowHalfOpen: true });
  const self = (): Duplex => stream;
  const destroySoon = (): void => void stream.end(() => stream.destroy());
  stream.on('error', () => {});
  return Object.assign(stream, { setTimeout: self, setNoDelay: self, setKeepAlive: self, ref: self, unref: self, destroySoon }) as unknown as Socket;
}

/** One of `good` mostly, else one of `odd`. */
export function mostly(good: readonly string[], odd: readonly string[], weight = 12): fc.Arbitrary<string> {
  return fc.oneof({ weight, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
}

/** What parsers disagree about. */
const ODD = [...Array.from('\r\n \t\0\v\f\x7f\x80\xa0\xff:;,"=-+_./#?%\\01ax'), '\r\n', '\r\n\r\n', '\n\n', '\r\n ', ' HTTP/1.1'];

interface Damage {
  readonly at: number;
  readonly gone: number;
  readonly put: string;
}

const DAMAGE: fc.Arbitrary<Damage> = fc.record({ at: fc.nat(400), gone: fc.nat(1), put: fc.constantFrom('', ...ODD) });

/** Bytes in Latin-1 with something put in, taken out or replaced in up to three places, or in none. */
export function damaged(wires: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const places = fc.oneof(fc.constant([]), fc.array(DAMAGE, { minLength: 1, maxLength: 3 }));
  return fc.tuple(wires, places).map(([wire, damages]) => damages.reduce(damage, wire));
}

function damage(wire: string, { at, gone, put }: Damage): string {
  const place = at % (wire.length + 1);
  return wire.slice(0, place) + put + wire.slice(place + gone);
}

/** Bytes in Latin-1, in up to four pieces. */
export function inPieces(wires: fc.Arbitrary<string>): fc.Arbitrary<readonly Buffer[]> {
  return fc.tuple(wires, fc.array(fc.nat(500), { maxLength: 3 })).map(([wire, cuts]) => {
    const bytes = Buffer.from(wire, 'latin1');
    const points = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return points.slice(1).flatMap((end, i) => (end > (points[i] as number) ? [bytes.subarray(points[i], end)] : []));
  });
}

/** Lines of a head that no sender should write, of requests and responses alike. */
export const ODD_LINES: readonly string[] = [
  'Content-Length : 3',
  'Transfer-Encoding : chunked',
  ' folded',
  '\tfolded',
  'no colon',
  ': y',
  'a b: c',
  'X: a\rb',
  'X: \x01',
  'X: ÿ',
];
