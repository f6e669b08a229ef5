// `node scripts/run.mjs TOOL …`: runs a development tool (or `node`) on the pinned runtime, installing both first where they are missing.
import { spawnSync } from 'node:child_process';
import { prepare, root, runtimeEnvironment, toolPath } from './prepare.mjs';

const [tool, ...rest] = process.argv.slice(2);
const node = prepare();
const args = tool === 'node' ? rest : [toolPath(tool), ...rest];
const { status, signal, error } = spawnSync(node, args, { cwd: root, env: runtimeEnvironment(node), stdio: 'inherit' });
if (error) process.stderr.write(`${error.message}\n`);
process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 1);
