// A provider in a process of its own, to be killed: it streams a token every 20 ms.
import { streamSlowly } from './faults.ts';
import { openProvider } from './provider.ts';
import { SPEECHES, type Speech } from './speech.ts';

const speech = SPEECHES[process.argv[2] as Speech['id']];
const provider = await openProvider({ asked: (exchange) => streamSlowly(exchange, speech) });
process.on('disconnect', () => process.exit());
process.send?.({ url: provider.url });
