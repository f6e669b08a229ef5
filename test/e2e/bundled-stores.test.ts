import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { createDatabase, usePostgres, useRedis, withoutPostgres, withoutRedis } from '../support/services.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** Uses each store once, as the gateway does. */
const PROGRAM = `
  import { openStores } from './src/stores/open.ts';
  const stores = await openStores({ env: process.env, now: Date.now, responsesLimit: 1024 });
  await stores.records.create({ kind: 'config', id: 'a', workspace: 'w', body: {} });
  if (stores.redis !== undefined) await new Promise((resolve) => stores.redis.isUp ? resolve() : stores.redis.onUp(resolve));
  console.log(JSON.stringify(await stores.status()));
  await stores.close();
`;

describe('the stores in the bundle that is shipped', () => {
  let folder = '';
  before(async () => {
    // Where packages are not found, so that nothing is missing from the bundle.
    folder = mkdtempSync('/tmp/sluice-bundle-');
    await build({
      absWorkingDir: root,
      stdin: { contents: PROGRAM, resolveDir: root, sourcefile: 'program.ts' },
      outdir: folder,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      outExtension: { '.js': '.mjs' },
      banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
      logLevel: 'silent',
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function run(env: Readonly<Record<string, string>>): unknown {
    const { stdout, stderr } = spawnSync(process.execPath, [path.join(folder, 'stdin.mjs')], { env, encoding: 'utf8' });
    assert.equal(stderr, '');
    return JSON.parse(stdout);
  }

  it('are a file of SQLite', () => {
    assert.deepEqual(run({ SLUICE_DATA: path.join(folder, 'data') }), [{ name: 'database', kind: 'sqlite', ok: true }]);
  });

  describe('or', { skip: withoutPostgres ?? withoutRedis }, () => {
    const postgres = usePostgres();
    const redis = useRedis();

    it('are Postgres and Redis', async () => {
      assert.deepEqual(run({ SLUICE_DATA: 'memory', DATABASE_URL: await createDatabase(postgres.url), REDIS_URL: redis.url }), [
        { name: 'database', kind: 'postgres', ok: true },
        { name: 'redis', kind: 'redis', ok: true },
      ]);
    });
  });
});
