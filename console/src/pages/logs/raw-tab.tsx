import type { LoggedCall } from '../../api/types.ts';
import { bodyOf } from '../../chat/said.ts';
import { Code } from '../../ui/code.tsx';
import { Facts } from '../../ui/facts.tsx';

/** Headers and body as they were; secrets are masked by the gateway. */
export function RawTab({ call, side }: { readonly call: LoggedCall; readonly side: 'request' | 'response' }) {
  const { headers, body } = call[side] ?? {};
  const value = bodyOf(body);
  const named = Object.entries(headers ?? {});
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <div className="stack">
      {named.length === 0 ? null : (
        <details open>
          <summary>Headers</summary>
          <Facts className="headers" entries={named.map(([name, one]) => [<code key={name}>{name}</code>, <code key={name}>{one}</code>])} />
        </details>
      )}
      {value === undefined || value === null ? (
        <p className="quiet">
          No body was kept{side === 'response' && call.error_message != null ? ': the error above is what the client was told' : ''}.
        </p>
      ) : (
        <Code text={text} language={typeof value === 'string' ? undefined : 'json'} max={640} label="Copy the body" />
      )}
    </div>
  );
}
