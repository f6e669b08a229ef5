import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { createDatabase, startPostgres, withoutPostgres } from '../../../test/support/services.ts';
import { recordBytes } from '../../logs/record-bytes.ts';
import { inodeOf, setAside } from './set-aside.ts';
import { LogSpool, segmentFile } from './spool.ts';
import { SpoolReader } from './spool-reader.ts';
import { sampleCall, sampleParts } from './store.contract.ts';
import { openLog, type LogOptions, type RequestLog } from './open.ts';

const base = mkdtempSync(path.join(tmpdir(), 'sluice-open-log-'));
after(() => rmSync(base, { recursive: true, force: true }));

const DAYS = 24 * 3_600_000;
let folders = 0;

function folder(): string {
  folders += 1;
  const own = path.join(base, String(folders));
  mkdirSync(own);
  return own;
}

function options(more: Partial<LogOptions>): LogOptions {
  return { folder: undefined, databaseUrl: undefined, retention: { age: 100_000 * DAYS, bytes: 1e12 }, spoolBytes: 64 * 1024 * 1024, ...more };
}

function idOf(number: number): string {
  return sampleCall(number).record.id;
}

function spoolIn(own: string, more: Partial<ConstructorParameters<typeof LogSpool>[0]> = {}): LogSpool {
  mkdirSync(own, { recursive: true });
  return new LogSpool({
    folder: own,
    name: 'test',
    segmentBytes: 4096,
    mostBytes: 1e9,
    onWrite: () => {},
    onDrop: () => {},
    onScarce: () => {},
    ...more,
  });
}

function readAll(own: string, isOrphan: boolean): string[] {
  const reader = new SpoolReader(own, isOrphan);
  const found: string[] = [];
  for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
    found.push(...batch.items.map(({ record }) => record.id));
    batch.done();
  }
  return found;
}

async function eventually(log: RequestLog, calls: number): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50))
    if ((await log.questions.count({ filter: {} }).catch(() => -1)) >= calls) break;
  equal(await log.questions.count({ filter: {} }), calls);
}

describe('a broken file', () => {
  const broken: Readonly<Record<string, (file: string) => void>> = {
    'is no database': (file) => writeFileSync(file, 'x'.repeat(50_000)),
    'is damaged behind its beginning': (file) => {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xa5, 4096));
    },
  };
  for (const [what, breakIt] of Object.entries(broken))
    test(`that ${what} is moved aside, and the log begins anew without losing what comes in`, async () => {
      const own = folder();
      const file = path.join(own, 'logs', 'logs.sqlite');
      const first = openLog(options({ folder: own }));
      first.append(sampleParts(1));
      first.flush();
      await eventually(first, 1);
      await first.close(10_000);
      breakIt(file);
      const second = openLog(options({ folder: own }));
      second.append(sampleParts(2));
      second.flush();
      await eventually(second, 1);
      equal((await second.questions.list({ filter: {}, limit: 10 })).entries[0]?.['id'], idOf(2));
      equal(second.state.ok, true);
      await second.close(10_000);
      const names = readdirSync(path.join(own, 'logs'));
      equal(names.filter((name) => /^logs\.sqlite\.broken-[\dTZ-]+$/.test(name)).length, 1);
      for (const name of names.filter((one) => one.startsWith('logs.sqlite') && !one.endsWith('.lock')))
        equal(statSync(path.join(own, 'logs', name)).mode & 0o077, 0, name);
    });

  test('is moved once by processes that find it together', () => {
    const file = path.join(folder(), 'logs.sqlite');
    writeFileSync(file, 'old');
    const inode = inodeOf(file);
    ok(setAside(file, inode));
    writeFileSync(file, 'new');
    equal(setAside(file, inode), undefined);
    equal(readFileSync(file, 'utf8'), 'new');
  });
});

describe('a spool', () => {
  test('is read as it was written, over many segments, and from where it was read up to before', () => {
    const spool = spoolIn(folder());
    for (let i = 0; i < 40; i += 1) spool.append(sampleParts(i));
    spool.flush();
    deepEqual(
      readAll(spool.folder, false),
      Array.from({ length: 40 }, (_, i) => idOf(i)),
    );
    for (let i = 40; i < 50; i += 1) spool.append(sampleParts(i));
    spool.flush();
    deepEqual(
      readAll(spool.folder, false),
      Array.from({ length: 10 }, (_, i) => idOf(i + 40)),
    );
    spool.close();
  });

  test('writes over segments that have been read', () => {
    const spool = spoolIn(folder());
    const reader = new SpoolReader(spool.folder, false);
    const found: string[] = [];
    for (let i = 0; i < 200; i += 1) {
      spool.append(sampleParts(i));
      spool.flush();
      for (let batch = reader.next(); batch !== undefined; batch = reader.next()) {
        found.push(...batch.items.map(({ record }) => record.id));
        for (const segment of batch.done()) spool.recycle(segment);
      }
    }
    deepEqual(
      found,
      Array.from({ length: 200 }, (_, i) => idOf(i)),
    );
    ok(readdirSync(spool.folder).filter((name) => name.endsWith('.segment')).length <= 3);
    spool.close();
  });

  test('gives back a segment that was read before a batch which could only be written later', () => {
    const spool = spoolIn(folder(), { segmentBytes: 1 });
    const reader = new SpoolReader(spool.folder, false);
    spool.append(sampleParts(0));
    spool.flush();
    deepEqual(reader.next()?.done(), []);
    spool.append(sampleParts(1));
    spool.flush();
    // While the log is away the batch is read, and nothing is done with it.
    for (let tries = 0; tries < 2; tries += 1)
      deepEqual(
        reader.next()?.items.map(({ record }) => record.id),
        [idOf(1)],
      );
    deepEqual(reader.next()?.done(), [1]);
    spool.close();
  });

  test('that was cut off at any byte loses the last call only', () => {
    const spool = spoolIn(folder(), { segmentBytes: 1e6 });
    const ends: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      spool.append(sampleParts(i));
      ends.push(spool.state.waiting);
    }
    spool.close();
    const file = path.join(spool.folder, segmentFile(1));
    const whole = readFileSync(file);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: ends.at(-1) ?? 0 }), (cut) => {
        rmSync(path.join(spool.folder, 'position'), { force: true });
        writeFileSync(file, whole);
        truncateSync(file, cut);
        deepEqual(
          readAll(spool.folder, true),
          ends.filter((end) => end <= cut).map((_, i) => idOf(i)),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('goes on behind a damaged call once its process has ended', () => {
    const spool = spoolIn(folder(), { segmentBytes: 8192 });
    for (let i = 0; i < 30; i += 1) spool.append(sampleParts(i));
    spool.close();
    const file = path.join(spool.folder, segmentFile(2));
    const bytes = readFileSync(file);
    bytes.fill(0xff, 900, 1000);
    writeFileSync(file, bytes);
    const found = readAll(spool.folder, true);
    ok(found.length >= 28 && found.length < 30, `${found.length} of 30`);
    equal(found.at(-1), idOf(29));
  });

  test('that cannot be made leaves nothing behind', () => {
    const own = folder();
    mkdirSync(path.join(own, 'draft-test', 'blank-0'), { recursive: true });
    throws(() => spoolIn(own), { code: 'EISDIR' });
    deepEqual(readdirSync(own), []);
  });

  test('that may not grow leaves the oldest calls out, and counts them', () => {
    let dropped = 0;
    const spool = spoolIn(folder(), { mostBytes: 16_384, onDrop: (calls) => (dropped += calls) });
    for (let i = 0; i < 200; i += 1) spool.append(sampleParts(i));
    spool.flush();
    const found = readAll(spool.folder, false);
    equal(spool.state.dropped, dropped);
    equal(found.length + dropped, 200);
    deepEqual(
      found,
      Array.from({ length: found.length }, (_, i) => idOf(200 - found.length + i)),
    );
    ok(dropped > 100);
    spool.close();
  });
});

describe('a request log', () => {
  test('has at its next start what was under way when its process ended', async () => {
    const own = folder();
    const spool = spoolIn(path.join(own, 'logs'), { name: 'dead' });
    for (let i = 0; i < 30; i += 1) spool.append(sampleParts(i));
    spool.close();
    const log = openLog(options({ folder: own }));
    await eventually(log, 30);
    for (const end = Date.now() + 30_000; readdirSync(path.join(own, 'logs')).includes('spool-dead'); await sleep(20)) ok(Date.now() < end);
    await log.close(5000);
  });

  test('leaves the spools of living processes alone, and processes share it', async () => {
    const own = folder();
    const logs = [openLog(options({ folder: own })), openLog(options({ folder: own }))] as const;
    for (let i = 0; i < 400; i += 1) (logs[i % 2] as RequestLog).append(sampleParts(i));
    for (const log of logs) log.flush();
    await Promise.all(logs.map((log) => eventually(log, 400)));
    await Promise.all(logs.map((log) => log.close(5000)));
    deepEqual(
      readdirSync(path.join(own, 'logs')).filter((name) => name.startsWith('spool-')),
      [],
    );
  });

  test('writes everything before it closes', async () => {
    const own = folder();
    const log = openLog(options({ folder: own }));
    for (let i = 0; i < 2000; i += 1) log.append(sampleParts(i));
    log.flush();
    await log.close(30_000);
    const again = openLog(options({ folder: own }));
    equal(await again.questions.count({ filter: {} }), 2000);
    await again.close(5000);
  });

  test('without a folder is kept in memory', async () => {
    const log = openLog(options({}));
    for (let i = 0; i < 300; i += 1) log.append(sampleParts(i));
    log.flush();
    await eventually(log, 300);
    equal((await log.questions.list({ filter: { search: 'question' }, limit: 10 })).entries.length, 10);
    await log.close(5000);
  });

  test('with a folder that takes nothing is kept in memory', async () => {
    const own = folder();
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, 'logs'), 'no folder');
    const log = openLog(options({ folder: own }));
    equal(log.kind, 'memory');
    for (let i = 0; i < 10; i += 1) log.append(sampleParts(i));
    log.flush();
    await eventually(log, 10);
    await log.close(5000);
  });

  test('skips a call that cannot be written, and no other', async () => {
    const log = openLog(options({}));
    log.append({ ...sampleParts(99), record: recordBytes({ ...sampleCall(99).record, at: 1e300 }) });
    log.flush();
    for (let i = 0; i < 20; i += 1) log.append(sampleParts(i));
    log.flush();
    await eventually(log, 20);
    await log.close(5000);
  });
});

describe('a request log in Postgres', { skip: withoutPostgres }, () => {
  test('waits on disk while Postgres is down, and loses nothing', { timeout: 120_000 }, async () => {
    const service = await startPostgres();
    const own = folder();
    const databaseUrl = await createDatabase(service.url);
    const log = openLog(options({ folder: own, databaseUrl }));
    for (let i = 0; i < 100; i += 1) log.append(sampleParts(i));
    log.flush();
    await eventually(log, 100);
    await service.stop();
    for (let i = 100; i < 600; i += 1) log.append(sampleParts(i));
    log.flush();
    for (const end = Date.now() + 30_000; log.state.ok && Date.now() < end;) await sleep(50);
    equal(log.state.ok, false);
    await log.close(300);
    const next = openLog(options({ folder: own, databaseUrl }));
    for (let i = 600; i < 700; i += 1) next.append(sampleParts(i));
    next.flush();
    await service.start();
    await eventually(next, 700);
    equal(next.state.dropped, 0);
    await next.close(5000);
    await service.dispose();
  });
});
