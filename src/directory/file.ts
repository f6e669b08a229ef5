import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { issueMessage } from '../config/issues.ts';
import { judgeConfig } from '../config/parse.ts';
import { pricesOfModels, type ModelPrices } from '../config/price.ts';
import type { Path, Problem } from '../config/problems.ts';
import type { Found, NamedConfig, SavedAccount, SavedThings } from '../config/saved.ts';
import type { Environment } from '../environment.ts';
import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import type { RecordKind, StoredRecord } from '../stores/records/record-store.ts';
import { DEFAULT_WORKSPACE, SHARED_WORKSPACE, usableAccount } from './directory.ts';
import { FILE_SETTINGS, fileSchema } from './file-schema.ts';
import { readRecord } from './read.ts';
import type { SecretSource } from './secrets.ts';
import { withVariables } from './variables.ts';
import { keyOfText, writeApiKey } from './write-api-key.ts';
import { sealedConfig } from './write-config.ts';
import { writeProvider, type Written } from './write-provider.ts';

/** What stands in sluice.yaml, as it can be used. */
export interface FileContents {
  readonly records: readonly StoredRecord[];
  /** By environment variable. */
  readonly settings: Readonly<Record<string, string>>;
  readonly prices: ModelPrices;
}

/** What stands in a file, or what is wrong with it, one line a problem: `sluice.yaml:12 providers.openai.key: …`. */
export type FileRead = FileContents | { readonly problems: readonly string[] };

export interface FileReading {
  /** As problems name the file. */
  readonly name: string;
  readonly env: Environment;
  readonly secrets: SecretSource;
  readonly now: number;
  /** The records of the last time: what has not changed keeps its version. */
  readonly before: readonly StoredRecord[];
  /** What is saved elsewhere and can be named here; undefined: that is not known, and not asked. */
  readonly saved: ((workspace: string) => SavedThings) | undefined;
}

type Contents = z.infer<typeof fileSchema>;

/** Reads the text of a sluice.yaml. */
export function readFileText(text: string, reading: FileReading): FileRead {
  // Whoever saves a file may empty it first.
  if (text.trim() === '' && reading.before.length > 0) return { problems: [`${reading.name}:1 is empty, and was not before`] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${reading.name}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) return { problems: [...new Set(document.errors.map(({ message, pos }) => `${at(pos[0])} ${message}`))] };
  const tell = (problems: readonly Problem[]): FileRead => ({
    problems: problems.map(({ path, message }) => `${at(offsetOf(document, path))} ${spelled(path)}: ${message}`),
  });
  const { value, problems } = withVariables(document.toJS() ?? {}, reading.env);
  if (problems.length > 0) return tell(problems);
  const result = z.safeParse(fileSchema, value, { error: issueMessage });
  if (!result.success) return tell(result.error.issues.map((issue) => ({ path: issue.path as Path, message: issue.message })));
  const made = recordsOf(result.data, reading);
  if ('problems' in made) return tell(made.problems);
  return { records: made.records, settings: settingsOf(result.data), prices: pricesOfModels(result.data.prices ?? {}) };
}

type Document = ReturnType<typeof parseDocument>;

/** Where a path begins in the text; a path that is not there begins where the last part of it that is there does. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { readonly range?: readonly number[] } | undefined;
    const start = node?.range?.[0];
    if (start !== undefined) return start;
  }
  return 0;
}

function spelled(path: Path): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`), '').replace(/^\./, '');
}

function settingsOf({ settings = {} }: Contents): Readonly<Record<string, string>> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const texts = given.map(([name, value]) => [FILE_SETTINGS[name] ?? name, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  return Object.fromEntries(texts) as Readonly<Record<string, string>>;
}

/** One entry of a section. */
interface Entry {
  readonly kind: RecordKind;
  readonly id: string;
  readonly given: JsonObject;
  readonly path: Path;
}

const SECTIONS: Readonly<Record<RecordKind, Exclude<keyof Contents, 'settings' | 'prices'>>> = {
  provider: 'providers',
  config: 'configs',
  api_key: 'api_keys',
  policy: 'policies',
};

function recordsOf(
  contents: Contents,
  reading: FileReading,
): { readonly records: readonly StoredRecord[] } | { readonly problems: readonly Problem[] } {
  const entries = (Object.keys(SECTIONS) as RecordKind[]).flatMap((kind) => entriesOf(kind, contents));
  const problems: Problem[] = [];
  const records = entries.flatMap((entry) => {
    const written = write(entry, reading);
    if ('body' in written) return [recordOf(entry, written.body, reading)];
    problems.push(...written.problems.map(({ path, message }) => ({ path: [...entry.path, ...path], message })));
    return [];
  });
  problems.push(...configProblems(entries, records, reading));
  return problems.length > 0 ? { problems } : { records };
}

function entriesOf(kind: RecordKind, contents: Contents): readonly Entry[] {
  const section = SECTIONS[kind];
  return Object.entries(contents[section] ?? {}).map(([id, given]) => ({
    kind,
    id,
    given: { name: id, ...(given as object) },
    path: [section, id],
  }));
}

const WRITERS: Readonly<Record<RecordKind, (entry: Entry, reading: FileReading) => Written>> = {
  provider: ({ id, given }, { secrets }) => writeProvider(given, { id, secrets }),
  config: ({ id, given }, { secrets }) => ({ body: { ...given, config: sealedConfig(given['config'] as JsonObject, id, secrets) } }),
  api_key: ({ id, given: { key, hash, ...given } }) => {
    const written = writeApiKey(given, id);
    if ('problems' in written) return written;
    const kept = typeof key === 'string' ? keyOfText(key).kept : { hash, masked: '****' };
    return { body: { ...written.body, ...kept } };
  },
  policy: ({ given }) => ({ body: given }),
};

function write(entry: Entry, reading: FileReading): Written {
  const { workspace: _, ...given } = entry.given;
  const said = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  return WRITERS[entry.kind]({ ...entry, given: Object.fromEntries(said) }, reading);
}

/** What an entry said when it was read, by its record: bodies cannot be compared, as no secret is sealed twice in the same way. */
const SAID = new WeakMap<StoredRecord, string>();

function recordOf({ kind, id, given }: Entry, body: JsonObject, { before, now }: FileReading): StoredRecord {
  const said = JSON.stringify(given);
  const old = before.find((record) => record.kind === kind && record.id === id);
  if (old !== undefined && SAID.get(old) === said) return old;
  const workspace = typeof given['workspace'] === 'string' ? given['workspace'] : DEFAULT_WORKSPACE;
  const record = { kind, id, workspace, version: (old?.version ?? 0) + 1, createdAt: old?.createdAt ?? now, updatedAt: now, body };
  SAID.set(record, said);
  return record;
}

/** Configs are checked last, as they may name providers of the same file. */
function configProblems(entries: readonly Entry[], records: readonly StoredRecord[], reading: FileReading): readonly Problem[] {
  const providers = records.filter(({ kind }) => kind === 'provider');
  return entries
    .filter(({ kind }) => kind === 'config')
    .flatMap(({ id, given, path }) => {
      const workspace = typeof given['workspace'] === 'string' ? given['workspace'] : DEFAULT_WORKSPACE;
      const saved = new FileView(providers, workspace, reading);
      try {
        const judged = judgeConfig(given['config'], { providerInHeaders: true, saved });
        const found = 'problems' in judged ? judged.problems : [];
        return saved.isGuessing ? [] : found.map((problem) => ({ path: [...path, 'config', ...problem.path], message: problem.message }));
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        return [{ path: ['configs', id, 'config'], message: error.message }];
      }
    });
}

/** The providers of a file, and behind them what is saved elsewhere. */
class FileView implements SavedThings {
  readonly epoch = 0;
  readonly scope: string;
  readonly #providers: readonly StoredRecord[];
  readonly #reading: FileReading;
  /** Something was named that may be saved elsewhere, where nobody knows. */
  isGuessing = false;

  constructor(providers: readonly StoredRecord[], workspace: string, reading: FileReading) {
    this.#providers = providers;
    this.scope = workspace;
    this.#reading = reading;
  }

  now = (): number => this.#reading.now;

  account(slug: string): Found<SavedAccount> {
    const record = this.#find(slug);
    if (record !== undefined)
      return usableAccount(readRecord('provider', record, { secrets: this.#reading.secrets, source: 'file' }), this.#reading.now);
    if (this.#reading.saved === undefined) this.isGuessing = true;
    return this.#reading.saved?.(this.scope).account(slug) ?? { problem: `There is no provider saved as '${slug}'` };
  }

  config(id: string): Found<NamedConfig> {
    return { problem: `There is no config saved as '${id}'` };
  }

  stamp(_: 'provider' | 'config', id: string): unknown {
    return this.#find(id) ?? this.#reading.saved?.(this.scope).stamp('provider', id);
  }

  #find(slug: string): StoredRecord | undefined {
    return this.#providers.find(({ id, workspace }) => id === slug && (workspace === this.scope || workspace === SHARED_WORKSPACE));
  }
}
