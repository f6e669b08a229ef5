import { DatabaseSync } from 'node:sqlite';

/** A lock that its process holds until it gives it back or ends, however it ends. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock of a file; undefined: another process holds it, or this one does. Locks of the kernel would need a native module, and ids
 * of processes mean nothing to other containers; SQLite has such locks on every system.
 */
export function takeLock(file: string): Lock | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch {
    database.close();
    return undefined;
  }
}
