import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of the heap that are held behind a function's run and were not before it. */
export function heldBy(run: () => void): number {
  const before = heldNow();
  run();
  return heldNow() - before;
}

function heldNow(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
