// The servers that the adapters are tested with, and the browser that the console is: Debian's packages, where this may install them. Elsewhere their tests are skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const POSTGRES = '/usr/lib/postgresql';

const PACKAGES = {
  'redis-server': () => existsSync('/usr/bin/redis-server'),
  postgresql: () => existsSync(POSTGRES) && readdirSync(POSTGRES).some((version) => existsSync(`${POSTGRES}/${version}/bin/initdb`)),
  chromium: () => existsSync('/usr/bin/chromium'),
};

/** Installs what is missing, and says so in one line. */
export function installServices() {
  const missing = Object.keys(PACKAGES).filter((name) => !PACKAGES[name]());
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  installMissing(missing);
  installPgvector();
}

function installMissing(missing) {
  if (missing.length === 0) return;
  const start = Date.now();
  process.stdout.write(`Installing ${missing.join(' and ')} to test with … `);
  // Lists may be old or missing: they are fetched only where the packages cannot be found without.
  const done = install(missing) || (apt('update') && install(missing)) || missing.every((name) => install([name]));
  process.stdout.write(done ? `${((Date.now() - start) / 1000).toFixed(1)} s\n` : 'failed: their tests are skipped\n');
}

/** The vectors of semantic caches can be compared in Postgres where Debian has the extension for its version. */
function installPgvector() {
  const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).filter((version) => existsSync(`${POSTGRES}/${version}/bin/initdb`)) : [];
  const wanted = versions.filter((version) => !existsSync(`/usr/share/postgresql/${version}/extension/vector.control`));
  const there = wanted.map((version) => `postgresql-${version}-pgvector`).filter((name) => spawnSync('apt-cache', ['show', name]).status === 0);
  if (there.length > 0) install(there);
}

function install(names) {
  return apt('install', '--yes', '--no-install-recommends', ...names);
}

function apt(...args) {
  // The packages would start servers of their own, on the usual ports.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return spawnSync('apt-get', ['-qq', ...args], { env, stdio: 'ignore', timeout: 300_000 }).status === 0;
}
