// Bundles the gateway into dist/cli.js, one file that needs no node_modules.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConsoleIfStale } from './build-console.mjs';
import { root } from './prepare.mjs';

const output = path.join(root, 'dist');
const stamp = path.join(root, '.cache', 'build.sha256');

/** Builds unless what lies in dist/ was made of the very same sources. */
export async function buildIfStale() {
  const fingerprint = fingerprintOfSources();
  if (existsSync(path.join(output, 'cli.js')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  await build();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint);
}

function fingerprintOfSources() {
  const hash = createHash('sha256');
  const sources = readdirSync(path.join(root, 'src'), { recursive: true }).filter((name) => /(?<!\.test)\.(ts|json|html|css)$/.test(name));
  for (const name of [
    ...sources.sort((a, b) => (a < b ? -1 : 1)).map((source) => path.join('src', source)),
    'package.json',
    'package-lock.json',
    'scripts/build.mjs',
  ]) {
    const file = path.join(root, name);
    if (existsSync(file)) hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

async function build() {
  const start = Date.now();
  const esbuild = await import('esbuild');
  // What the console is built into stays: it has a stamp of its own.
  for (const name of existsSync(output) ? readdirSync(output) : []) if (name !== 'console') rmSync(path.join(output, name), { recursive: true });
  const result = await esbuild.build({
    absWorkingDir: root,
    // The log's threads are started from a file of their own.
    entryPoints: { cli: 'src/cli.ts', 'log-worker': 'src/stores/log/log-worker.ts' },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    sourcemap: true,
    chunkNames: 'chunk-[hash]',
    metafile: true,
    logLevel: 'warning',
    // Packages in CommonJS call `require`, which ES modules do not have.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  });
  await esbuild.stop();
  chmodSync(path.join(output, 'cli.js'), 0o755);
  const bytes = Object.entries(result.metafile.outputs).reduce((sum, [name, { bytes: size }]) => (name.endsWith('.js') ? sum + size : sum), 0);
  process.stderr.write(`Built dist/cli.js (${Math.round(bytes / 1024)} KB) in ${Date.now() - start} ms\n`);
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await build();
  if (!(await buildConsoleIfStale())) process.exitCode = 1;
}
