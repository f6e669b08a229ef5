import { useCallback, useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useSearch } from '../../router/location.ts';
import { toast } from '../../ui/toast.tsx';
import { takeDraft } from './draft.ts';
import { runChat, type Request } from './run.ts';
import { bodyFor, columnOf, columnText, DEFAULTS, headersFor, type Column, type Run, type Settings, type Turn } from './thread.ts';

/** How many answers stand side by side at most. */
export const MAX_COLUMNS = 4;

const FIRST: Column = { target: 'mock', model: 'mock' };

type Thread = readonly Turn[];

/** A column that is to be asked, with what it is asked. */
interface Question {
  readonly i: number;
  readonly turns: Thread;
}

/** The conversations, by column. */
function useThreads(first: readonly Thread[]) {
  const [threads, setThreads] = useState(first);
  const change = useCallback((i: number, next: (turns: Thread) => Thread) => {
    setThreads((all) => Array.from({ length: Math.max(all.length, i + 1) }, (_, k) => (k === i ? next(all[k] ?? []) : (all[k] ?? []))));
  }, []);
  const setRun = useCallback(
    (i: number, run: Run) => change(i, (turns) => [...(turns.at(-1)?.role === 'assistant' ? turns.slice(0, -1) : turns), { role: 'assistant', run }]),
    [change],
  );
  const remove = (i: number): void => setThreads((all) => all.filter((_, k) => k !== i));
  return { threads, change, setRun, remove, clear: () => setThreads([]) };
}

/** The playground's state: columns and plain settings in the address, conversations in memory. */
export function usePlayground() {
  const [search, patch] = useSearch();
  const [draft] = useState(takeDraft);
  const [long, setLong] = useState<Pick<Settings, 'tools' | 'schema'>>({ tools: draft?.tools ?? '', schema: draft?.schema ?? '' });
  const texts = search.getAll('c');
  const columns = texts.length === 0 ? [FIRST] : texts.slice(0, MAX_COLUMNS).map(columnOf);
  const { threads, change, setRun, remove, clear } = useThreads(columns.map(() => draft?.turns ?? []));
  const settings = settingsOf(search, long);
  const requests = useRequests();
  const turnsOf = (i: number): Thread => threads[i] ?? [];

  const ask = async (questions: readonly Question[]): Promise<void> => {
    try {
      const ready = questions.map(({ i, turns }) => {
        const column = columns[i] ?? FIRST;
        return { headers: headersFor(column), body: bodyFor(column, settings, turns), onRun: (run: Run) => setRun(i, run) };
      });
      for (const { i, turns } of questions) change(i, () => turns);
      await requests.send(ready);
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), 'bad');
    }
  };

  return {
    columns,
    threads: columns.map((_, i) => turnsOf(i)),
    settings,
    isRunning: requests.isRunning,
    draftPrompt: draft?.prompt ?? search.get('q') ?? '',
    draftImages: draft?.images ?? [],
    setColumns: (next: readonly Column[]) => patch({ c: next.map(columnText) }),
    setSettings: (next: Settings) => {
      setLong({ tools: next.tools, schema: next.schema });
      patch(addressOf(next));
    },
    removeThread: remove,
    clear,
    stop: requests.stop,
    send: (text: string, images: readonly string[]) => ask(columns.map((_, i) => ({ i, turns: [...turnsOf(i), { role: 'user', text, images }] }))),
    answerTools: (i: number, results: readonly { readonly id: string; readonly text: string }[]) =>
      ask([{ i, turns: [...turnsOf(i), { role: 'tool', results }] }]),
    again: (i: number) => ask([{ i, turns: turnsOf(i).slice(0, -1) }]),
  };
}

/** Requests of which one round is under way at a time; a new round ends the one before, and leaving the page ends all. */
function useRequests() {
  const client = useQueryClient();
  const running = useRef<AbortController | undefined>(undefined);
  const [isRunning, setRunning] = useState(false);
  useEffect(() => () => running.current?.abort(), []);
  const send = async (requests: readonly Omit<Request, 'signal'>[]): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setRunning(true);
    await Promise.all(requests.map((request) => runChat({ ...request, signal: controller.signal })));
    if (running.current === controller) setRunning(false);
    await client.invalidateQueries({ queryKey: ['logs'] });
  };
  const stop = (): void => {
    running.current?.abort();
    setRunning(false);
  };
  return { isRunning, send, stop };
}

export type Playground = ReturnType<typeof usePlayground>;

function settingsOf(search: URLSearchParams, long: Pick<Settings, 'tools' | 'schema'>): Settings {
  const text = (name: string): string => search.get(name) ?? '';
  return {
    ...DEFAULTS,
    ...long,
    system: text('system'),
    temperature: text('temperature'),
    maxTokens: text('max_tokens'),
    topP: text('top_p'),
    effort: text('effort'),
    isStreamed: search.get('stream') !== 'off',
  };
}

function addressOf({ system, temperature, maxTokens, topP, effort, isStreamed }: Settings): Record<string, string> {
  return { system, temperature, max_tokens: maxTokens, top_p: topP, effort, stream: isStreamed ? '' : 'off' };
}
