import { connect, type Socket } from 'node:net';

/** What the load generator is asked to do, and for how long. */
export interface Job {
  readonly port: number;
  readonly path: string;
  /** Header lines beside those that every request has. */
  readonly headers: readonly string[];
  readonly body: string;
  readonly connections: number;
  /** Requests a second; absent: as fast as the answers come. */
  readonly rate?: number | undefined;
  /** An answer with fewer events than this counts as an error. */
  readonly minEvents: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** What it saw while measuring. Times are in microseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly errors: number;
  readonly events: number;
  readonly seconds: number;
  readonly firstByte: { readonly p50: number; readonly p99: number };
  readonly total: { readonly p50: number; readonly p99: number };
  /** CPU time that the generator itself used. */
  readonly ownCpu: number;
  readonly lastError: string | undefined;
}

/** One connection, and how far its answer has come. */
interface Lane {
  socket: Socket;
  busy: boolean;
  sentAt: number;
  firstAt: number;
  /** Bytes of the head, until it is complete. */
  head: string;
  status: number;
  /** Body bytes to come; -1 in a chunked body. */
  left: number;
  events: number;
  tail: string;
}

const DATA = Buffer.from('data: ');
const now = (): number => Number(process.hrtime.bigint()) / 1e3;

/** Loads a port and measures what comes back, after a warm-up; `onMeasuring` is called when that is over. */
export async function runLoad(job: Job, onMeasuring: () => void): Promise<LoadResult> {
  const request = requestBytes(job);
  const stats = { requests: 0, errors: 0, events: 0, firstByte: [] as number[], total: [] as number[], lastError: undefined as string | undefined };
  let measuring = false;
  let over = false;
  const idle: Lane[] = [];

  const send = (lane: Lane): void => {
    Object.assign(lane, { busy: true, sentAt: now(), firstAt: 0, head: '', status: 0, left: 0, events: 0, tail: '' });
    lane.socket.write(request);
  };
  const finish = (lane: Lane, error?: string): void => {
    if (!lane.busy) return;
    lane.busy = false;
    const failure =
      error ?? (lane.status === 200 ? undefined : `status ${lane.status}`) ?? (lane.events < job.minEvents ? `${lane.events} events` : undefined);
    if (measuring) {
      stats.requests += 1;
      stats.events += lane.events;
      stats.firstByte.push(lane.firstAt - lane.sentAt);
      stats.total.push(now() - lane.sentAt);
      if (failure !== undefined) stats.errors += 1;
    }
    if (failure !== undefined) stats.lastError = failure;
    if (error !== undefined) reopen(lane);
    else release(lane);
  };
  const release = (lane: Lane): void => {
    if (over) return;
    if (job.rate === undefined) send(lane);
    else idle.push(lane);
  };
  const reopen = (lane: Lane): void => {
    lane.socket.destroy();
    if (over) return;
    lane.socket = open(job.port, lane, finish);
    // A port that refuses connections would else be asked without a pause.
    setTimeout(() => release(lane), 5);
  };

  const lanes = Array.from({ length: job.connections }, () => {
    const lane = { busy: false } as Lane;
    lane.socket = open(job.port, lane, finish);
    return lane;
  });
  lanes.forEach(release);
  const clock = job.rate === undefined ? undefined : pace(job.rate, () => takeIdle(idle, send));

  await sleep(job.warmUpMs);
  measuring = true;
  const cpu = process.cpuUsage();
  const start = now();
  onMeasuring();
  await sleep(job.measureMs);
  measuring = false;
  over = true;
  const seconds = (now() - start) / 1e6;
  const used = process.cpuUsage(cpu);
  clearInterval(clock);
  for (const lane of lanes) lane.socket.destroy();
  const { requests, errors, events, lastError } = stats;
  return {
    requests,
    errors,
    events,
    seconds,
    firstByte: percentiles(stats.firstByte),
    total: percentiles(stats.total),
    ownCpu: used.user + used.system,
    lastError,
  };
}

/** What OpenAI's library for JavaScript sends. */
const SDK_HEADERS = [
  'Accept: application/json',
  'Content-Type: application/json',
  'User-Agent: OpenAI/JS 6.49.0',
  'X-Stainless-Lang: js',
  'X-Stainless-Package-Version: 6.49.0',
  'X-Stainless-OS: Linux',
  'X-Stainless-Arch: x64',
  'X-Stainless-Runtime: node',
  'X-Stainless-Runtime-Version: v24.21.0',
  'X-Stainless-Retry-Count: 0',
  'X-Stainless-Timeout: 600',
  'Authorization: Bearer sk-bench-0123456789abcdef0123456789abcdef',
];

function requestBytes({ port, path, headers, body }: Job): Buffer {
  const lines = [`POST ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...SDK_HEADERS, ...headers, `Content-Length: ${Buffer.byteLength(body)}`];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function open(port: number, lane: Lane, finish: (lane: Lane, error?: string) => void): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('data', (chunk) => {
    if (lane.socket === socket && lane.busy && receive(lane, chunk)) finish(lane);
  });
  socket.on('error', (error) => lane.socket === socket && finish(lane, error.message));
  socket.on('close', () => lane.socket === socket && finish(lane, 'the connection was closed'));
  return socket;
}

/** Takes bytes of an answer; true when they were the last. */
function receive(lane: Lane, chunk: Buffer): boolean {
  let body = chunk;
  if (lane.status === 0) {
    lane.head += chunk.toString('latin1');
    const end = lane.head.indexOf('\r\n\r\n');
    if (end < 0) return false;
    lane.status = Number(lane.head.slice(9, 12));
    lane.left = Number(/\r\ncontent-length: (\d+)/i.exec(lane.head.slice(0, end))?.[1] ?? -1);
    body = Buffer.from(lane.head.slice(end + 4), 'latin1');
  }
  if (body.length > 0 && lane.firstAt === 0) lane.firstAt = now();
  if (lane.left >= 0) {
    lane.left -= body.length;
    return lane.left <= 0;
  }
  for (let at = body.indexOf(DATA); at >= 0; at = body.indexOf(DATA, at + 6)) lane.events += 1;
  lane.tail = (lane.tail + body.toString('latin1', Math.max(0, body.length - 5))).slice(-5);
  return lane.tail === '0\r\n\r\n';
}

/** Calls `send` that often a second, evenly. */
function pace(rate: number, send: () => void): NodeJS.Timeout {
  const start = now();
  let sent = 0;
  return setInterval(() => {
    for (; sent < ((now() - start) / 1e6) * rate; sent += 1) send();
  }, 1);
}

/** Where no connection is free the request is left out: the rate is then missed, and the report shows it. */
function takeIdle(idle: Lane[], send: (lane: Lane) => void): void {
  const lane = idle.shift();
  if (lane !== undefined) send(lane);
}

function percentiles(values: number[]): { p50: number; p99: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

// As a process of its own it takes jobs from its parent, one after the other.
if (process.send !== undefined) {
  process.on('message', (job: Job) => {
    void runLoad(job, () => process.send?.({ measuring: true })).then((result) => process.send?.({ result }));
  });
  process.send('ready');
}
