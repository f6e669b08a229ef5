import type { KeyboardEvent, ReactNode } from 'react';

interface Choice<Name extends string> {
  readonly name: Name;
  readonly label: ReactNode;
}

interface TabsProps<Name extends string> {
  readonly label: string;
  readonly tabs: readonly Choice<Name>[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
}

/** Tabs above what they choose; arrows move between them. */
export function Tabs<Name extends string>({ label, tabs, chosen, onChoose }: TabsProps<Name>) {
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const i = tabs.findIndex(({ name }) => name === chosen);
    const next = tabs[(i + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    onChoose(next.name);
    const buttons = event.currentTarget.querySelectorAll('button');
    buttons[tabs.indexOf(next)]?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} onKeyDown={move} tabIndex={-1}>
      {tabs.map(({ name, label: text }) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === chosen}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

/** A few choices in a row, one of them taken. */
export function Segments<Name extends string>({ label, tabs, chosen, onChoose }: TabsProps<Name>) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {tabs.map(({ name, label: text }) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
          {text}
        </button>
      ))}
    </div>
  );
}
