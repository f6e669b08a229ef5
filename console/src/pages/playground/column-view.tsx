import { useEffect, useRef, useState } from 'react';
import { AnswerView } from '../../chat/answer-view.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { TargetPicker } from '../../ui/target-picker.tsx';
import { RunFacts } from './run-facts.tsx';
import type { Column, Run, Turn } from './thread.ts';

interface ColumnProps {
  readonly index: number;
  readonly column: Column;
  readonly turns: readonly Turn[];
  readonly onChange: (column: Column) => void;
  readonly onRemove: (() => void) | undefined;
  readonly onAgain: () => void;
  readonly onToolResults: (results: readonly { readonly id: string; readonly text: string }[]) => void;
}

/** One target with its conversation. */
export function ColumnView({ index, column, turns, onChange, onRemove, onAgain, onToolResults }: ColumnProps) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [turns]);
  const last = turns.at(-1);
  const isWaiting = last?.role === 'assistant' && last.run.isOver && last.run.answer.tools.length > 0;
  return (
    <section className="column" aria-label={`Column ${index + 1}`}>
      <header className="column-head">
        <TargetPicker {...column} label={` of column ${index + 1}`} onChange={(change) => onChange({ ...column, ...change })} />
        {onRemove === undefined ? null : <IconButton icon="close" label={`Remove column ${index + 1}`} onClick={onRemove} />}
      </header>
      <div className="column-body" ref={end} tabIndex={0} role="log" aria-label={`Conversation ${index + 1}`}>
        {turns.length === 0 ? <p className="column-hint">The answer appears here.</p> : turns.map((turn, i) => <TurnView key={i} turn={turn} />)}
        {isWaiting ? <ToolResults key={turns.length} run={last.run} onSend={onToolResults} /> : null}
      </div>
      {last?.role === 'assistant' ? (
        <RunFacts run={last.run}>
          {last.run.isOver ? (
            <>
              <CopyButton bare text={last.run.answer.text} label="Copy the answer" />
              <IconButton icon="refresh" label="Ask again" onClick={onAgain} />
            </>
          ) : null}
        </RunFacts>
      ) : null}
    </section>
  );
}

function TurnView({ turn }: { readonly turn: Turn }) {
  if (turn.role === 'assistant') return <AnswerView answer={turn.run.answer} isOver={turn.run.isOver} />;
  if (turn.role === 'tool')
    return (
      <div className="said">
        {turn.results.map(({ id, text }) => (
          <p key={id} className="mono">
            {text}
          </p>
        ))}
      </div>
    );
  return (
    <div className="said">
      {turn.images.map((url) => (
        <img key={url.slice(-40)} src={url} alt="Sent with the message" />
      ))}
      <p>{turn.text}</p>
    </div>
  );
}

/** Lets a person stand in for the tools. */
function ToolResults({ run, onSend }: { readonly run: Run; readonly onSend: ColumnProps['onToolResults'] }) {
  const { tools } = run.answer;
  const [texts, setTexts] = useState<readonly string[]>(tools.map(() => ''));
  return (
    <div className="tool-results stack tight">
      {tools.map(({ id, name }, i) => (
        <input
          key={id}
          className="input mono"
          aria-label={`Result of ${name}`}
          placeholder={`What ${name} returns`}
          value={texts[i] ?? ''}
          onChange={(event) => setTexts(texts.with(i, event.target.value))}
        />
      ))}
      <div className="row">
        <Button small onClick={() => onSend(tools.map(({ id }, i) => ({ id, text: texts[i] ?? '' })))}>
          Send the results
        </Button>
      </div>
    </div>
  );
}
