import { decodeException } from '../dialects/bedrock-converse/error.ts';
import type { Dialect, WireEvent } from '../dialects/dialect.ts';

/** Statuses with a meaning in every dialect; what else an exception may stand for is the provider's own trouble. */
const TELLING: ReadonlySet<number> = new Set([400, 403, 404, 429, 500, 503]);

/**
 * AWS's framing reports errors as exceptions of its own, beside the events of whatever dialect it carries; they become errors as that
 * dialect's streams hold them.
 */
export function exceptionsAsErrors(dialect: Dialect): (wire: WireEvent) => WireEvent {
  return (wire) => {
    const [name = '', body] = wire === '[DONE]' ? [] : (Object.entries(wire)[0] ?? []);
    if (!name.endsWith('Exception')) return wire;
    const info = decodeException(name, body);
    return dialect.error.encode({ ...info, status: TELLING.has(info.status) ? info.status : 502 });
  };
}

/** The dialect with a decoder that understands the exceptions of the framing too. */
export function knowingExceptions(dialect: Dialect): Dialect {
  const mend = exceptionsAsErrors(dialect);
  const decoder: Dialect['stream']['decoder'] = () => {
    const own = dialect.stream.decoder();
    return { push: (wire) => own.push(mend(wire)), end: () => own.end() };
  };
  return { ...dialect, stream: { ...dialect.stream, decoder } };
}
