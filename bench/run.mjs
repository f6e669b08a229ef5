// `npm run bench`: builds the gateway where it is stale and measures it beside nginx and Portkey. `--help` lists the options.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { buildIfStale } from '../scripts/build.mjs';
import { prepare, root, runtimeEnvironment } from '../scripts/prepare.mjs';

const node = prepare();
await buildIfStale();
const args = [path.join(root, 'bench', 'main.ts'), ...process.argv.slice(2)];
process.exitCode = spawnSync(node, args, { cwd: root, env: runtimeEnvironment(node), stdio: 'inherit' }).status ?? 1;
