import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { admin } from '../../api/client.ts';
import type { Check, JsonObject } from '../../api/types.ts';
import { pathOf, spelled } from './paths.ts';
import { nodesOf, treeOf, type ConfigNode } from './tree.ts';

const PAUSE = 250;

/** The text as JSON, or what is wrong with it. */
export function readConfig(text: string): { readonly config: JsonObject } | { readonly problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { config: value as JsonObject };
    return { problem: 'A config is a JSON object.' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** A value that has stood still for a moment. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** What the gateway says to a config as it is typed. */
export function useCheck(text: string) {
  const settled = useSettled(text);
  const read = readConfig(settled);
  const check = useQuery({
    queryKey: ['check', settled],
    queryFn: ({ signal }) => admin<Check>('/configs/check', { method: 'POST', body: { config: 'config' in read ? read.config : {} }, signal }),
    enabled: 'config' in read,
    placeholderData: (old) => old,
    staleTime: Infinity,
  });
  return {
    read,
    problems: 'problem' in read ? [{ path: '', message: read.problem }] : (check.data?.problems ?? []),
    isKnown: check.data !== undefined || 'problem' in read,
  };
}

/** The tree of the last text that was JSON, and which of its nodes have problems. */
export function useTree(config: JsonObject, problems: Check['problems']) {
  return useMemo(() => {
    const root = treeOf(config);
    const nodes = new Map(nodesOf(root).map((node) => [node.id, node]));
    return {
      root,
      nodes,
      broken: new Set(problems.map(({ path }) => ownerOf(path, nodes))),
      byPath: new Map(problems.map(({ path, message }) => [spelled(pathOf(path)), message])),
    };
  }, [config, problems]);
}

/** The node that a place in a config belongs to. */
function ownerOf(path: string, nodes: ReadonlyMap<string, ConfigNode>): string {
  for (let steps = pathOf(path); steps.length > 0; steps = steps.slice(0, -1)) if (nodes.has(spelled(steps))) return spelled(steps);
  return '';
}

/** Ctrl-S and ⌘-S save, where there is something to be saved; the browser's own saving of pages is not asked for here. */
export function useSaveKey(save: (() => void) | undefined): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 's' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      save?.();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [save]);
}

/** Has the browser ask before a page with changes that are not saved is closed. */
export function useUnsaved(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return undefined;
    const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
    globalThis.addEventListener('beforeunload', onLeave);
    return () => globalThis.removeEventListener('beforeunload', onLeave);
  }, [isChanged]);
}
