import { useState } from 'react';
import { AnswerView } from '../../chat/answer-view.tsx';
import type { JsonObject } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { runChat } from '../playground/run.ts';
import { RunFacts } from '../playground/run-facts.tsx';
import type { Run } from '../playground/thread.ts';
import { nodesOf, treeOf } from './tree.ts';
import { FAULTS, withFault } from './faults.ts';

interface TryProps {
  readonly config: JsonObject;
  /** Under which it is saved just as it stands here. */
  readonly savedId: string | undefined;
}

/** Sends a message by the config as it stands here, saved or not, with a fault where one is wanted. */
export function TryTab({ config, savedId }: TryProps) {
  const [message, setMessage] = useState('Hello!');
  const [model, setModel] = useState('mock');
  const [fault, setFault] = useState('none');
  const [target, setTarget] = useState('');
  const [run, setRun] = useState<Run>();
  const targets = nodesOf(treeOf(config)).filter(({ kind }) => kind === 'target');
  const place = targets.find(({ id }) => id === target) ?? targets[0];
  const isSaved = savedId !== undefined && fault === 'none';
  const send = (): void => {
    const tried = isSaved ? savedId : JSON.stringify(place === undefined ? config : withFault(config, place.path, fault));
    const body = { model, messages: [{ role: 'user', content: message }], stream: true, stream_options: { include_usage: true } };
    void runChat({ headers: { 'x-sluice-config': tried }, body, signal: new AbortController().signal, onRun: setRun });
  };
  return (
    <div className="two">
      <div className="stack">
        <p className="quiet">Sends a real call with the config as it is above, saved or not.</p>
        <TextField label="Message" value={message} onChange={(event) => setMessage(event.target.value)} />
        <div className="fields">
          <TextField label="Model" value={model} onChange={(event) => setModel(event.target.value)} />
          <SelectField
            label="Inject a fault"
            options={FAULTS.map(({ id, label }) => ({ value: id, label }))}
            value={fault}
            onChange={(event) => setFault(event.target.value)}
          />
          {fault === 'none' ? null : (
            <SelectField
              label="At the target"
              options={targets.map(({ id, title }) => ({ value: id, label: `${title} ${id}` }))}
              value={place?.id ?? ''}
              onChange={(event) => setTarget(event.target.value)}
            />
          )}
        </div>
        <Notes isFaulty={fault !== 'none'} isMasked={!isSaved && JSON.stringify(config).includes('"****')} />
        <div className="row">
          <Button look="primary" icon="play" disabled={run !== undefined && !run.isOver} onClick={send}>
            Send
          </Button>
        </div>
      </div>
      <div className="stack">
        {run === undefined ? (
          <p className="quiet">The answer appears here.</p>
        ) : (
          <>
            <AnswerView answer={run.answer} isOver={run.isOver} />
            <RunFacts run={run} isRouted />
          </>
        )}
      </div>
    </div>
  );
}

/** What is to be known before it is sent. */
function Notes({ isFaulty, isMasked }: { readonly isFaulty: boolean; readonly isMasked: boolean }) {
  return (
    <>
      {isFaulty ? (
        <p className="note">
          <Icon name="info" />
          <span>
            The gateway allows faults only when it was started with <code>ALLOW_FAULT_INJECTION=1</code>.
          </span>
        </p>
      ) : null}
      {isMasked ? (
        <p className="note odd">
          <Icon name="warning" />
          <span>Keys in this config are masked here, so their targets will refuse the call. Save it first, or keep the keys in providers.</span>
        </p>
      ) : null}
    </>
  );
}
