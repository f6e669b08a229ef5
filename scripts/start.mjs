// `npm start`: installs and builds what is missing or stale, then runs the gateway on the pinned Node. Arguments are those of `sluice`.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildIfStale } from './build.mjs';
import { prepare, root } from './prepare.mjs';

const node = prepare();
// Beside the gateway's own build. The console is waited for, but not for ever: without a network the gateway starts all the same.
const CONSOLE_PATIENCE = 30_000;
const consoleBuild = spawn(node, [path.join(root, 'scripts', 'build-console.mjs')], { stdio: ['ignore', 'inherit', 'inherit'] });
const consoleBuilt = new Promise((resolve) => consoleBuild.on('close', resolve).on('error', resolve));
await buildIfStale();
await Promise.race([consoleBuilt, sleep(CONSOLE_PATIENCE, undefined, { ref: false })]);
const command = [path.join(root, 'dist', 'cli.js'), ...process.argv.slice(2)];
// In a process group of its own: a Ctrl-C would else reach the gateway twice, from the terminal and from here.
const gateway = spawn(node, command, { stdio: 'inherit', detached: process.platform !== 'win32' });

let lastStop = 0;
function stop(signal) {
  const now = Date.now();
  if (now - lastStop > 500) gateway.kill(signal);
  lastStop = now;
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
process.on('SIGHUP', () => stop('SIGTERM'));

// npm passes signals to the shell between it and us, which dies of them without a word: its death is the signal.
const parent = process.ppid;
if (process.env.npm_lifecycle_event === 'start') setInterval(() => process.ppid !== parent && stop('SIGTERM'), 200).unref();

gateway.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
gateway.on('exit', (code, signal) => {
  consoleBuild.kill();
  process.exit(code ?? 128 + constants.signals[signal]);
});
