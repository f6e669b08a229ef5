import { useEffect, useRef, useState } from 'react';
import { AnswerView } from '../../chat/answer-view.tsx';
import { countText, durationText, moneyText } from '../../format/number.ts';
import { Link } from '../../router/link.tsx';
import { Badge, toneOfStatus } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { TargetPicker } from '../../ui/target-picker.tsx';
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
        {turns.length === 0 ? <p className="column-hint">The answer will stand here.</p> : turns.map((turn, i) => <TurnView key={i} turn={turn} />)}
        {isWaiting ? <ToolResults key={turns.length} run={last.run} onSend={onToolResults} /> : null}
      </div>
      {last?.role === 'assistant' ? <RunFacts run={last.run} onAgain={onAgain} /> : null}
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
          placeholder={`What ${name} found`}
          value={texts[i] ?? ''}
          onChange={(event) => setTexts(texts.with(i, event.target.value))}
        />
      ))}
      <div className="row">
        <Button small onClick={() => onSend(tools.map(({ id }, i) => ({ id, text: texts[i] ?? '' })))}>
          Hand over
        </Button>
      </div>
    </div>
  );
}

/** What an answer took. */
function RunFacts({ run, onAgain }: { readonly run: Run; readonly onAgain: () => void }) {
  const { usage } = run.answer;
  return (
    <footer className="run-facts">
      {run.status === undefined ? null : <Badge tone={toneOfStatus(run.status)}>{run.status}</Badge>}
      <Fact label="first token" value={durationText(run.firstMs)} />
      <Fact label="in all" value={durationText(run.ms)} />
      <Fact
        label="tokens"
        value={usage === undefined ? '–' : `${countText((usage.input ?? 0) + (usage.cache_read ?? 0))} → ${countText(usage.output ?? 0)}`}
      />
      <Fact label="cost" value={moneyText(run.cost)} />
      {run.cache?.includes('HIT') === true ? <Badge tone="accent">cache hit</Badge> : null}
      <span className="grow" />
      {run.callId !== undefined && run.isOver ? (
        <Link to={`/logs/${run.callId}`} className="fact-link">
          In the log
        </Link>
      ) : null}
      {run.isOver ? (
        <>
          <CopyButton bare text={run.answer.text} label="Copy the answer" />
          <IconButton icon="refresh" label="Ask again" onClick={onAgain} />
        </>
      ) : null}
    </footer>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <span className="fact">
      <span className="numbers">{value}</span> <span className="quiet">{label}</span>
    </span>
  );
}
