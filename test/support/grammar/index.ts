import type { Dialect } from '../../../src/dialects/dialect.ts';
import type { DialectId } from '../../../src/ir/dialect-id.ts';
import { CONVERSING } from '../journeys.ts';
import type { Ending } from './ending.ts';

/** Asserts that the bytes of a stream keep to the grammar of their dialect. Written from the references of the APIs, not from our encoders. */
export type Check = (bytes: Buffer, ending: Ending) => void;

const GRAMMARS = new Map<DialectId, Check>();
for (const { id } of CONVERSING) {
  const { check } = (await import(`./${id}.ts`)) as { check: Check };
  GRAMMARS.set(id, check);
}

/** The grammar of a dialect's streams, from the file of its name. */
export function grammarOf({ id }: Dialect): Check {
  return GRAMMARS.get(id) as Check;
}
