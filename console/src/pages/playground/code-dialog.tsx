import { useState } from 'react';
import type { CodeCall } from '../../code/asked.ts';
import { SNIPPETS } from '../../code/snippets.ts';
import { Code } from '../../ui/code.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Tabs } from '../../ui/tabs.tsx';

/** A call as code, to be taken away. */
export function CodeDialog({ call, onClose }: { readonly call: CodeCall; readonly onClose: () => void }) {
  const [chosen, setChosen] = useState('curl');
  const snippet = SNIPPETS.find(({ id }) => id === chosen);
  return (
    <Dialog title="Copy as code" shape="wide" onClose={onClose}>
      <div className="stack">
        <Tabs label="Languages" tabs={SNIPPETS.map(({ id, title }) => ({ name: id, label: title }))} chosen={chosen} onChoose={setChosen} />
        <Code text={snippet?.write(call) ?? ''} max={480} />
        <p className="hint">
          Every client keeps its own format; the gateway translates. Where the gateway requires API keys, put one in place of “none”.
        </p>
      </div>
    </Dialog>
  );
}
