import type { Flow } from '../ir/flow.ts';

/** A flow whose items are changed as they pass; undefined leaves one out. */
export function mapped<Item>(flow: Flow<Item>, change: (item: Item) => Item | undefined): Flow<Item> {
  return {
    start: (sink) =>
      flow.start({
        write: (item) => {
          const changed = change(item);
          return changed === undefined || sink.write(changed);
        },
        end: () => sink.end(),
        fail: (error) => sink.fail(error),
      }),
    resume: () => flow.resume(),
    cancel: () => flow.cancel(),
  };
}
