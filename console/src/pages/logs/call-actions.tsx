import { useState } from 'react';
import { useSaved } from '../../api/queries.ts';
import type { JsonObject, LoggedCall, SavedConfig, SavedProvider } from '../../api/types.ts';
import { AnswerView } from '../../chat/answer-view.tsx';
import { answerIn, bodyOf } from '../../chat/said.ts';
import { curlCommand } from '../../code/literals.ts';
import { navigate } from '../../router/location.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, withOwn } from '../../ui/field.tsx';
import { leaveDraft } from '../playground/draft.ts';
import { RunFacts } from '../playground/run-facts.tsx';
import { runChat } from '../playground/run.ts';
import type { Run } from '../playground/thread.ts';
import { canReplay, draftOf, headersTo, requestOf } from './again.ts';

/** What can be done with a call: taken away as a command, opened in the playground, sent once more by another config or provider. */
export function CallActions({ call }: { readonly call: LoggedCall }) {
  const [isOpen, setOpen] = useState(false);
  const toPlayground = (): void => {
    const { draft, address } = draftOf(call);
    leaveDraft(draft);
    navigate(address);
  };
  return (
    <>
      <CopyButton label="Copy as curl" text={() => curlCommand({ ...requestOf(call), url: location.origin + call.path })} />
      <Button small icon="playground" onClick={toPlayground}>
        Open in playground
      </Button>
      {canReplay(call) ? (
        <Button small icon="refresh" onClick={() => setOpen(true)}>
          Replay…
        </Button>
      ) : null}
      {isOpen ? <ReplayDialog call={call} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ReplayDialog({ call, onClose }: { readonly call: LoggedCall; readonly onClose: () => void }) {
  const configs = useSaved<SavedConfig>('configs').data?.data ?? [];
  const providers = useSaved<SavedProvider>('providers').data?.data ?? [];
  const [target, setTarget] = useState(call.config?.id ?? 'same');
  const [run, setRun] = useState<Run>();
  const options = [
    { value: 'same', label: 'As it was sent' },
    { value: 'mock', label: 'Mock' },
    ...configs.map(({ id, name }) => ({ value: id, label: `${name} (${id})` })),
    ...providers.map(({ id, name }) => ({ value: `@${id}`, label: `${name} (@${id})` })),
  ];
  const send = (): void => {
    const body = bodyOf(call.request?.body) as JsonObject;
    void runChat({ path: call.path, headers: headersTo(call, target), body, signal: new AbortController().signal, onRun: setRun });
  };
  return (
    <Dialog
      title="Replay this call"
      shape="wide"
      onClose={onClose}
      footer={
        <Button look="primary" icon="play" disabled={run !== undefined && !run.isOver} onClick={send}>
          {run === undefined ? 'Send' : 'Send again'}
        </Button>
      }
    >
      <div className="stack">
        <SelectField
          label="Config or provider"
          options={withOwn(options, target)}
          value={target}
          onChange={(event) => setTarget(event.target.value)}
          hint="Keys that came with the call are masked in the log and are not sent again."
        />
        {run === undefined ? null : (
          <div className="two">
            <section className="stack" aria-label="Then">
              <h3 className="label">Then</h3>
              <AnswerView answer={thenOf(call).answer} />
              <RunFacts run={thenOf(call)} isRouted />
            </section>
            <section className="stack" aria-label="Now">
              <h3 className="label">Now</h3>
              <AnswerView answer={run.answer} isOver={run.isOver} />
              <RunFacts run={run} isRouted />
            </section>
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** How the call went when it was made. */
function thenOf(call: LoggedCall): Run {
  const answer = answerIn(call.response?.body);
  const error = call.error_message ?? answer.error;
  return {
    answer: { ...answer, usage: call.usage ?? undefined, ...(error == null ? {} : { error }) },
    isOver: true,
    status: call.status,
    provider: call.provider ?? undefined,
    cost: call.cost,
    ms: call.ms ?? undefined,
    firstMs: call.first_ms ?? undefined,
  };
}
