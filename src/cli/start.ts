import { setFlagsFromString } from 'node:v8';
import { startServer } from '../server/start.ts';
import { textOf, type Command } from './command.ts';

/**
 * Has V8 optimise what calls run through after some hundred calls instead of some thousand: by its defaults a gateway comes to its full speed
 * only ten thousand calls after each start. The flags are those of Node 24, which the package brings; others say loudly what they do not know.
 */
const EARLY_OPTIMISATION = ['--invocation-count-for-maglev=100', '--invocation-count-for-turbofan=500', '--minimum-invocations-after-ic-update=200'];

/** `sluice start`. */
export const start: Command = {
  help: `sluice start [--host HOST] [--port PORT]

Serves until Ctrl-C or SIGTERM, then finishes the calls under way (DRAIN_TIMEOUT, seconds). A second one ends it at once.

  --host HOST    address to listen on (default HOST, else 127.0.0.1)
  --port PORT    port (default PORT, else 8787)

Exit codes: 0 stopped as asked, 1 could not start, or ended at once, 2 wrong options.`,
  options: { host: { type: 'string' }, port: { type: 'string' } },
  positionals: 0,
  run: async (words) => {
    if (process.versions.node.startsWith('24.')) EARLY_OPTIMISATION.forEach((flag) => setFlagsFromString(flag));
    const host = textOf(words, 'host');
    const port = textOf(words, 'port');
    await startServer({ ...words.env, ...(host === undefined ? {} : { HOST: host }), ...(port === undefined ? {} : { PORT: port }) });
    return 0;
  },
};
