// Builds the console into dist/console, with each text compressed beside itself. Its packages are its own; the gateway runs without it.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { prepareConsole, root } from './prepare.mjs';

const folder = path.join(root, 'console');
const output = path.join(root, 'dist', 'console');
const stamp = path.join(root, '.cache', 'console.sha256');
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json', 'package-lock.json'];

/** Builds the console, on the given Node, unless it was made of the very same sources. Says what went wrong, and lets the gateway start all the same. */
export async function buildConsoleIfStale(node = process.execPath) {
  if (!existsSync(path.join(folder, 'package.json'))) return true;
  const fingerprint = fingerprintOfSources();
  if (existsSync(path.join(output, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return true;
  const problem = prepareConsole() ?? (await build(node));
  if (problem !== undefined) {
    process.stderr.write(`The console could not be built, so that there is none at /console/; everything else works.\n${problem}\n`);
    return false;
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint);
  return true;
}

function fingerprintOfSources() {
  const hash = createHash('sha256');
  const names = SOURCES.flatMap((name) => {
    const entries = name.includes('.') ? [''] : readdirSync(path.join(folder, name), { recursive: true, withFileTypes: true });
    return entries.map((entry) =>
      entry === '' ? name : entry.isFile() ? path.relative(folder, path.join(entry.parentPath, entry.name)) : undefined,
    );
  });
  for (const name of names.filter((one) => one !== undefined && !one.endsWith('.test.ts')).toSorted((a, b) => (a < b ? -1 : 1)))
    hash
      .update(`${name}\0`)
      .update(readFileSync(path.join(folder, name)))
      .update('\0');
  return hash.update(readFileSync(fileURLToPath(import.meta.url))).digest('hex');
}

/** Answers what the builder said where it failed. */
async function build(node) {
  const start = Date.now();
  const { code, text } = await runVite(node);
  if (code !== 0) return text.trim();
  for (const font of ['inter', 'jetbrains-mono'])
    copyFileSync(path.join(folder, 'node_modules', '@fontsource-variable', font, 'LICENSE'), path.join(output, `${font}-license.txt`));
  const bytes = compressAll();
  process.stderr.write(`Built dist/console (${Math.round(bytes / 1024)} KB as gzip) in ${Date.now() - start} ms\n`);
  return undefined;
}

function runVite(node) {
  return new Promise((resolve) => {
    const command = [path.join(folder, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'];
    const child = spawn(node, command, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (piece) => (text += piece));
    child.stderr.on('data', (piece) => (text += piece));
    child.on('error', (error) => resolve({ code: 1, text: error.message }));
    child.on('close', (code) => resolve({ code, text }));
  });
}

/** Puts `.br` and `.gz` beside what gets smaller by it. Gives the bytes of all scripts and styles as gzip. */
function compressAll() {
  let sum = 0;
  for (const entry of readdirSync(output, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(js|css|html|svg|txt)$/.test(file)) continue;
    const bytes = readFileSync(file);
    const gzip = gzipSync(bytes, { level: 9 });
    writeFileSync(`${file}.gz`, gzip);
    writeFileSync(
      `${file}.br`,
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    );
    if (/\.(js|css)$/.test(file)) sum += gzip.length;
  }
  return sum;
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url) && !(await buildConsoleIfStale())) process.exitCode = 1;
