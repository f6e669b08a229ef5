import { useEffect, useMemo, useState } from 'react';
import { AnswerView } from '../../chat/answer-view.tsx';
import { beginningOf, prettyArguments } from '../../chat/answer.ts';
import { answerIn, saidIn, type Said } from '../../chat/said.ts';
import type { LoggedCall } from '../../api/types.ts';
import { durationText } from '../../format/number.ts';
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
  const whole = useMemo(() => answerIn(body), [body]);
  const took = (call.ms ?? 0) - (call.first_ms ?? 0);
  const { share, start, stop } = useReplay(took);
  const isPlaying = share !== undefined;
  return (
    <article className="message">
      <h3>
        <Badge tone="accent">assistant</Badge>
      </h3>
      <div className="stack tight grow">
        {EMBEDDING.test(call.path) && call.status < 400 ? (
          <p className="quiet">Vectors, which are shown under Response.</p>
        ) : (
          <AnswerView answer={isPlaying ? beginningOf(whole, share) : whole} isOver={!isPlaying} />
        )}
        {call.is_stream === true ? (
          <div className="row">
            <Button small icon={isPlaying ? 'stop' : 'play'} onClick={isPlaying ? stop : start}>
              {isPlaying ? 'Stop' : 'Replay the stream'}
            </Button>
            <span className="hint">streamed in {durationText(took)}</span>
          </div>
        ) : null}
      </div>
    </article>
  );
}

/** Routes whose answers are no text. */
const EMBEDDING = /embed/i;

const SHORTEST = 600;
const LONGEST = 20_000;

/** The share of an answer that has come, while it is seen coming once more in the time that it took, within reason. */
function useReplay(took: number) {
  const [share, setShare] = useState<number>();
  const isOn = share !== undefined;
  useEffect(() => {
    if (!isOn) return undefined;
    const start = performance.now();
    const length = Math.max(SHORTEST, Math.min(LONGEST, took));
    let frame = requestAnimationFrame(function step(now) {
      const part = Math.max(0, now - start) / length;
      if (part >= 1) return setShare(undefined);
      setShare(part);
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isOn, took]);
  return { share, start: () => setShare(0), stop: () => setShare(undefined) };
}
