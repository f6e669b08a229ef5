import { setPriority } from 'node:os';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { LogQuestions } from '../../logs/log-store.ts';
import type { FromLogThread, LogThreadData, ToLogThread } from './protocol.ts';
import { StoreOpener } from './store-opener.ts';
import { LogWriter } from './writer.ts';

/** Where the machine has nothing to spare, calls are served first and the spool grows a little. The system may not know priorities of threads. */
function stepBack(steps: number): void {
  try {
    setPriority(0, steps);
  } catch {
    // It writes at the priority of everybody.
  }
}

const WRITER_STEPS = 15;
const READER_STEPS = 5;

/** One thread of the log: writes what the spools hold, and answers questions. */
function run(port: MessagePort, { place, writing }: LogThreadData): void {
  stepBack(writing === undefined ? READER_STEPS : WRITER_STEPS);
  const isReader = writing === undefined;
  const say = (message: FromLogThread): void => port.postMessage(message);
  const onSetAside = (file: string, reason: string): void => say({ type: 'setAside', file, reason });
  const { store, failed } = new StoreOpener({ place, isReadOnly: isReader, onSetAside: isReader ? undefined : onSetAside });
  const writer = isReader ? undefined : new LogWriter({ ...writing, store, failed, say });
  const ask = async (id: number, method: keyof LogQuestions, question: unknown): Promise<void> => {
    try {
      const asked = await store();
      const answer = asked[method].bind(asked) as (question: unknown) => Promise<unknown>;
      say({ type: 'answer', id, value: await answer(question) });
    } catch (error) {
      failed(error);
      say({ type: 'failure', id, message: (error as Error).message });
    }
  };
  const finish = async (within: number): Promise<void> => {
    const isEmpty = (await writer?.finish(within)) ?? true;
    await store()
      .then((open) => open.close())
      .catch(() => undefined);
    say({ type: 'finished', isEmpty });
    port.close();
  };
  port.on('message', (message: ToLogThread) => {
    if (message.type === 'wake') writer?.wake(message.rest);
    else if (message.type === 'blank') writer?.makeBlank();
    else if (message.type === 'frames') writer?.take(message.bytes);
    else if (message.type === 'ask') void ask(message.id, message.method, message.question);
    else void finish(message.within);
  });
  writer?.start();
}

if (parentPort !== null) run(parentPort, workerData as LogThreadData);
