import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { callerHeaders } from '../../api/caller-key.ts';
import { ApiError, readJson } from '../../api/client.ts';
import type { JsonObject } from '../../api/types.ts';
import { percentText } from '../../format/number.ts';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Failure } from '../../ui/states.tsx';
import { JsonEditor } from './json-editor.tsx';
import { pathOf, spelled, valueAt } from './paths.ts';
import { plannedTargets, type Explanation, type PlannedTarget } from './explanation.ts';

const SAMPLE = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }, null, 2);

interface ExplainProps {
  readonly config: JsonObject;
  readonly onMarks: (marks: ReadonlyMap<string, string>) => void;
}

/** Asks the gateway what would become of a request, without sending it. */
export function ExplainTab({ config, onMarks }: ExplainProps) {
  const [body, setBody] = useState(SAMPLE);
  const [metadata, setMetadata] = useState('');
  const explain = useMutation({
    mutationFn: () => ask(config, body, metadata),
    onSuccess: ({ order = [] }) => onMarks(marksOf(order)),
  });
  return (
    <div className="two">
      <div className="stack">
        <p className="quiet">See which targets this request would try, in what order and why, and what each would be sent. No provider is called.</p>
        <div className="sample-editor">
          <JsonEditor text={body} onChange={setBody} label="The request's body" />
        </div>
        <div className="field">
          <label htmlFor="explain-metadata">Metadata</label>
          <input
            id="explain-metadata"
            className="input mono"
            placeholder='{"tier": "gold"}'
            value={metadata}
            onChange={(event) => setMetadata(event.target.value)}
          />
        </div>
        <div className="row">
          <Button look="primary" icon="search" disabled={explain.isPending} onClick={() => explain.mutate()}>
            Explain
          </Button>
        </div>
      </div>
      <div className="stack">
        {explain.isError ? <Failure error={explain.error} /> : null}
        {explain.data === undefined ? (
          <p className="quiet">The order of targets appears here and in the drawing above.</p>
        ) : (
          <Plan explanation={explain.data} config={config} />
        )}
      </div>
    </div>
  );
}

/** The place of each target in the order, and for which share of calls it comes first; one that is tried again keeps its first place. */
function marksOf(order: NonNullable<Explanation['order']>): ReadonlyMap<string, string> {
  const marks = new Map<string, string>();
  for (const [i, { target, first }] of order.entries()) {
    const id = spelled(pathOf(target));
    const share = first > 0 && first < 1 ? ` · ${percentText(first)}` : '';
    if (!marks.has(id)) marks.set(id, `#${i + 1}${share}`);
  }
  return marks;
}

async function ask(config: JsonObject, body: string, metadata: string): Promise<Explanation> {
  const headers = { 'x-sluice-config': config, ...(metadata.trim() === '' ? {} : { 'x-sluice-metadata': JSON.parse(metadata) as JsonObject }) };
  const response = await fetch('/v1/explain', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...callerHeaders() },
    body: JSON.stringify({ path: '/v1/chat/completions', headers, body: JSON.parse(body) as JsonObject }),
  });
  const reply = await readJson(response);
  if (!response.ok) throw new ApiError(response.status, reply);
  return reply as Explanation;
}

/** The saved provider that a target names, or what the gateway calls it. */
function nameOf({ path, provider }: PlannedTarget, config: JsonObject): string {
  const slug = valueAt(config, [...pathOf(path), 'virtual_key']);
  return typeof slug === 'string' ? `@${slug.replace(/^@/, '')}` : (provider ?? path);
}

function Plan({ explanation, config }: { readonly explanation: Explanation; readonly config: JsonObject }) {
  return (
    <ol className="plan">
      {plannedTargets(explanation).map((target, i) => (
        <li key={`${i} ${target.path}`}>
          <p className="row wrap">
            <strong>
              {i + 1}. {nameOf(target, config)}
            </strong>
            <code className="hint">{target.path}</code>
            {target.first > 0 ? <span className="hint numbers">first for {percentText(target.first)} of calls</span> : null}
          </p>
          <p className="hint">{target.why.join(' ')}</p>
          <Sent target={target} />
        </li>
      ))}
    </ol>
  );
}

function Sent({ target }: { readonly target: PlannedTarget }) {
  if (target.error !== undefined) return <Failure error={new Error(target.error)} />;
  return (
    <details>
      <summary>
        What it would be sent{target.format === undefined ? '' : ` (${target.format})`}
        {target.dropped.length === 0 ? '' : `, without ${target.dropped.join(', ')}`}
      </summary>
      <Code language="json" text={JSON.stringify(target.requests, null, 2)} max={320} />
    </details>
  );
}
