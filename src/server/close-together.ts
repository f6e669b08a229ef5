import { log } from '../telemetry/log.ts';

/** Something that sends what is still to be sent, and lets go of what it holds. */
export interface Closing {
  close(): unknown;
}

/** Closes parts at the same time and waits `patience` milliseconds for them at most; one that fails, or takes longer, holds up none of the others. */
export async function closeTogether(parts: Readonly<Record<string, Closing>>, patience: number): Promise<void> {
  const open = new Set(Object.keys(parts));
  const closing = Object.entries(parts).map(async ([name, part]) => {
    try {
      await part.close();
    } catch (cause) {
      log('warn', 'a part of the gateway could not be closed', { part: name, cause });
    }
    open.delete(name);
  });
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patience);
  await Promise.race([Promise.all(closing), late]);
  clearTimeout(timer);
  if (open.size > 0) log('warn', 'the gateway ends without waiting longer for some of its parts', { parts: [...open] });
}
