import type { Call } from '../pipeline/step.ts';

/** A label beside those that every metric by model has. */
export interface ExtraLabel {
  readonly label: string;
  /** Empty where a call has no such thing. */
  readonly read: (call: Call) => string;
}

const KNOWN: Readonly<Record<string, ExtraLabel['read']>> = {
  api_key: ({ notes }) => notes.caller?.name ?? notes.caller?.keyId ?? '',
  workspace: ({ notes }) => notes.caller?.workspace ?? '',
  config: ({ notes }) => notes.config?.id ?? '',
};

const METADATA = /^metadata\.([A-Za-z0-9_.-]{1,64})$/;

/** Reads a comma list such as `api_key,metadata.team`. Throws where a name says nothing. */
export function readExtraLabels(list: string): ExtraLabel[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return names.map((name) => {
    const member = METADATA.exec(name)?.[1];
    const read = member === undefined ? KNOWN[name] : metadataMember(member);
    if (read === undefined)
      throw new Error(`METRICS_LABELS: expected ${Object.keys(KNOWN).join(', ')} or metadata.<name>, got ${JSON.stringify(name)}`);
    return { label: name.replaceAll(/[^A-Za-z0-9_]/g, '_'), read };
  });
}

function metadataMember(name: string): ExtraLabel['read'] {
  return ({ metadata }) => {
    const value = metadata[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  };
}
