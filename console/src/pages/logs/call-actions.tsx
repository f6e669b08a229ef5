import { useState } from 'react';
import { useSaved } from '../../api/queries.ts';
import type { JsonObject, LoggedCall, SavedConfig } from '../../api/types.ts';
import { AnswerView } from '../../chat/answer-view.tsx';
import { bodyOf } from '../../chat/said.ts';
import { curlCommand } from '../../code/snippets.ts';
import { navigate } from '../../router/location.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { leaveDraft } from '../playground/draft.ts';
import { runChat } from '../playground/run.ts';
import type { Run } from '../playground/thread.ts';
import { draftOf, requestOf } from './again.ts';

/** What can be done with a call: taken away as a command, opened in the playground, sent once more by another config. */
export function CallActions({ call }: { readonly call: LoggedCall }) {
  const [isOpen, setOpen] = useState(false);
  const isChat = call.path.includes('/chat/completions');
  const toPlayground = (): void => {
    const { draft, column } = draftOf(call);
    leaveDraft(draft);
    navigate(`/playground?c=${encodeURIComponent(column)}`);
  };
  return (
    <>
      <CopyButton label="Copy as curl" text={() => curlCommand({ ...requestOf(call), url: location.origin + call.path })} />
      <Button small icon="playground" onClick={toPlayground}>
        Open in playground
      </Button>
      {isChat ? (
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
  const [target, setTarget] = useState(call.config?.id ?? 'same');
  const [run, setRun] = useState<Run>();
  const options = [
    { value: 'same', label: 'as it was' },
    { value: 'mock', label: 'Mock' },
    ...configs.map(({ id, name }) => ({ value: id, label: `${name} (${id})` })),
  ];
  const send = async (): Promise<void> => {
    const { headers } = requestOf(call);
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !/-(?:config|provider|virtual-key)$/.test(name)));
    const chosen = target === 'same' ? headers : { ...kept, [target === 'mock' ? 'x-sluice-provider' : 'x-sluice-config']: target };
    await runChat({ headers: chosen, body: bodyOf(call.request?.body) as JsonObject, signal: new AbortController().signal, onRun: setRun });
  };
  return (
    <Dialog
      title="Send it once more"
      shape="wide"
      onClose={onClose}
      footer={
        <>
          {run?.callId === undefined || !run.isOver ? null : (
            <Button
              onClick={() => {
                onClose();
                navigate(`/logs/${run.callId ?? ''}`);
              }}
            >
              Open the new call
            </Button>
          )}
          <Button look="primary" icon="play" disabled={run !== undefined && !run.isOver} onClick={() => void send()}>
            Send
          </Button>
        </>
      }
    >
      <div className="stack">
        <SelectField
          label="By which config"
          options={options}
          value={target}
          onChange={(event) => setTarget(event.target.value)}
          hint="Keys that came with the call are masked in the log, and are not sent again."
        />
        {run === undefined ? null : <AnswerView answer={run.answer} isOver={run.isOver} />}
      </div>
    </Dialog>
  );
}
