import { useState } from 'react';
import { sayWhy, useConfigSchema, useRemove, useSave } from '../../api/queries.ts';
import type { Check, JsonObject, SavedConfig } from '../../api/types.ts';
import { Link } from '../../router/link.tsx';
import { navigate, useSearch } from '../../router/location.ts';
import { Badge, FileBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { TextField } from '../../ui/field.tsx';
import { Page, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { ExplainTab } from './explain-tab.tsx';
import { Graph } from './graph.tsx';
import { JsonEditor } from './json-editor.tsx';
import { NodeForm, type NodeFormProps } from './node-form.tsx';
import { TryTab } from './try-tab.tsx';
import { readConfig, useCheck, useSaveKey, useTree, useUnsaved } from './use-config.ts';
import { VersionsTab } from './versions-tab.tsx';

interface EditorProps {
  readonly saved: SavedConfig | undefined;
  readonly first: JsonObject;
  readonly name: string;
}

function pretty(config: JsonObject): string {
  return JSON.stringify(config, null, 2);
}

/** Whether what is edited is not what is saved. */
function isDifferent(saved: SavedConfig | undefined, text: string, name: string): boolean {
  return saved === undefined || text !== pretty(saved.config) || name !== saved.name;
}

/** Edits a config in three ways that keep in step: the drawing, the form, the JSON. */
export function ConfigEditor({ saved, first, name: firstName }: EditorProps) {
  const [name, setName] = useState(firstName);
  const [text, setText] = useState(() => pretty(first));
  const [config, setConfig] = useState(first);
  const [chosen, setChosen] = useState('');
  const [explained, setExplained] = useState<{ readonly text: string; readonly marks: ReadonlyMap<string, string> }>();
  const { problems } = useCheck(text);
  const tree = useTree(config, problems);
  const isReadOnly = saved?.source === 'file';
  const isChanged = isDifferent(saved, text, name);
  const node = tree.nodes.get(chosen) ?? tree.root;
  useUnsaved(saved !== undefined && isChanged && !isReadOnly);
  const marks = explained?.text === text ? explained.marks : undefined;
  const setBoth = (next: JsonObject): void => {
    setConfig(next);
    setText(pretty(next));
  };
  const onText = (next: string): void => {
    setText(next);
    const read = readConfig(next);
    if ('config' in read) setConfig(read.config);
  };
  return (
    <Page
      title={saved === undefined ? 'New config' : saved.name}
      lead={<Trail saved={saved} />}
      actions={<SaveActions saved={saved} name={name} config={config} canSave={problems.length === 0 && isChanged && !isReadOnly} />}
    >
      <div className="editor">
        <Panel title="Route of a call" flush className="graph-panel" actions={<Verdict problems={problems} />}>
          <Graph root={tree.root} chosen={node.id} onChoose={({ id }) => setChosen(id)} marks={marks} broken={tree.broken} />
        </Panel>
        <NodePanel
          name={name}
          setName={setName}
          isReadOnly={isReadOnly}
          config={config}
          node={node}
          problems={tree.byPath}
          onChange={setBoth}
          onChoose={setChosen}
        />
        <Panel title="JSON" flush className="json-panel" actions={<CopyButton text={text} />}>
          <JsonEditor text={text} onChange={onText} label="The config as JSON" isReadOnly={isReadOnly} />
          <Problems problems={problems} />
        </Panel>
      </div>
      <Below saved={saved} config={config} text={text} onMarks={(found) => setExplained({ text, marks: found })} onTake={setBoth} />
    </Page>
  );
}

interface NodePanelProps extends Omit<NodeFormProps, 'schema'> {
  /** Of the config, which the form of its root asks for. */
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly isReadOnly: boolean;
}

function NodePanel({ name, setName, isReadOnly, ...props }: NodePanelProps) {
  const schema = useConfigSchema();
  const { node } = props;
  const isRoot = node.path.length === 0;
  return (
    <Panel
      title={isRoot ? 'Whole config' : node.title}
      className="form-panel"
      actions={isRoot ? undefined : <code className="hint cut">{node.id}</code>}
    >
      <fieldset className="stack" disabled={isReadOnly}>
        {isRoot ? <TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} /> : null}
        <Loaded query={schema}>{(data) => <NodeForm key={node.id} schema={data} {...props} />}</Loaded>
      </fieldset>
    </Panel>
  );
}

function Trail({ saved }: { readonly saved: SavedConfig | undefined }) {
  return (
    <span className="row wrap">
      <Link to="/configs">Configs</Link>
      <span aria-hidden="true">/</span>
      {saved === undefined ? (
        'new'
      ) : (
        <>
          <code>{saved.id}</code>
          <CopyButton bare text={saved.id} label="Copy the id" />
          <Badge>version {saved.version}</Badge>
          <FileBadge source={saved.source} />
        </>
      )}
    </span>
  );
}

interface SaveProps {
  readonly saved: SavedConfig | undefined;
  readonly name: string;
  readonly config: JsonObject;
  readonly canSave: boolean;
}

function SaveActions({ saved, name, config, canSave }: SaveProps) {
  const save = useSave<SavedConfig>('configs', 'Config');
  const remove = useRemove('configs', 'Config');
  const [isAsking, setAsking] = useState(false);
  const submit = async (): Promise<void> => {
    const made = await save.mutateAsync({ id: saved?.id, version: saved?.version, body: { ...(name === '' ? {} : { name }), config } });
    if (saved === undefined) navigate(`/configs/${made.id}`, { replace: true });
  };
  useSaveKey(canSave ? () => void submit().catch(sayWhy) : undefined);
  return (
    <>
      {saved === undefined || saved.source === 'file' ? null : (
        <Button look="danger" icon="trash" onClick={() => setAsking(true)}>
          Delete
        </Button>
      )}
      <Button look="primary" icon="check" disabled={!canSave || save.isPending} onClick={() => void submit().catch(sayWhy)}>
        {saved === undefined ? 'Create' : 'Save'}
      </Button>
      {isAsking && saved !== undefined ? (
        <Confirm
          title={`Delete ${saved.name}?`}
          deed="Delete"
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate(saved.id, { onSuccess: () => navigate('/configs') })}
        >
          All its versions are gone with it, and calls that name it will fail.
        </Confirm>
      ) : null}
    </>
  );
}

function Verdict({ problems }: { readonly problems: Check['problems'] }) {
  return (
    <span role="status">
      {problems.length === 0 ? (
        <Badge tone="good" dot>
          valid
        </Badge>
      ) : (
        <Badge tone="bad" dot>
          {problems.length} {problems.length === 1 ? 'problem' : 'problems'}
        </Badge>
      )}
    </span>
  );
}

function Problems({ problems }: { readonly problems: Check['problems'] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="problems">
      {problems.slice(0, 8).map(({ path, message }) => (
        <li key={path + message}>
          <code>{path === '' ? 'config' : path}</code> {message}
        </li>
      ))}
    </ul>
  );
}

const TABS = [
  { name: 'explain', label: 'Explain' },
  { name: 'try', label: 'Try' },
  { name: 'versions', label: 'Versions' },
] as const;

interface BelowProps {
  readonly saved: SavedConfig | undefined;
  readonly config: JsonObject;
  readonly text: string;
  readonly onMarks: (marks: ReadonlyMap<string, string>) => void;
  readonly onTake: (config: JsonObject) => void;
}

function Below({ saved, config, text, onMarks, onTake }: BelowProps) {
  const [search, patch] = useSearch();
  const tabs = saved === undefined ? TABS.slice(0, 2) : TABS;
  const tab = tabs.find(({ name }) => name === search.get('tab'))?.name ?? 'explain';
  return (
    <Panel flush className="below">
      <div className="call-tabs">
        <Tabs label="What to do with it" tabs={tabs} chosen={tab} onChoose={(name) => patch({ tab: name === 'explain' ? '' : name })} />
      </div>
      <div className="panel-body" role="tabpanel" aria-label={tab}>
        {tab === 'explain' ? <ExplainTab config={config} onMarks={onMarks} /> : null}
        {tab === 'try' ? <TryTab config={config} savedId={saved !== undefined && text === pretty(saved.config) ? saved.id : undefined} /> : null}
        {tab === 'versions' && saved !== undefined ? <VersionsTab saved={saved} text={text} onTake={onTake} /> : null}
      </div>
    </Panel>
  );
}
