// A process that opens the stores of its environment, creates records whose ids begin with its argument, and ends.
import { openStores } from '../../src/stores/open.ts';

const [prefix = '', count = '0'] = process.argv.slice(2);
const stores = await openStores({ env: process.env, now: Date.now, responsesLimit: 1024 });
for (let index = 0; index < Number(count); index += 1) {
  await stores.records.create({ kind: 'config', id: `${prefix}${index}`, workspace: 'w', body: {} });
}
await stores.close();
