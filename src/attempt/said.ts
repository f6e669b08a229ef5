import type { UsageCodec } from '../dialects/dialect.ts';
import type { Used } from '../ir/cost.ts';
import type { Attempt } from '../pipeline/attempts.ts';
import { findUsedInBody } from '../pipeline/find-usage.ts';
import type { Watch } from './relay.ts';

/** Has the books know what a streamed answer says of its usage, for when it goes to nobody. */
export function usageInStream(entry: Attempt | undefined, watch: Watch): void {
  if (entry !== undefined) entry.said = () => usedIn(watch);
}

/** Interprets a whole body; has the books know what it says of its usage where that fails. */
export function usageInBody<Result>(entry: Attempt | undefined, { bytes, codec }: Body, interpret: () => Result): Result {
  try {
    return interpret();
  } catch (error) {
    if (entry !== undefined) entry.said = () => findUsedInBody(bytes, codec);
    throw error;
  }
}

interface Body {
  readonly bytes: Buffer;
  readonly codec: UsageCodec;
}

function usedIn({ usage, model }: Watch): Used | undefined {
  return usage === undefined ? undefined : { usage, model };
}
