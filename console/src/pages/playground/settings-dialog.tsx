import { useState } from 'react';
import { callerKey, keepCallerKey } from '../../api/caller-key.ts';
import { AreaField, CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DEFAULTS, type Settings } from './thread.ts';

const EFFORTS = ['', 'minimal', 'low', 'medium', 'high'].map((value) => ({ value, label: value === '' ? 'Model default' : value }));

const SAMPLE_TOOL = JSON.stringify(
  [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'Get the weather in a city.',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ],
  null,
  2,
);

const SAMPLE_SCHEMA = JSON.stringify(
  {
    type: 'object',
    properties: { answer: { type: 'string' }, confidence: { type: 'number' } },
    required: ['answer', 'confidence'],
    additionalProperties: false,
  },
  null,
  2,
);

interface SettingsProps {
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
  readonly onClose: () => void;
}

/** What all columns are asked with. */
export function SettingsDialog({ settings, onChange, onClose }: SettingsProps) {
  const set = (change: Partial<Settings>): void => onChange({ ...settings, ...change });
  const number = (label: string, name: 'temperature' | 'maxTokens' | 'topP', placeholder: string) => (
    <TextField
      label={label}
      inputMode="decimal"
      placeholder={placeholder}
      value={settings[name]}
      onChange={(event) => set({ [name]: event.target.value })}
    />
  );
  return (
    <Dialog title="Settings" shape="drawer" onClose={onClose} footer={<Button onClick={() => onChange(DEFAULTS)}>Reset all</Button>}>
      <div className="stack wide">
        <AreaField
          label="System prompt"
          rows={4}
          value={settings.system}
          placeholder="You are…"
          onChange={(event) => set({ system: event.target.value })}
        />
        <div className="fields">
          {number('Temperature', 'temperature', '0 to 2')}
          {number('Max tokens', 'maxTokens', 'Model default')}
          {number('Top p', 'topP', '0 to 1')}
          <SelectField label="Reasoning effort" options={EFFORTS} value={settings.effort} onChange={(event) => set({ effort: event.target.value })} />
        </div>
        <CallerKey />
        <CheckField label="Stream the answer" checked={settings.isStreamed} onChange={(event) => set({ isStreamed: event.target.checked })} />
        <Part
          label="Tools"
          hint="A JSON list in OpenAI's format, translated for every provider. You answer for the tools."
          value={settings.tools}
          sample={SAMPLE_TOOL}
          onChange={(tools) => set({ tools })}
        />
        <Part
          label="Response schema"
          hint="A JSON schema that the answer must follow."
          value={settings.schema}
          sample={SAMPLE_SCHEMA}
          onChange={(schema) => set({ schema })}
        />
      </div>
    </Dialog>
  );
}

/** Kept for the tab, and in no address: it is a secret. */
function CallerKey() {
  const [key, setKey] = useState(callerKey);
  const change = (next: string): void => {
    setKey(next);
    keepCallerKey(next);
  };
  return (
    <TextField
      label="Gateway API key"
      type="password"
      placeholder="None"
      hint="Calls count against this key's limits. Kept for this tab only."
      value={key}
      onChange={(event) => change(event.target.value)}
    />
  );
}

interface PartProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly sample: string;
  readonly onChange: (value: string) => void;
}

function Part({ label, hint, value, sample, onChange }: PartProps) {
  return (
    <div className="stack tight">
      <AreaField
        label={label}
        hint={hint}
        error={problemOf(value)}
        className="input area mono"
        rows={value === '' ? 3 : 10}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {value === '' ? (
        <div className="row">
          <Button small onClick={() => onChange(sample)}>
            Insert an example
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function problemOf(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'no JSON';
  }
}
