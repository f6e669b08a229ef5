import { PROVIDERS } from '../providers/index.ts';
import { print } from '../telemetry/log.ts';
import { isOn, type Command } from './command.ts';

/** `sluice providers`. */
export const providers: Command = {
  help: `sluice providers [--json]

Lists the providers: id, name, documentation.

  --json    one JSON list, with the variable that commonly holds the key

Exit codes: 0, 2 wrong options.`,
  options: { json: { type: 'boolean' } },
  positionals: 0,
  run: async (words) => {
    if (isOn(words, 'json'))
      print(JSON.stringify(PROVIDERS.map(({ id, name, docs, keyVariable = null }) => ({ id, name, docs, key_variable: keyVariable }))));
    else for (const { id, name, docs } of PROVIDERS) print(`${id.padEnd(18)} ${name.padEnd(28)} ${docs}`);
    return 0;
  },
};
