import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useSaved } from '../api/queries.ts';
import type { SavedConfig, SavedProvider } from '../api/types.ts';
import { navigate } from '../router/location.ts';
import { Icon } from '../ui/icon.tsx';
import { toggleTheme } from '../ui/theme.ts';
import { found, type Command } from './palette-items.ts';
import { PLACES } from './places.ts';

const DEEDS: readonly Command[] = [
  { label: 'New config', icon: 'plus', group: 'Do', run: () => navigate('/configs/new') },
  { label: 'Add a provider', icon: 'plus', group: 'Do', run: () => navigate('/providers?new=1') },
  { label: 'New API key', icon: 'plus', group: 'Do', run: () => navigate('/keys?new=1') },
  { label: 'New budget or limit', icon: 'plus', group: 'Do', run: () => navigate('/limits?new=1') },
  { label: 'Compare two models', icon: 'playground', group: 'Do', run: () => navigate('/playground?c=mock~mock&c=mock~mock') },
  { label: 'Show failed calls', icon: 'warning', group: 'Do', run: () => navigate('/logs?status=error') },
  { label: 'Switch between light and dark', icon: 'moon', group: 'Do', run: toggleTheme },
];

/** What a call's id looks like. */
const CALL_ID = /^[\da-f]{32}$/i;

function useCommands(query: string): readonly Command[] {
  const configs = useSaved<SavedConfig>('configs').data?.data ?? [];
  const providers = useSaved<SavedProvider>('providers').data?.data ?? [];
  const text = query.trim();
  return [
    ...found(
      [
        ...PLACES.map(({ label, to, letter, icon }) => ({ label, icon, group: 'Go to', hint: `g ${letter}`, run: () => navigate(to) })),
        ...DEEDS,
        ...configs.map(({ id, name }) => ({
          label: `Config ${name}`,
          icon: 'configs' as const,
          group: 'Configs',
          hint: id,
          run: () => navigate(`/configs/${id}`),
        })),
        ...providers.map(({ id, name }) => ({
          label: `Provider ${name}`,
          icon: 'providers' as const,
          group: 'Providers',
          hint: id,
          run: () => navigate(`/providers?open=${id}`),
        })),
      ],
      query,
    ),
    ...(CALL_ID.test(text) ? [{ label: `Open the call ${text}`, icon: 'logs' as const, group: 'Logs', run: () => navigate(`/logs/${text}`) }] : []),
    ...(text === ''
      ? []
      : [
          {
            label: `Search the logs for “${text}”`,
            icon: 'search' as const,
            group: 'Logs',
            run: () => navigate(`/logs?${new URLSearchParams({ search: text }).toString()}`),
          },
        ]),
  ];
}

/** What is typed, what fits it, and which of that Enter runs. */
function useChoice(onClose: () => void) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const commands = useCommands(query);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChosen((chosen + step + commands.length) % Math.max(1, commands.length));
    else if (event.key === 'Enter') run(commands[chosen]);
    else return;
    event.preventDefault();
  };
  const ask = (text: string): void => {
    setQuery(text);
    setChosen(0);
  };
  return { query, ask, commands, chosen, choose: setChosen, run, onKeyDown };
}

/** Everything one can go to or do, by a few letters. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const { query, ask, commands, chosen, choose, run, onKeyDown } = useChoice(onClose);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  useEffect(() => {
    document.getElementById(`${listId}-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [listId, chosen]);
  return (
    <dialog
      ref={ref}
      className="dialog palette"
      aria-label="Find or do"
      onClose={onClose}
      onMouseDown={(event) => event.target === ref.current && onClose()}
    >
      <div className="dialog-frame">
        <div className="palette-input">
          <Icon name="search" />
          <input
            role="combobox"
            aria-label="Find or do"
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={`${listId}-${chosen}`}
            placeholder="Go to a page or config, open a call by its id, or do something"
            value={query}
            autoFocus
            onChange={(event) => ask(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </div>
        <div className="palette-list" id={listId} role="listbox" aria-label="Commands">
          {commands.map((command, i) => (
            <Item
              key={`${command.group} ${command.label} ${command.hint ?? ''}`}
              id={`${listId}-${i}`}
              command={command}
              isChosen={i === chosen}
              onKeyDown={onKeyDown}
              onPoint={() => choose(i)}
              onRun={() => run(command)}
            />
          ))}
        </div>
      </div>
    </dialog>
  );
}

interface ItemProps {
  readonly id: string;
  readonly command: Command;
  readonly isChosen: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPoint: () => void;
  readonly onRun: () => void;
}

function Item({ id, command, isChosen, onKeyDown, onPoint, onRun }: ItemProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      className="palette-item"
      onKeyDown={onKeyDown}
      onMouseMove={onPoint}
      onClick={onRun}
    >
      <Icon name={command.icon ?? 'right'} size={15} />
      {command.label}
      <span className="hint">{command.hint ?? command.group}</span>
    </div>
  );
}
