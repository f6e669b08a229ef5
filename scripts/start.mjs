// `npm start`: installs and builds what is missing or stale, then runs the gateway on the pinned Node. Arguments go to `sluice start`.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { buildIfStale } from './build.mjs';
import { prepare, root } from './prepare.mjs';

const node = prepare();
await buildIfStale();
const gateway = spawn(node, [path.join(root, 'dist', 'cli.js'), 'start', ...process.argv.slice(2)], { stdio: 'inherit' });

for (const signal of ['SIGINT', 'SIGTERM']) {
  let forwarded = false;
  process.on(signal, () => {
    // A terminal sends Ctrl-C to the gateway itself, and npm sends it here once more.
    const hasIt = forwarded || (signal === 'SIGINT' && process.stdin.isTTY);
    forwarded = true;
    if (!hasIt) gateway.kill(signal);
  });
}
gateway.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
gateway.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
