import { randomFillSync } from 'node:crypto';

const BYTES = 16;
/** Random bytes are drawn in bulk: one system call for 256 ids. */
const pool = Buffer.allocUnsafe(BYTES * 256);
let used = pool.length;

/** A fresh id of 32 hex digits. */
export function freshId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.toString('hex', used - BYTES, used);
}
