import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { createDatabase, usePostgres, withoutPostgres } from '../../test/support/services.ts';
import { openDatabase, openDataFolder } from './database.ts';
import { openStores } from './open.ts';
import { connectSqlite } from './sql/sqlite.ts';

const WRITER = fileURLToPath(new URL('../../test/support/record-writer.ts', import.meta.url));

/** Runs processes that all start at the same time on the same stores, and counts what they wrote. */
async function writeTogether(env: Readonly<Record<string, string>>): Promise<number> {
  const processes = ['a', 'b', 'c'].map((prefix) =>
    spawn(process.execPath, [WRITER, prefix, '10'], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  const codes = await Promise.all(processes.map(async (child) => ((await once(child, 'exit')) as [number])[0]));
  assert.deepEqual(codes, [0, 0, 0]);
  const stores = await openStores({ env, now: Date.now, responsesLimit: 1024 });
  const { records } = await stores.records.list('config', { limit: 1000 });
  const { revision } = await stores.records.changes(0);
  await stores.close();
  assert.equal(revision, records.length);
  return records.length;
}

describe('the data folder', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-data-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made for its owner alone, and so is what lies in it', async () => {
    const data = path.join(folder, 'deep', 'data');
    assert.equal(openDataFolder({ SLUICE_DATA: data }), data);
    assert.equal(statSync(data).mode & 0o777, 0o700);
    const database = await openDatabase({}, data);
    for (const name of ['sluice.db', 'sluice.db-wal', 'sluice.db-shm']) assert.equal(statSync(path.join(data, name)).mode & 0o777, 0o600, name);
    await database.close();
  });

  it('is done without where nothing can be written, or where memory is asked for', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    for (const SLUICE_DATA of [path.join(folder, 'file'), path.join(folder, 'file', 'data'), '/proc/sluice', 'memory', ':memory:']) {
      assert.equal(openDataFolder({ SLUICE_DATA }), undefined, SLUICE_DATA);
    }
    const stores = await openStores({ env: { SLUICE_DATA: '/proc/sluice' }, now: Date.now, responsesLimit: 1024 });
    await stores.records.create({ kind: 'config', id: 'a', workspace: 'w', body: {} });
    assert.deepEqual(await stores.status(), [{ name: 'database', kind: 'memory', ok: true }]);
    await stores.close();
  });

  it('is not done without where there is one already, whose keys would be missed', async () => {
    const data = path.join(folder, 'data');
    await (await openDatabase({}, openDataFolder({ SLUICE_DATA: data }))).close();
    // Whoever runs the tests may be allowed everything; nobody is not.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    chmodSync(folder, 0o755);
    chmodSync(data, 0o555);
    const script = `import('${new URL('./database.ts', import.meta.url).href}').then(({ openDataFolder }) => openDataFolder({ SLUICE_DATA: '${data}' }))`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], { ...user, cwd: '/', encoding: 'utf8' });
    chmodSync(data, 0o755);
    assert.equal(status, 1);
    assert.match(stderr, /SLUICE_DATA: .* has a database, but cannot be written: EACCES/);
  });

  it('keeps what is written over a restart', async () => {
    const open = () => openStores({ env: { SLUICE_DATA: folder }, now: Date.now, responsesLimit: 1024 });
    const first = await open();
    const record = await first.records.create({ kind: 'config', id: 'a', workspace: 'w', body: { secret: first.secrets.seal('x', 'config/a') } });
    await first.close();
    const second = await open();
    assert.deepEqual(await second.records.get('config', 'a'), record);
    assert.equal(second.secrets.read({ sealed: String(record.body['secret']) }, 'config/a'), 'x');
    await second.close();
  });

  it('is not written over where its file is no database', async () => {
    const file = path.join(folder, 'sluice.db');
    writeFileSync(file, 'something else entirely, and long enough to be looked at'.repeat(100));
    await assert.rejects(openDatabase({}, folder), /sluice\.db cannot be opened: file is not a database/);
  });

  it('can be opened by several processes that start at the same time', async () => {
    assert.equal(await writeTogether({ SLUICE_DATA: folder, DATABASE_URL: '' }), 30);
  });

  it('has all that was answered after a process was killed while it wrote', async () => {
    const child = spawn(process.execPath, [WRITER, 'a', '100000'], {
      env: { ...process.env, SLUICE_DATA: folder, DATABASE_URL: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString();
      if (printed.split('\n').length > 100) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const answered = printed.split('\n').slice(0, -1);
    const database = await openDatabase({}, folder);
    const { rows } = await sql<{ id: string }>`select id from sluice_records`.execute(database.db);
    const saved = new Set(rows.map(({ id }) => id));
    assert.ok(answered.length >= 100);
    assert.deepEqual(
      answered.filter((id) => !saved.has(id)),
      [],
    );
    const check = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(database.db);
    assert.equal(check.rows[0]?.integrity_check, 'ok');
    await database.close();
  });

  it('is shared with a newer version of the gateway', async () => {
    const database = await openDatabase({}, folder);
    await sql`insert into sluice_migrations (name, ran_at) values ('9999-later', 1)`.execute(database.db);
    await database.close();
    const again = await openDatabase({}, folder);
    await sql`select 1`.execute(again.db);
    await again.close();
  });

  it('lets a statement wait for another connection that writes, and the process go on', async () => {
    const database = await openDatabase({}, folder);
    const other = await connectSqlite(database.location);
    other.exec('begin immediate');
    let isDone = false;
    const writing = sql`update sluice_revision set revision = 7`.execute(database.db).then(() => (isDone = true));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(isDone, false);
    other.exec('commit');
    await writing;
    other.close();
    await database.close();
  });

  it('undoes a transaction that fails', async () => {
    const database = await openDatabase({}, folder);
    const { db } = database;
    await assert.rejects(
      db.transaction().execute(async (transaction) => {
        await sql`update sluice_revision set revision = 7`.execute(transaction);
        await sql`insert into nowhere values (1)`.execute(transaction);
      }),
      /no such table/,
    );
    const { rows } = await sql<{ revision: number }>`select revision from sluice_revision`.execute(db);
    assert.equal(rows[0]?.revision, 0);
    await database.close();
  });
});

describe('the address of a store', () => {
  it('is refused by the name of its variable, without the password in it', async () => {
    const open = (env: Readonly<Record<string, string>>) =>
      openStores({ env: { SLUICE_DATA: 'memory', ...env }, now: Date.now, responsesLimit: 1024 });
    await assert.rejects(open({ DATABASE_URL: 'mysql://user:hidden@host/x' }), /^Error: DATABASE_URL: expected postgres:\/\/(?!.*hidden)/);
    await assert.rejects(open({ REDIS_URL: 'http://user:hidden@host' }), /^Error: REDIS_URL: expected redis:\/\/(?!.*hidden)/);
  });
});

describe('Postgres', { skip: withoutPostgres }, () => {
  const server = usePostgres();

  it('can be opened by several processes that start at the same time', async () => {
    assert.equal(await writeTogether({ DATABASE_URL: await createDatabase(server.url), SLUICE_DATA: 'memory' }), 30);
  });
});
