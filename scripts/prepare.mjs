// Makes a fresh clone runnable whatever Node (20 or newer) started it: installs what the lockfile asks for and finds the pinned runtime.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const modules = path.join(root, 'node_modules');
const runtimeFolder = path.join(root, '.cache', 'runtime');
const executable = process.platform === 'win32' ? 'node.exe' : 'node';

/** Reads a JSON file of the project; undefined where it is missing or broken. */
function readJson(...names) {
  try {
    return JSON.parse(readFileSync(path.join(root, ...names), 'utf8'));
  } catch {
    return undefined;
  }
}

const pinned = readJson('package.json').devDependencies.node;

/** Installs what is missing or stale and returns the path of the Node that everything else runs on. */
export function prepare() {
  if (!isInstalled()) install();
  return findRuntime();
}

/** Where the official clients live that the gateway is tested with: a package of their own, which nobody needs who only runs the gateway. */
const clients = ['test', 'clients'];

/** Installs the official clients if they are missing or stale. Answers what npm said where that failed. */
export function prepareClients() {
  if (isInstalled(clients)) return undefined;
  const npm = announced('Installing the official clients', () => runNpm('ci --ignore-scripts', path.join(root, ...clients)));
  return npm.status === 0 ? undefined : npm.output;
}

/** Installs what the console is built with if it is missing or stale. Answers what npm said where that failed. */
export function prepareConsole() {
  if (isInstalled(['console'])) return undefined;
  const start = Date.now();
  const npm = runNpm('ci --ignore-scripts', path.join(root, 'console'));
  if (npm.status !== 0) return npm.output;
  // In one piece: the gateway is built at the same time, and has its own line.
  process.stderr.write(`Installed what the console is built with in ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
  return undefined;
}

/** npm writes what it installed to a lockfile of its own, last of all: where the two agree there is nothing to do. */
function isInstalled(folder = []) {
  const present = readJson(...folder, 'node_modules', '.package-lock.json')?.packages;
  if (present === undefined) return false;
  const wanted = Object.entries(readJson(...folder, 'package-lock.json')?.packages ?? {}).filter(([name]) => name.includes('node_modules/'));
  return wanted.every(([name, entry]) => (name in present ? present[name].version === entry.version : entry.optional === true));
}

function install() {
  // Never `ci` from inside: it deletes node_modules first, and Windows does not delete a program that runs.
  const runsInside = process.execPath.startsWith(modules) && process.platform === 'win32';
  const command = existsSync(path.join(root, 'package-lock.json')) && !runsInside ? 'ci' : 'install';
  const npm = announced('Installing dependencies', () => runNpm(`${command} --include=dev --include=optional`, root));
  if (npm.status === 0) return;
  fail(`npm ${command} failed:\n${npm.output}`);
}

/** Runs npm on the machine's own Node: the project's may be replaced meanwhile. */
function runNpm(command, cwd) {
  const env = { ...process.env };
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const own = path.join(modules, '.bin');
  env[key] = (env[key] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.resolve(folder) !== own)
    .join(path.delimiter);
  const result = spawnSync(`npm ${command} --no-audit --no-fund --loglevel=error`, { cwd, env, shell: true, encoding: 'utf8' });
  return { status: result.status, output: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trim() };
}

function findRuntime() {
  if (process.version === `v${pinned}`) return process.execPath;
  const linked = path.join(modules, 'node', 'bin', executable);
  if (runs(linked)) return linked;
  const fetched = fetchRuntime(linked);
  if (fetched !== undefined) return fetched;
  if (isRecent(process.versions.node)) return process.execPath;
  return fail(`Sluice needs Node 22.18 or newer; this is ${process.version}, and Node ${pinned} could not be installed from npm.
Install Node from https://nodejs.org and run the command again.`);
}

/** The package `node` installs its program by an install script; where scripts are blocked, the program's own package is fetched instead. */
function fetchRuntime(linked) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${process.arch}`;
  const program = path.join(runtimeFolder, 'node_modules', name, 'bin', executable);
  if (!runs(program)) {
    mkdirSync(runtimeFolder, { recursive: true });
    writeFileSync(path.join(runtimeFolder, 'package.json'), '{ "private": true }\n');
    const npm = announced(`Installing Node ${pinned}`, () => runNpm(`install --ignore-scripts --no-save ${name}@${pinned}`, runtimeFolder));
    if (npm.status !== 0 || !runs(program)) return undefined;
  }
  return link(program, linked);
}

/** Puts the program where `node_modules/.bin/node` points. Where that is not possible it is used from where it lies. */
function link(program, linked) {
  try {
    mkdirSync(path.dirname(linked), { recursive: true });
    rmSync(linked, { force: true });
    try {
      linkSync(program, linked);
    } catch {
      copyFileSync(program, linked);
    }
    const command = path.join(modules, '.bin', 'node');
    if (process.platform !== 'win32' && !existsSync(command)) symlinkSync(path.relative(path.dirname(command), linked), command);
    return linked;
  } catch {
    return program;
  }
}

function runs(program) {
  return existsSync(program) && spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${pinned}`;
}

function isRecent(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** Says in one line what takes long, and how long it took. */
function announced(what, work) {
  const start = Date.now();
  process.stderr.write(`${what} … `);
  const result = work();
  process.stderr.write(result.status === 0 ? `${((Date.now() - start) / 1000).toFixed(1)} s\n` : 'failed\n');
  return result;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Path of a development tool's JavaScript entry, to be run by the pinned Node; `node` is that Node itself. */
export function toolPath(tool) {
  const packageName = { tsc: 'typescript' }[tool] ?? tool;
  const bin = readJson('node_modules', packageName, 'package.json')?.bin;
  const entry = typeof bin === 'string' ? bin : bin?.[tool];
  return entry === undefined ? fail(`There is no tool named ${tool} among the development dependencies.`) : path.join(modules, packageName, entry);
}

/** The environment for programs that look for `node` on the path. */
export function runtimeEnvironment(node) {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...process.env, [key]: `${path.dirname(node)}${path.delimiter}${process.env[key] ?? ''}` };
}
