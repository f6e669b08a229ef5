import { useProviderCatalog, useSaved } from '../../api/queries.ts';
import type { Json, JsonObject, SavedProvider } from '../../api/types.ts';
import { Line } from '../../text/markdown.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, withOwn } from '../../ui/field.tsx';
import { AddMember, MemberEditor } from './member-editor.tsx';
import { spelled, valueAt, withValue, type Path } from './paths.ts';
import { addable, beginningOf, modesOf, shownMembers, strategySchema, type Schema } from './schema.ts';
import type { ConfigNode } from './tree.ts';

export interface NodeFormProps {
  readonly schema: Schema;
  readonly config: JsonObject;
  readonly node: ConfigNode;
  readonly problems: ReadonlyMap<string, string>;
  readonly onChange: (config: JsonObject) => void;
  readonly onChoose: (id: string) => void;
}

/** The form of one node: what it is, its settings, and what can be done with it. */
export function NodeForm(props: NodeFormProps) {
  const { schema, config, node, problems, onChange } = props;
  const found = valueAt(config, node.path);
  const value: JsonObject = typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
  const set = (path: Path, next: Json | undefined): void => onChange(withValue(config, [...node.path, ...path], next) as JsonObject);
  return (
    <div className="stack">
      {node.kind === 'strategy' ? <StrategyPart {...props} value={value} set={set} /> : <TargetPart value={value} set={set} />}
      {shownMembers(value).map((name) => (
        <MemberEditor
          key={`${node.id} ${name}`}
          name={name}
          schema={schema.properties?.[name] ?? {}}
          value={value[name] ?? null}
          problem={problems.get(spelled([...node.path, name]))}
          onChange={(next) => set([name], next)}
        />
      ))}
      <AddMember names={addable(schema, value)} onAdd={(name) => set([name], beginningOf(schema.properties?.[name] ?? {}))} />
      <Deeds {...props} value={value} />
    </div>
  );
}

interface PartProps {
  readonly value: JsonObject;
  readonly set: (path: Path, value: Json | undefined) => void;
}

function TargetPart({ value, set }: PartProps) {
  const catalog = useProviderCatalog().data ?? [];
  const saved = useSaved<SavedProvider>('providers').data?.data ?? [];
  const chosen =
    typeof value['virtual_key'] === 'string' ? `saved ${value['virtual_key']}` : typeof value['provider'] === 'string' ? value['provider'] : '';
  const options = [
    { value: '', label: "Named by the call's headers" },
    ...saved.map(({ id, name }) => ({ value: `saved ${id}`, label: `${name} (saved)` })),
    ...catalog.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const choose = (next: string): void => {
    if (next.startsWith('saved ')) set([], { ...without(value, 'provider'), virtual_key: next.slice(6) });
    else set([], next === '' ? without(value, 'provider', 'virtual_key') : { ...without(value, 'virtual_key'), provider: next });
  };
  return <SelectField label="Provider" options={withOwn(options, chosen)} value={chosen} onChange={(event) => choose(event.target.value)} />;
}

function without(object: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function StrategyPart({ schema, value, set, node, problems }: NodeFormProps & PartProps) {
  const found = value['strategy'];
  const strategy: JsonObject = typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
  const mode = typeof strategy['mode'] === 'string' ? strategy['mode'] : 'single';
  const modes = modesOf(schema);
  const own = strategySchema(schema, mode);
  const members = Object.entries(own?.properties ?? {}).filter(([name]) => name !== 'mode');
  return (
    <>
      <SelectField
        label="Strategy"
        error={problems.get(spelled([...node.path, 'strategy', 'mode']))}
        hint={<Line text={modes.find((one) => one.mode === mode)?.description ?? ''} />}
        options={withOwn(
          modes.map((one) => ({ value: one.mode, label: one.mode.replace('_', ' ') })),
          mode,
        )}
        value={mode}
        onChange={(event) => set(['strategy'], { mode: event.target.value, ...kept(strategy, strategySchema(schema, event.target.value)) })}
      />
      {members.map(([name, one]) =>
        name in strategy ? (
          <MemberEditor
            key={`${node.id} ${mode} ${name}`}
            name={name}
            schema={one}
            value={strategy[name] ?? null}
            problem={problems.get(spelled([...node.path, 'strategy', name]))}
            onChange={(next) => set(['strategy', name], next)}
          />
        ) : null,
      )}
      <AddMember
        label="Add a rule"
        names={members.map(([name]) => name).filter((name) => !(name in strategy))}
        onAdd={(name) => set(['strategy', name], beginningOf(own?.properties?.[name] ?? {}))}
      />
    </>
  );
}

/** What of a strategy another mode has too. */
function kept(strategy: JsonObject, schema: Schema | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(strategy).filter(([name]) => name !== 'mode' && schema?.properties !== undefined && name in schema.properties),
  );
}

function Deeds({ config, node, value, onChange, onChoose }: NodeFormProps & { readonly value: JsonObject }) {
  const targets = Array.isArray(value['targets']) ? value['targets'] : [];
  const put = (path: Path, next: Json | undefined, chosen: Path): void => {
    onChange(withValue(config, path, next) as JsonObject);
    onChoose(spelled(chosen));
  };
  const end = [...node.path, 'targets', targets.length];
  const group = { strategy: { mode: 'fallback' }, targets: [value, { provider: 'mock' }] };
  return (
    <div className="row wrap deeds">
      {node.kind === 'strategy' ? (
        <Button small icon="plus" onClick={() => put(end, { provider: 'mock' }, end)}>
          Add a target
        </Button>
      ) : (
        <Button small icon="configs" onClick={() => put(node.path, group, node.path)}>
          Put in a group
        </Button>
      )}
      {node.path.length === 0 ? null : (
        <Button small look="danger" icon="trash" onClick={() => put(node.path, undefined, node.path.slice(0, -2))}>
          Remove
        </Button>
      )}
    </div>
  );
}
