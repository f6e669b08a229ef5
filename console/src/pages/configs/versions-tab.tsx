import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { admin } from '../../api/client.ts';
import type { JsonObject, List, SavedConfig } from '../../api/types.ts';
import { diffLines, nearChanges } from '../../text/diff.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/states.tsx';
import { When } from '../../ui/when.tsx';

interface VersionsProps {
  readonly saved: SavedConfig;
  /** The config as it is being edited. */
  readonly text: string;
  readonly onTake: (config: JsonObject) => void;
}

/** Earlier versions, and how what is edited differs from them. */
export function VersionsTab({ saved, text, onTake }: VersionsProps) {
  const versions = useQuery({
    queryKey: ['configs', 'versions', saved.id, saved.version],
    queryFn: ({ signal }) => admin<List<SavedConfig>>(`/configs/${encodeURIComponent(saved.id)}/versions`, { signal }),
  });
  return <Loaded query={versions}>{({ data }) => <Versions versions={data} text={text} current={saved.version} onTake={onTake} />}</Loaded>;
}

interface ListProps {
  readonly versions: readonly SavedConfig[];
  readonly text: string;
  readonly current: number;
  readonly onTake: (config: JsonObject) => void;
}

function Versions({ versions, text, current, onTake }: ListProps) {
  const [chosen, setChosen] = useState(versions[1]?.version ?? current);
  const version = versions.find((one) => one.version === chosen);
  return (
    <div className="versions">
      <ul>
        {versions.map((one) => (
          <li key={one.version}>
            <button type="button" aria-pressed={one.version === chosen} onClick={() => setChosen(one.version)}>
              <strong>Version {one.version}</strong>
              <span className="hint">{one.version === current ? 'in use' : <When at={one.updated_at} />}</span>
            </button>
          </li>
        ))}
      </ul>
      {version === undefined ? null : (
        <div className="stack grow">
          <div className="spread">
            <span className="quiet">Changes from version {version.version} to the config above</span>
            <Button small icon="left" onClick={() => onTake(version.config)}>
              Restore this version
            </Button>
          </div>
          <Diff before={JSON.stringify(version.config, null, 2)} after={text} />
        </div>
      )}
    </div>
  );
}

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

function Diff({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = diffLines(before, after);
  if (lines.every(({ kind }) => kind === 'same')) return <p className="quiet">No differences.</p>;
  return (
    <pre className="diff" tabIndex={0} aria-label="What is different">
      {nearChanges(lines).map((line, i) =>
        line === undefined ? (
          <span key={i} className="gap">
            ⋯{'\n'}
          </span>
        ) : (
          <span key={i} className={line.kind}>
            {SIGNS[line.kind]} {line.text}
            {'\n'}
          </span>
        ),
      )}
    </pre>
  );
}
