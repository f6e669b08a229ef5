#!/usr/bin/env node
import { UsageError } from './cli/command.ts';
import { main } from './cli/main.ts';
import { lackOf } from './cli/runtime.ts';

try {
  const lack = lackOf(process.versions.node);
  if (lack !== undefined) throw new Error(lack);
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`);
  // Whatever has been opened by then would keep the process.
  process.exit(error instanceof UsageError ? 2 : 1);
}
