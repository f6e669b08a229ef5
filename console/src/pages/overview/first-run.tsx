import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { AnswerView } from '../../chat/answer-view.tsx';
import { curlCommand } from '../../code/literals.ts';
import { durationText } from '../../format/number.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Icon, Mark, type IconName } from '../../ui/icon.tsx';
import { Link } from '../../router/link.tsx';
import { runChat } from '../playground/run.ts';
import type { Run } from '../playground/thread.ts';

const BODY = { model: 'mock', messages: [{ role: 'user', content: 'Hello!' }] };

const STEPS: readonly { readonly to: string; readonly icon: IconName; readonly title: string; readonly words: string }[] = [
  { to: '/providers?new=1', icon: 'providers', title: 'Add a provider', words: 'Save its key once; applications never see it.' },
  { to: '/connect', icon: 'connect', title: 'Connect a client', words: 'Claude Code, Codex, Gemini CLI, Cursor, or any SDK.' },
  { to: '/configs', icon: 'configs', title: 'Build a config', words: 'Fallbacks, load balancing, caching and retries.' },
];

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
      <nav className="link-cards first-steps" aria-label="Next steps">
        {STEPS.map(({ to, icon, title, words }) => (
          <Link key={to} to={to} className="link-card">
            <Icon name={icon} size={18} />
            <strong>{title}</strong>
            <span>{words}</span>
          </Link>
        ))}
      </nav>
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
          Answered in {durationText(run.ms)}. {run.callId === undefined ? null : <Link to={`/logs/${run.callId}`}>See the call in the log</Link>}
        </p>
      ) : null}
    </div>
  );
}
