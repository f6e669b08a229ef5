import { useEffect, useMemo, useState } from 'react';
import { AnswerView } from '../../chat/answer-view.tsx';
import { NOTHING, prettyArguments, withEvent } from '../../chat/answer.ts';
import { answerIn, eventsIn, saidIn, type Said } from '../../chat/said.ts';
import type { LoggedCall } from '../../api/types.ts';
import { Markdown } from '../../text/markdown.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';

/** What was said, as people read it; a streamed answer can be seen coming once more. */
export function ConversationTab({ call }: { readonly call: LoggedCall }) {
  const said = saidIn(call.request?.body);
  const hasBody = call.request?.body != null || call.response?.body != null;
  if (!hasBody) return <p className="quiet">The bodies of this call were not kept.</p>;
  return (
    <div className="conversation">
      {said.map((message, i) => (
        <Message key={i} message={message} />
      ))}
      {call.response?.body == null ? null : <Reply call={call} />}
    </div>
  );
}

function Message({ message }: { readonly message: Said }) {
  return (
    <article className="message">
      <h3>
        <Badge tone={message.role === 'user' ? 'info' : 'plain'}>{message.role}</Badge>
      </h3>
      <div className="stack tight grow">
        {message.images.map((url) => (
          <img key={url.slice(-40)} src={url} alt="Sent with the message" />
        ))}
        {message.text === '' ? null : <Markdown text={message.text} />}
        {message.calls.map(({ name, arguments: given }, i) => (
          <div key={i} className="stack tight">
            <code>{name}</code>
            <Code text={prettyArguments(given)} language="json" />
          </div>
        ))}
      </div>
    </article>
  );
}

function Reply({ call }: { readonly call: LoggedCall }) {
  const body = call.response?.body;
  const events = useMemo(() => eventsIn(body), [body]);
  const whole = useMemo(() => answerIn(body), [body]);
  const replay = useReplay(events.length, (call.ms ?? 0) - (call.first_ms ?? 0));
  const shown = replay.count === undefined ? whole : events.slice(0, replay.count).reduce(withEvent, NOTHING);
  return (
    <article className="message">
      <h3>
        <Badge tone="accent">assistant</Badge>
      </h3>
      <div className="stack tight grow">
        <AnswerView answer={shown} isOver={replay.count === undefined} />
        {events.length > 1 ? (
          <div className="row">
            <Button small icon={replay.count === undefined ? 'play' : 'stop'} onClick={replay.count === undefined ? replay.start : replay.stop}>
              {replay.count === undefined ? 'Replay the stream' : 'Stop'}
            </Button>
            <span className="hint">{events.length} events</span>
          </div>
        ) : null}
      </div>
    </article>
  );
}

const SHORTEST = 600;
const LONGEST = 20_000;

/** Counts up to a number of events in the time that they took, within reason. */
function useReplay(total: number, took: number) {
  const [count, setCount] = useState<number>();
  const isOn = count !== undefined;
  useEffect(() => {
    if (!isOn) return undefined;
    const start = performance.now();
    const length = Math.max(SHORTEST, Math.min(LONGEST, took));
    let frame = requestAnimationFrame(function step(now) {
      const share = (now - start) / length;
      if (share >= 1) return setCount(undefined);
      setCount(Math.ceil(share * total));
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isOn, total, took]);
  return { count, start: () => setCount(0), stop: () => setCount(undefined) };
}
