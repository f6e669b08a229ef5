import { withConfigFile } from '../server/saved.ts';
import { readSettings } from '../server/settings.ts';
import { openStores } from '../stores/open.ts';
import { reseal } from '../stores/reseal.ts';
import { print } from '../telemetry/log.ts';
import type { Command } from './command.ts';

/** `sluice reseal`. */
export const resealing: Command = {
  help: `sluice reseal

Seals saved credentials that were sealed with an earlier key (SLUICE_ENCRYPTION_KEY_PREVIOUS, or the one of the data folder) with
SLUICE_ENCRYPTION_KEY. Gateways may keep running, as long as all of them have both keys. Afterwards the earlier key can be removed.

Exit codes: 0 all are sealed with the current key, 1 some cannot be opened with any of the given keys (they are named), 2 wrong options.`,
  options: {},
  positionals: 0,
  run: async ({ env: given }) => {
    const env = await withConfigFile(given);
    const stores = await openStores({ env, now: Date.now, responsesLimit: readSettings(env).responsesLimit });
    try {
      const { resealed, lost } = await reseal(stores.records, stores.secrets);
      for (const name of resealed) print(`sealed anew       ${name}`);
      for (const name of lost) print(`cannot be opened  ${name}`);
      print(`${resealed.length} sealed anew, ${lost.length} lost`);
      return lost.length === 0 ? 0 : 1;
    } finally {
      await stores.close();
    }
  },
};
