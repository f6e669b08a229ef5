import { useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Page } from '../../ui/panel.tsx';
import { CodeDialog } from './code-dialog.tsx';
import { ColumnView } from './column-view.tsx';
import { Composer } from './composer.tsx';
import './playground.css';
import { SettingsDialog } from './settings-dialog.tsx';
import { bodyFor, headersFor, DEFAULTS, type Column } from './thread.ts';
import { MAX_COLUMNS, usePlayground, type Playground } from './use-playground.ts';

/** Asks up to four models the same, through the gateway itself. */
export function PlaygroundPage() {
  const playground = usePlayground();
  const [open, setOpen] = useState<'settings' | 'code'>();
  const { columns, threads, settings } = playground;
  const close = (): void => setOpen(undefined);
  const setColumn = (i: number, column: Column): void => playground.setColumns(columns.with(i, column));
  return (
    <Page full title="Playground" actions={<Actions playground={playground} onOpen={setOpen} />}>
      <div className="columns" data-count={columns.length}>
        {columns.map((column, i) => (
          <ColumnView
            key={i}
            index={i}
            column={column}
            turns={threads[i] ?? []}
            onChange={(next) => setColumn(i, next)}
            onRemove={columns.length === 1 ? undefined : () => removeColumn(playground, i)}
            onAgain={() => void playground.again(i)}
            onToolResults={(results) => void playground.answerTools(i, results)}
          />
        ))}
      </div>
      <Composer
        first={playground.draftPrompt}
        firstImages={playground.draftImages}
        isRunning={playground.isRunning}
        suggests={threads.every((turns) => turns.length === 0)}
        onSend={(text, images) => void playground.send(text, images)}
        onStop={playground.stop}
      />
      {open === 'settings' ? <SettingsDialog settings={settings} onChange={playground.setSettings} onClose={close} /> : null}
      {open === 'code' ? <CodeDialog call={codeOf(playground)} onClose={close} /> : null}
    </Page>
  );
}

function Actions({ playground, onOpen }: { readonly playground: Playground; readonly onOpen: (what: 'settings' | 'code') => void }) {
  const { columns, settings } = playground;
  const count = Object.entries(settings).filter(([name, value]) => value !== DEFAULTS[name as keyof typeof DEFAULTS]).length;
  return (
    <>
      <Button
        icon="plus"
        disabled={columns.length >= MAX_COLUMNS}
        onClick={() => playground.setColumns([...columns, columns.at(-1) ?? { target: 'mock', model: 'mock' }])}
      >
        Compare
      </Button>
      <Button icon="configs" onClick={() => onOpen('settings')}>
        Settings{count === 0 ? '' : ` · ${count}`}
      </Button>
      <Button icon="copy" onClick={() => onOpen('code')}>
        Code
      </Button>
      <IconButton icon="trash" label="Clear the conversations" onClick={playground.clear} />
    </>
  );
}

function removeColumn(playground: Playground, i: number): void {
  playground.removeThread(i);
  playground.setColumns(playground.columns.filter((_, k) => k !== i));
}

/** The first column's call, as it would be made. */
function codeOf({ columns, threads, settings }: Playground) {
  const column = columns[0] ?? { target: 'mock', model: 'mock' };
  const turns = (threads[0] ?? []).filter((turn, i, all) => turn.role !== 'assistant' || i < all.length - 1);
  const asked = turns.length === 0 ? [{ role: 'user' as const, text: 'Hello!', images: [] }] : turns;
  const plain = { ...settings, tools: isJson(settings.tools) ? settings.tools : '', schema: isJson(settings.schema) ? settings.schema : '' };
  return { origin: location.origin, headers: headersFor(column), body: bodyFor(column, plain, asked) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
