import type { LoggedCall } from '../../api/types.ts';
import { bodyOf } from '../../chat/said.ts';
import { Code } from '../../ui/code.tsx';

/** Headers and body as they were; secrets are masked by the gateway. */
export function RawTab({ call, side }: { readonly call: LoggedCall; readonly side: 'request' | 'response' }) {
  const { headers, body } = call[side] ?? {};
  const value = bodyOf(body);
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <div className="stack">
      <details open>
        <summary>Headers</summary>
        <dl className="facts headers">
          {Object.entries(headers ?? {}).map(([name, one]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <code>{one}</code>
              </dd>
            </div>
          ))}
        </dl>
      </details>
      {value === undefined || value === null ? (
        <p className="quiet">The body was not kept.</p>
      ) : (
        <Code text={text} language={typeof value === 'string' ? undefined : 'json'} max={640} label="Copy the body" />
      )}
    </div>
  );
}
