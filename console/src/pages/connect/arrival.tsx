import type { LogEntry } from '../../api/types.ts';
import { clockText } from '../../format/time.ts';
import { tookText } from '../../format/number.ts';
import { Link } from '../../router/link.tsx';
import { Badge, toneOfStatus } from '../../ui/badge.tsx';
import { useTail } from '../logs/use-logs.ts';

/** Says when the first call of a client that is being set up arrives; it listens as long as the page is open. */
export function Arrival() {
  const [last] = useTail({}, true);
  return (
    <div className="arrival" role="status">
      {last === undefined ? (
        <>
          <i className="live-dot" aria-hidden="true" />
          <span>Waiting for a call. Run the lines above, and it shows up here.</span>
        </>
      ) : (
        <Arrived call={last} />
      )}
    </div>
  );
}

function Arrived({ call }: { readonly call: LogEntry }) {
  return (
    <>
      <Badge tone={toneOfStatus(call.status)}>{call.status}</Badge>
      <span className="grow">
        A call to <strong>{call.model ?? call.requested_model ?? call.path}</strong> came at {clockText(call.at)} and took {tookText(call.ms)}.
      </span>
      <Link to={`/logs/${encodeURIComponent(call.id)}`}>View the call</Link>
    </>
  );
}
