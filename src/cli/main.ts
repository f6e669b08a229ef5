import { parseArgs } from 'node:util';
import type { Environment } from '../environment.ts';
import { print } from '../telemetry/log.ts';
import { VERSION } from '../version.ts';
import { UsageError, type Command } from './command.ts';

/** Everything that `sluice` can do, each loaded when it is asked for. */
export const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  start: { summary: 'serve; the default command', load: async () => (await import('./start.ts')).start },
  check: { summary: 'validate a config or a sluice.yaml', load: async () => (await import('./check.ts')).check },
  doctor: { summary: 'check whether the gateway can work on this machine', load: async () => (await import('./doctor.ts')).doctor },
  logs: { summary: 'show the calls of a running gateway, live if asked', load: async () => (await import('./logs.ts')).logs },
  import: { summary: 'convert the files of other gateways into a sluice.yaml', load: async () => (await import('./import.ts')).importFiles },
  reseal: { summary: 'seal saved credentials with the current key', load: async () => (await import('./reseal.ts')).resealing },
  providers: { summary: 'list the providers', load: async () => (await import('./providers.ts')).providers },
};

const HELP = `sluice ${VERSION}: an AI gateway

  sluice [start] [--host HOST] [--port PORT]
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  sluice ${name.padEnd(11)} ${summary}`)
  .join('\n')}

  sluice COMMAND --help    its options and exit codes
  sluice --version

Settings are environment variables (README.md, docs/cli.md).`;

/** Words that are answered with a text. */
const TEXTS: Readonly<Record<string, string>> = { '--help': HELP, '-h': HELP, help: HELP, '--version': VERSION, '-v': VERSION };

/** Runs a command line and gives the exit code: 0 well, 1 not well, 2 not called as it should be. */
export async function main(args: readonly string[], env: Environment): Promise<number> {
  const [first = ''] = args;
  if (Object.hasOwn(TEXTS, first)) return tell(TEXTS[first] as string);
  const isNamed = first !== '' && !first.startsWith('-');
  const command = await commandOf(isNamed ? first : 'start');
  const { values, positionals } = read(command, isNamed ? args.slice(1) : args);
  if (values['help'] === true) return tell(command.help);
  if (positionals.length > command.positionals) throw new UsageError(`unexpected argument: ${JSON.stringify(positionals.at(-1))}`);
  return command.run({ values, positionals, env });
}

async function commandOf(name: string): Promise<Command> {
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (known === undefined) throw new UsageError(`unknown command ${JSON.stringify(name)}; sluice --help lists them all`);
  return known.load();
}

function tell(text: string): number {
  print(text);
  return 0;
}

function read(command: Command, args: readonly string[]): Pick<ReturnType<typeof parseArgs>, 'values' | 'positionals'> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...command.options, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
