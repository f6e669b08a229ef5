import { renameSync, statSync } from 'node:fs';
import { takeLock } from './lock.ts';

/** SQLite's codes for a file that is damaged, and for one that is no database. */
const BROKEN: ReadonlySet<number> = new Set([11, 26]);

/** Whether SQLite says that a file itself is broken, and not that it is busy, or the disk full. */
export function isBroken(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === 'number' && BROKEN.has(errcode & 0xff);
}

/** Which file a path leads to at present; undefined: none. */
export function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

/**
 * Moves a broken file of SQLite out of the way, with its journal, and gives its new name. `inode`: which file was found broken.
 * Undefined: another process has done so already, or is about to.
 */
export function setAside(file: string, inode: number | undefined): string | undefined {
  const lock = takeLock(`${file}.lock`);
  try {
    if (lock === undefined || inode === undefined || inodeOf(file) !== inode) return undefined;
    const aside = `${file}.broken-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    renameSync(file, aside);
    for (const journal of ['-wal', '-shm']) if (inodeOf(file + journal) !== undefined) renameSync(file + journal, aside + journal);
    return aside;
  } finally {
    lock?.release();
  }
}
