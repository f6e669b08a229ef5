import { useId, useState } from 'react';
import type { Json, JsonObject } from '../../api/types.ts';
import { Line } from '../../text/markdown.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { beginningOf, editorOf, titleOf, type Editor, type Schema } from './schema.ts';

interface MemberProps {
  readonly name: string;
  readonly schema: Schema;
  readonly value: Json;
  /** Undefined takes the member away. */
  readonly onChange: (value: Json | undefined) => void;
  readonly problem?: string | undefined;
}

/** One member of a config with its words and the control that its schema asks for. */
export function MemberEditor({ name, schema, value, onChange, problem }: MemberProps) {
  const id = useId();
  const words = problem ?? schema.description;
  return (
    <div className="member">
      <div className="spread">
        <label htmlFor={id} className="label">
          {titleOf(name)}
        </label>
        <IconButton icon="close" label={`Remove ${titleOf(name)}`} onClick={() => onChange(undefined)} />
      </div>
      <Control id={id} name={name} schema={schema} value={value} onChange={onChange} />
      {words === undefined ? null : (
        <p className={problem === undefined ? 'hint' : 'hint bad'}>
          <Line text={words} />
        </p>
      )}
    </div>
  );
}

interface ControlProps {
  readonly id: string;
  readonly name: string;
  readonly schema: Schema;
  readonly value: Json;
  readonly onChange: (value: Json | undefined) => void;
}

const CONTROLS: Readonly<Record<Editor, (props: ControlProps) => React.ReactNode>> = {
  text: TextControl,
  number: NumberControl,
  flag: FlagControl,
  choice: ChoiceControl,
  choices: ChoicesControl,
  texts: ListControl,
  numbers: ListControl,
  object: ObjectControl,
  json: JsonControl,
};

function Control(props: ControlProps) {
  const Chosen = CONTROLS[editorOf(props.schema)];
  return <Chosen {...props} />;
}

const SECRET = /key$|secret|token$|passphrase/;

function TextControl({ id, name, value, onChange }: ControlProps) {
  return (
    <input
      id={id}
      className="input"
      type={SECRET.test(name) ? 'password' : 'text'}
      autoComplete="off"
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function NumberControl({ id, schema, value, onChange }: ControlProps) {
  return (
    <input
      id={id}
      className="input"
      type="number"
      step="any"
      min={schema.minimum}
      max={schema.maximum}
      value={typeof value === 'number' ? value : ''}
      onChange={(event) => onChange(event.target.value === '' ? 0 : Number(event.target.value))}
    />
  );
}

function FlagControl({ id, value, onChange }: ControlProps) {
  return (
    <Select
      id={id}
      options={[
        { value: 'true', label: 'yes' },
        { value: 'false', label: 'no' },
      ]}
      value={String(value === true)}
      onChange={(event) => onChange(event.target.value === 'true')}
    />
  );
}

function ChoiceControl({ id, schema, value, onChange }: ControlProps) {
  return (
    <Select
      id={id}
      options={(schema.enum ?? []).map((one) => ({ value: one, label: one }))}
      value={String(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function ChoicesControl({ id, schema, value, onChange }: ControlProps) {
  const chosen = Array.isArray(value) ? value.map(String) : [];
  return (
    <div className="row wrap" id={id}>
      {(schema.items?.enum ?? []).map((one) => (
        <button
          key={one}
          type="button"
          className="pick"
          aria-pressed={chosen.includes(one)}
          onClick={() => onChange(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one])}
        >
          {one}
        </button>
      ))}
    </div>
  );
}

/** A list in a line, with commas. */
function ListControl({ id, schema, value, onChange }: ControlProps) {
  const [text, setText] = useState(Array.isArray(value) ? value.join(', ') : '');
  const isNumbers = editorOf(schema) === 'numbers';
  const change = (next: string): void => {
    setText(next);
    const entries = next
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
    onChange(isNumbers ? entries.map(Number).filter((one) => !Number.isNaN(one)) : entries);
  };
  return <input id={id} className="input mono" placeholder="with commas between" value={text} onChange={(event) => change(event.target.value)} />;
}

function ObjectControl({ id, schema, value, onChange }: ControlProps) {
  const object: JsonObject = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const set = (name: string, next: Json | undefined): void => {
    const { [name]: _, ...others } = object;
    onChange(next === undefined ? others : { ...object, [name]: next });
  };
  const members = Object.entries(schema.properties ?? {}).filter(([, one]) => one.const === undefined);
  const missing = members.filter(([name]) => !(name in object));
  return (
    <div className="nested" id={id}>
      {members.map(([name, one]) =>
        name in object ? (
          <MemberEditor key={name} name={name} schema={one} value={object[name] ?? null} onChange={(next) => set(name, next)} />
        ) : null,
      )}
      {missing.length === 0 ? null : (
        <AddMember names={missing.map(([name]) => name)} onAdd={(name) => set(name, beginningOf(schema.properties?.[name] ?? {}))} />
      )}
    </div>
  );
}

/** JSON in a box; it is taken over whenever it is JSON. */
function JsonControl({ id, value, onChange }: ControlProps) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const change = (next: string): void => {
    setText(next);
    try {
      onChange(JSON.parse(next) as Json);
    } catch {
      // Half-written: the last whole value stays.
    }
  };
  return (
    <textarea
      id={id}
      className="input area mono"
      rows={Math.min(10, text.split('\n').length + 1)}
      spellCheck={false}
      value={text}
      onChange={(event) => change(event.target.value)}
    />
  );
}

/** Offers members that are not there yet. */
export function AddMember({
  names,
  onAdd,
  label = 'Add a setting',
}: {
  readonly names: readonly string[];
  readonly onAdd: (name: string) => void;
  readonly label?: string;
}) {
  return (
    <Select
      className="add-member"
      aria-label={label}
      options={[{ value: '', label: `${label}…` }, ...names.map((name) => ({ value: name, label: titleOf(name) }))]}
      value=""
      onChange={(event) => event.target.value !== '' && onAdd(event.target.value)}
    />
  );
}
