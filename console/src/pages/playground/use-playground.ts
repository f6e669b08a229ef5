import { useCallback, useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useSearch } from '../../router/location.ts';
import { toast } from '../../ui/toast.tsx';
import { takeDraft } from './draft.ts';
import { runChat } from './run.ts';
import { bodyFor, columnOf, columnText, DEFAULTS, headersFor, type Column, type Run, type Settings, type Turn } from './thread.ts';

/** How many answers stand side by side at most. */
export const MAX_COLUMNS = 4;

const FIRST: Column = { target: 'mock', model: 'mock' };

/** The playground's state: columns and plain settings in the address, conversations in memory. */
export function usePlayground() {
  const [search, patch] = useSearch();
  const client = useQueryClient();
  const [draft] = useState(takeDraft);
  const [long, setLong] = useState<Pick<Settings, 'tools' | 'schema'>>({ tools: draft?.tools ?? '', schema: draft?.schema ?? '' });
  const texts = search.getAll('c');
  const columns = texts.length === 0 ? [FIRST] : texts.slice(0, MAX_COLUMNS).map(columnOf);
  const [threads, setThreads] = useState<readonly (readonly Turn[])[]>(() => columns.map(() => draft?.turns ?? []));
  const running = useRef<AbortController | undefined>(undefined);
  const [isRunning, setRunning] = useState(false);
  const settings = settingsOf(search, long);

  const setTurns = useCallback((i: number, change: (turns: readonly Turn[]) => readonly Turn[]) => {
    setThreads((all) => Array.from({ length: Math.max(all.length, i + 1) }, (_, k) => (k === i ? change(all[k] ?? []) : (all[k] ?? []))));
  }, []);

  const setRun = useCallback(
    (i: number, run: Run) => setTurns(i, (turns) => (turns.at(-1)?.role === 'assistant' ? turns.with(-1, { role: 'assistant', run }) : [...turns, { role: 'assistant', run }])),
    [setTurns],
  );

  useEffect(() => () => running.current?.abort(), []);

  const ask = async (chosen: readonly { readonly i: number; readonly turns: readonly Turn[] }[]): Promise<void> => {
    let bodies;
    try {
      bodies = chosen.map(({ i, turns }) => bodyFor(columns[i] ?? FIRST, settings, turns));
    } catch (error) {
      return toast(error instanceof Error ? error.message : String(error), 'bad');
    }
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setRunning(true);
    for (const { i, turns } of chosen) setTurns(i, () => turns);
    await Promise.all(chosen.map(({ i }, k) => runChat({ headers: headersFor(columns[i] ?? FIRST), body: bodies[k] ?? {}, signal: controller.signal, onRun: (run) => setRun(i, run) })));
    if (running.current === controller) setRunning(false);
    await client.invalidateQueries({ queryKey: ['logs'] });
  };

  return {
    columns,
    threads: columns.map((_, i) => threads[i] ?? []),
    settings,
    isRunning,
    draftPrompt: draft?.prompt ?? search.get('q') ?? '',
    setColumns: (next: readonly Column[]) => patch({ c: next.map(columnText) }),
    setSettings: (next: Settings) => {
      setLong({ tools: next.tools, schema: next.schema });
      patch(addressOf(next));
    },
    removeThread: (i: number) => setThreads((all) => all.filter((_, k) => k !== i)),
    clear: () => setThreads([]),
    stop: () => {
      running.current?.abort();
      setRunning(false);
    },
    send: (text: string, images: readonly string[]) => ask(columns.map((_, i) => ({ i, turns: [...(threads[i] ?? []), { role: 'user' as const, text, images }] }))),
    answerTools: (i: number, results: readonly { readonly id: string; readonly text: string }[]) => ask([{ i, turns: [...(threads[i] ?? []), { role: 'tool' as const, results }] }]),
    again: (i: number) => ask([{ i, turns: (threads[i] ?? []).slice(0, -1) }]),
  };
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
