// A process that opens the stores of its environment, creates records whose ids begin with its argument, tells each, and ends.
import { openStores } from '../../src/stores/open.ts';

const [prefix = '', count = '0'] = process.argv.slice(2);
const stores = await openStores({ env: process.env, now: Date.now, responsesLimit: 1024 });
for (let index = 0; index < Number(count); index += 1) {
  const { id } = await stores.records.create({ kind: 'config', id: `${prefix}${index}`, workspace: 'w', body: {} });
  process.stdout.write(`${id}\n`);
}
await stores.close();
