#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startServer } from './server/start.ts';
import { print } from './telemetry/log.ts';
import { VERSION } from './version.ts';

const USAGE = `sluice ${VERSION}: an AI gateway

  sluice start [--host HOST] [--port PORT]   serve (default http://127.0.0.1:8787)
  sluice providers                           list the providers
  sluice --version | --help

Environment: HOST, PORT, BODY_LIMIT_MB, RESPONSES_LIMIT_MB, MAX_CONCURRENT_CALLS, DRAIN_TIMEOUT (seconds), TRUSTED_CUSTOM_HOSTS,
ALLOW_AMBIENT_CREDENTIALS (see docs/security.md), ALLOW_FAULT_INJECTION,
CORS_ALLOWED_ORIGINS, CORS_ALLOWED_METHODS, CORS_ALLOWED_HEADERS, CORS_EXPOSE_HEADERS`;

const COMMANDS: Readonly<Record<string, (options: { host?: string; port?: string }) => Promise<void>>> = {
  start: ({ host, port }) =>
    startServer({ ...process.env, ...(host === undefined ? {} : { HOST: host }), ...(port === undefined ? {} : { PORT: port }) }),
  providers: async () => {
    const { PROVIDERS } = await import('./providers/index.ts');
    for (const { id, name, docs } of PROVIDERS) print(`${id.padEnd(18)} ${name.padEnd(28)} ${docs}`);
  },
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { host: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
  });
  if (values.version === true) return print(VERSION);
  const command = COMMANDS[positionals[0] ?? 'start'];
  if (values.help === true) return print(USAGE);
  if (command === undefined) throw new Error(`there is no command ${JSON.stringify(positionals[0])}\n\n${USAGE}`);
  await command({ ...(values.host === undefined ? {} : { host: values.host }), ...(values.port === undefined ? {} : { port: values.port }) });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
