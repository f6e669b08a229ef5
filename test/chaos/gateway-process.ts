// A gateway in a process of its own that tells what it holds: `{ "count": true }` is answered with the numbers.
import { openGateway } from '../../src/server/start.ts';

/** What a gateway's process holds. */
export interface Holdings {
  /** Connections, from clients and to providers. */
  readonly sockets: number;
  readonly timers: number;
  /** Bytes, after garbage collection. */
  readonly heap: number;
  /** Of buffers, beside the heap. */
  readonly buffers: number;
  readonly resident: number;
  readonly rejections: number;
}

let rejections = 0;
process.on('unhandledRejection', () => rejections++);

const gateway = await openGateway({ SLUICE_DATA: 'memory', ...process.env, PORT: '0' });
process.on('message', () => process.send?.(holdings()));
process.on('disconnect', () => process.exit());
process.send?.({ url: gateway.url });

function holdings(): Holdings {
  // What a collection leaves of buffers is freed beside the program; the next collection waits for that.
  global.gc?.();
  global.gc?.();
  const resources = process.getActiveResourcesInfo();
  const count = (kind: string): number => resources.filter((name) => name === kind).length;
  const { heapUsed: heap, external: buffers, rss: resident } = process.memoryUsage();
  return { sockets: count('TCPSocketWrap'), timers: count('Timeout'), heap, buffers, resident, rejections };
}
