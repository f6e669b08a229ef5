import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { AnswerView } from '../../chat/answer-view.tsx';
import { curlCommand } from '../../code/literals.ts';
import { durationText } from '../../format/number.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Mark } from '../../ui/icon.tsx';
import { Link } from '../../router/link.tsx';
import { runChat } from '../playground/run.ts';
import type { Run } from '../playground/thread.ts';

const BODY = { model: 'mock', messages: [{ role: 'user', content: 'Hello!' }] };

/** What a new user sees: one click to a first answer, and where to go from there. */
export function FirstRun() {
  const client = useQueryClient();
  const [run, setRun] = useState<Run>();
  const ask = async (): Promise<void> => {
    const body = { ...BODY, stream: true, stream_options: { include_usage: true } };
    await runChat({ headers: { 'x-sluice-provider': 'mock' }, body, signal: new AbortController().signal, onRun: setRun });
    await client.invalidateQueries({ queryKey: ['logs'] });
  };
  return (
    <div className="first-run">
      <Mark size={44} />
      <h2>Your gateway is running</h2>
      <p className="quiet">
        One address in front of every model provider. No calls have come through it yet: the built-in mock provider answers without a key, so try it
        now.
      </p>
      <div className="row wrap first-actions">
        <Button look="primary" icon="spark" disabled={run !== undefined && !run.isOver} onClick={() => void ask()}>
          Get a first answer
        </Button>
        <LinkButton to="/playground" icon="playground">
          Open the playground
        </LinkButton>
      </div>
      {run === undefined ? (
        <div className="first-code">
          <p className="hint">Or from a terminal:</p>
          <Code
            text={curlCommand({
              url: `${location.origin}/v1/chat/completions`,
              headers: { 'content-type': 'application/json', 'x-portkey-provider': 'mock' },
              body: BODY,
            })}
          />
        </div>
      ) : (
        <FirstAnswer run={run} />
      )}
    </div>
  );
}

function FirstAnswer({ run }: { readonly run: Run }) {
  return (
    <div className="first-answer" aria-live="polite">
      <div className="said">Hello!</div>
      <AnswerView answer={run.answer} isOver={run.isOver} />
      {run.isOver && run.answer.error === undefined ? (
        <p className="hint">
          Answered in {durationText(run.ms)}. {run.callId === undefined ? null : <Link to={`/logs/${run.callId}`}>See the call in the log</Link>},
          then <Link to="/providers?new=1">add a provider</Link> and <Link to="/connect">connect your client</Link>.
        </p>
      ) : null}
    </div>
  );
}
