import { useEffect, useState } from 'react';
import { RANGES } from '../../format/time.ts';
import { useSearch } from '../../router/location.ts';
import { IconButton } from '../../ui/button.tsx';
import { Select, withOwn, type Option } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { Filters } from './use-logs.ts';

const STATUSES: readonly Option[] = [
  { value: '', label: 'Any status' },
  { value: '2xx', label: '2xx' },
  { value: '4xx', label: '4xx' },
  { value: '5xx', label: '5xx' },
  { value: 'error', label: 'All errors' },
];
const CACHES: readonly Option[] = [
  { value: '', label: 'Any cache' },
  { value: 'HIT', label: 'Hit' },
  { value: 'SEMANTIC HIT', label: 'Semantic hit' },
  { value: 'MISS', label: 'Miss' },
  { value: 'DISABLED', label: 'Off' },
];
const TIMES: readonly Option[] = [{ value: '', label: 'All time' }, ...Object.keys(RANGES).map((name) => ({ value: name, label: `Last ${name}` }))];
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(['status', 'cache', 'range', 'search']);
/** Names that can be typed into the search: `model:gpt-4o min_ms:500`. */
const NAMES: ReadonlySet<string> = new Set([
  'provider',
  'model',
  'api_key',
  'config',
  'workspace',
  'trace_id',
  'session_id',
  'min_cost',
  'max_cost',
  'min_ms',
  'status',
  'cache',
]);
const PAUSE = 250;

/** Filters, all of them in the address. `name:value` in the search becomes a filter of its own. */
export function FilterBar({ filters }: { readonly filters: Filters }) {
  const [, patch] = useSearch();
  const search = filters['search'] ?? '';
  // What is being typed counts as long as the address has not changed under it.
  const [typed, setTyped] = useState({ over: search, text: search });
  const text = typed.over === search ? typed.text : search;
  useEffect(() => {
    if (text === search) return undefined;
    const timer = setTimeout(() => patch(readSearch(text, false)), PAUSE);
    return () => clearTimeout(timer);
  }, [text, search, patch]);
  const set = (name: string) => (event: { readonly target: { readonly value: string } }) => patch({ [name]: event.target.value });
  const chips = Object.entries(filters).filter(([name]) => !SHOWN_ELSEWHERE.has(name));
  return (
    <div className="filters">
      <div className="filter-search">
        <Icon name="search" size={15} />
        <input
          className="input"
          type="search"
          aria-label="Search calls"
          placeholder="Search, or filter: model:gpt-4o provider:openai metadata.user:ada min_ms:500"
          value={text}
          onChange={(event) => setTyped({ over: search, text: event.target.value })}
          onKeyDown={(event) => event.key === 'Enter' && patch(readSearch(text, true))}
        />
      </div>
      <Select
        className="filter"
        aria-label="Status"
        options={withOwn(STATUSES, filters['status'])}
        value={filters['status'] ?? ''}
        onChange={set('status')}
      />
      <Select className="filter" aria-label="Cache" options={CACHES} value={filters['cache'] ?? ''} onChange={set('cache')} />
      <Select className="filter" aria-label="Time" options={TIMES} value={filters['range'] ?? ''} onChange={set('range')} />
      {chips.length === 0 ? null : (
        <div className="row wrap chips">
          {chips.map(([name, value]) => (
            <span key={name} className="chip">
              {name}: {value}
              <IconButton icon="close" label={`Remove the filter ${name}`} onClick={() => patch({ [name]: '' })} />
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

/** Filters and the rest of a search. While it is typed, its last word is left alone: it may not be whole. */
export function readSearch(text: string, isWhole: boolean): Record<string, string> {
  const filters: Record<string, string> = {};
  const words = text.split(/\s+/);
  const rest = words.filter((word, i) => {
    const match = /^([a-z_]+(?:\.[\w-]+)?):(\S+)$/i.exec(word);
    const name = match?.[1] ?? '';
    if (match === null || !(NAMES.has(name) || name.startsWith('metadata.')) || (!isWhole && i === words.length - 1)) return true;
    filters[name] = match[2] ?? '';
    return false;
  });
  return { ...filters, search: rest.join(' ') };
}
