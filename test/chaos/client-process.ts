// Clients in a process of their own, to be killed: so many streams at a time, as told; answers when all of them have content.
import { ask } from './client.ts';
import { SPEECHES } from './speech.ts';

interface Order {
  readonly gateway: string;
  readonly config: object;
  readonly streams: number;
}

const speech = SPEECHES['openai-chat'];
process.on('message', ({ gateway, config, streams }: Order) => {
  let begun = 0;
  for (let i = 0; i < streams; i++) {
    let hasBegun = false;
    const onBody = (): void => {
      if (!hasBegun && ++begun === streams) process.send?.({ begun });
      hasBegun = true;
    };
    const headers = { 'x-portkey-config': JSON.stringify(config) };
    void ask(gateway, { path: speech.path(true), headers, body: JSON.stringify(speech.body(true)), onBody });
  }
});
process.on('disconnect', () => process.exit());
process.send?.({});
