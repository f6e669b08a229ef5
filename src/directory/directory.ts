import type { Found, NamedConfig, SavedAccount, SavedThings } from '../config/saved.ts';
import { GatewayError } from '../errors.ts';
import type { Clock } from '../routing/clock.ts';
import type { Change, RecordKind, RecordStore, StoredRecord } from '../stores/records/record-store.ts';
import { log } from '../telemetry/log.ts';
import type { Entities, SavedApiKey, SavedConfig, SavedPolicy, SavedProvider } from './entities.ts';
import { isOver } from './read-body.ts';
import { readRecord } from './read.ts';
import { contextOf, type SecretSource } from './secrets.ts';

/** The workspace of whoever says nothing of workspaces. */
export const DEFAULT_WORKSPACE = 'default';
/** What is saved in this workspace can be used from all of them. */
export const SHARED_WORKSPACE = 'shared';

/** Milliseconds between looks at the files that hold secrets. */
const FILES_INTERVAL = 5_000;

/** Milliseconds between attempts to reach a store that is down. */
const RETRY_DELAY = 1_000;

export interface DirectoryOptions {
  readonly store: RecordStore;
  readonly secrets: SecretSource;
  readonly clock: Pick<Clock, 'now' | 'after'>;
}

const EVERY_KIND: ReadonlySet<RecordKind> = new Set(['config', 'provider', 'api_key', 'policy']);
const PROVIDERS_ONLY: ReadonlySet<RecordKind> = new Set(['provider']);

type Shelves = { readonly [Kind in RecordKind]: Map<string, Entities[Kind]> };

/**
 * All that is saved, in memory: what the store has, and over it what the file has. It follows the changes of the store, and keeps what it
 * knows while the store is down. Calls ask it alone.
 */
export class Directory {
  readonly #options: DirectoryOptions;
  readonly #stored: Shelves = emptyShelves();
  #filed: Shelves = emptyShelves();
  readonly #byHash = new Map<string, SavedApiKey>();
  readonly #listeners = new Set<() => void>();
  readonly #views = new Map<string, View>();
  readonly #lastUsed = new Map<string, number>();
  #unwatch: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #cancelFiles: (() => void) | undefined;
  #revision = 0;
  #epoch = 0;
  #following: Promise<void> | undefined;
  #hasNews = false;
  #isReady = false;
  #isClosed = false;
  #trouble: string | undefined;

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Loads everything and follows the changes from then on. Resolves when it knows all, or that the store cannot be reached now. */
  async open(): Promise<void> {
    this.#unwatch = this.#options.store.watch(() => void this.follow());
    await this.follow();
  }

  close(): void {
    this.#isClosed = true;
    this.#unwatch?.();
    this.#cancelRetry?.();
    this.#cancelFiles?.();
  }

  /** Whether it has been told everything once. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Why the store could not be asked the last time; undefined: it could. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Grows with every change. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether there is any key that a caller could have. */
  get hasApiKeys(): boolean {
    return this.#byHash.size > 0;
  }

  /** By the SHA-256 of a key, hex. */
  apiKey(hash: string): SavedApiKey | undefined {
    return this.#byHash.get(hash);
  }

  find<Kind extends RecordKind>(kind: Kind, id: string): Entities[Kind] | undefined {
    return this.#filed[kind].get(id) ?? this.#stored[kind].get(id);
  }

  /** All of a kind, in the order of their ids. */
  all<Kind extends RecordKind>(kind: Kind): readonly Entities[Kind][] {
    const shelf = new Map<string, Entities[Kind]>([...this.#stored[kind], ...this.#filed[kind]]);
    return [...shelf.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** The saved provider whose credentials one uses: its own, or another one's; undefined: that is not there. */
  credentialsOf(provider: SavedProvider): SavedProvider | undefined {
    const { integration } = provider;
    if (integration === undefined) return provider;
    const source = this.find('provider', integration);
    const isOpen = source?.workspace === provider.workspace || source?.workspace === SHARED_WORKSPACE;
    return isOpen && source?.integration === undefined ? source : undefined;
  }

  get policies(): readonly SavedPolicy[] {
    return this.all('policy');
  }

  /** Calls back whenever something has changed. */
  watch(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => void this.#listeners.delete(onChange);
  }

  noteUse(keyId: string): void {
    this.#lastUsed.set(keyId, this.#options.clock.now());
  }

  /** When a key was last used, as far as this process knows; milliseconds since the epoch. */
  lastUse(keyId: string): number | undefined {
    return this.#lastUsed.get(keyId);
  }

  /** Takes in what the file has, in place of what it had. */
  setFile(records: readonly StoredRecord[]): void {
    const shelves = emptyShelves();
    for (const record of records) put(shelves, record, { secrets: this.#options.secrets, source: 'file' });
    this.#filed = shelves;
    this.#changed(EVERY_KIND);
  }

  /** Reads every record again, for secrets that have changed where they are kept. */
  refresh(): void {
    for (const [shelves, source] of [[this.#stored, 'api'] as const, [this.#filed, 'file'] as const])
      for (const provider of shelves.provider.values()) put(shelves, provider.record, { secrets: this.#options.secrets, source });
    this.#changed(PROVIDERS_ONLY);
  }

  /** A record that this process has just written: it counts at once. */
  noteWritten(record: StoredRecord): void {
    this.#apply({ kind: record.kind, id: record.id, deleted: false, record });
    this.#changed(new Set([record.kind]));
  }

  /** A record that this process has just removed. */
  noteRemoved(kind: RecordKind, id: string): void {
    this.#apply({ kind, id, deleted: true });
    this.#changed(new Set([kind]));
  }

  /** Asks the store what is new; changes that come while it is asked are asked for behind it. */
  async follow(): Promise<void> {
    this.#hasNews = true;
    this.#following ??= this.#catchUp().finally(() => (this.#following = undefined));
    await this.#following;
  }

  async #catchUp(): Promise<void> {
    while (this.#hasNews && !this.#isClosed) {
      this.#hasNews = false;
      try {
        const { revision, changes } = await this.#options.store.changes(this.#revision);
        for (const change of changes) this.#apply(change);
        this.#revision = revision;
        this.#isReady = true;
        this.#trouble = undefined;
        if (changes.length > 0) this.#changed(new Set(changes.map(({ kind }) => kind)));
      } catch (error) {
        this.#lost(error);
      }
    }
  }

  #lost(error: unknown): void {
    if (this.#isClosed) return;
    if (this.#trouble === undefined) log('warn', 'the store of configs and keys cannot be reached: going on with what is known', { cause: error });
    this.#trouble = error instanceof Error ? error.message : String(error);
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.clock.after(RETRY_DELAY, () => void this.follow());
  }

  #apply(change: Change): void {
    const shelf: Map<string, Entities[RecordKind]> = this.#stored[change.kind];
    if (change.deleted) return void shelf.delete(change.id);
    const known = shelf.get(change.id)?.record;
    // An answer of the store that was under way when this process wrote.
    if (known !== undefined && known.createdAt === change.record.createdAt && known.version > change.record.version) return;
    put(this.#stored, change.record, { secrets: this.#options.secrets, source: 'api' });
  }

  #changed(kinds: ReadonlySet<RecordKind>): void {
    this.#epoch += 1;
    if (kinds.has('api_key')) this.#indexKeys();
    if (kinds.has('provider')) this.#followFiles();
    for (const listener of this.#listeners) listener();
  }

  /** Secrets in files change without anybody telling. */
  #followFiles(): void {
    this.#cancelFiles?.();
    const fromFiles = this.all('provider').flatMap(({ id, keys }) => keys.flatMap((key) => (key.source === 'file' ? [{ id, key }] : [])));
    if (fromFiles.length === 0 || this.#isClosed) return;
    const { secrets, clock } = this.#options;
    this.#cancelFiles = clock.after(FILES_INTERVAL, () => {
      const isOld = fromFiles.some(({ id, key }) => secrets.read({ file: key.reference ?? '' }, contextOf(id)) !== key.secret);
      if (isOld) this.refresh();
      else this.#followFiles();
    });
  }

  #indexKeys(): void {
    this.#byHash.clear();
    for (const shelves of [this.#stored, this.#filed])
      for (const key of shelves.api_key.values()) for (const { hash } of key.hashes) this.#byHash.set(hash, key);
  }

  /** What callers of a workspace can see. */
  viewOf(workspace: string): SavedThings {
    let view = this.#views.get(workspace);
    if (view === undefined) this.#views.set(workspace, (view = new View(this, workspace, this.#options.clock.now)));
    return view;
  }
}

function emptyShelves(): Shelves {
  return { config: new Map(), provider: new Map(), api_key: new Map(), policy: new Map() };
}

/** A record that cannot be read is one that nobody finds: it must not keep the others from being read. */
function put(shelves: Shelves, record: StoredRecord, reading: Parameters<typeof readRecord>[2]): void {
  const shelf: Map<string, Entities[RecordKind]> = shelves[record.kind];
  try {
    shelf.set(record.id, readRecord(record.kind, record, reading));
  } catch (cause) {
    shelf.delete(record.id);
    log('error', 'something saved cannot be read', { kind: record.kind, id: record.id, version: record.version, cause });
  }
}

class View implements SavedThings {
  readonly scope: string;
  readonly now: () => number;
  readonly #directory: Directory;

  constructor(directory: Directory, workspace: string, now: () => number) {
    this.#directory = directory;
    this.scope = workspace;
    this.now = now;
  }

  get epoch(): number {
    return this.#directory.epoch;
  }

  account(slug: string): Found<SavedAccount> {
    const provider = this.#visible(this.#directory.find('provider', slug));
    if (provider === undefined) return this.#absent(`There is no provider saved as '${shortened(slug)}'`);
    const source = this.#directory.credentialsOf(provider);
    if (source === undefined) return { problem: `The provider '${slug}' uses the credentials of '${provider.integration}', which is not there` };
    return source === provider ? usableAccount(provider, this.now()) : linkedAccount(provider, source, this.now());
  }

  config(id: string): Found<NamedConfig> {
    const config = this.#visible<SavedConfig>(this.#directory.find('config', id));
    if (config === undefined) return this.#absent(`There is no config saved as '${shortened(id)}'`);
    if (config.isArchived) return { problem: `The config '${id}' is archived` };
    if (config.problem !== undefined) return { problem: `The config '${id}' cannot be used: ${config.problem}` };
    return { found: { id, version: config.version, text: config.text }, until: undefined };
  }

  stamp(kind: 'provider' | 'config', id: string): unknown {
    const entity = this.#visible<SavedProvider | SavedConfig>(this.#directory.find(kind, id));
    if (entity?.kind !== 'provider' || entity.integration === undefined) return entity;
    return [entity, this.#directory.credentialsOf(entity)].map(stampOf).join();
  }

  /** Before the store has been heard nobody knows what there is. */
  #absent(problem: string): { readonly problem: string } {
    if (this.#directory.isReady) return { problem };
    throw new GatewayError('store_unavailable', 'Saved configs and keys cannot be read at the moment.', { headers: ['retry-after', '1'] });
  }

  /** Nobody learns what other workspaces have. */
  #visible<T extends { readonly workspace: string }>(entity: T | undefined): T | undefined {
    return entity?.workspace === this.scope || entity?.workspace === SHARED_WORKSPACE ? entity : undefined;
  }
}

/** The account of a saved provider with the keys that are good now, or with what keeps it from being used. */
export function usableAccount(provider: SavedProvider, now: number): { readonly found: SavedAccount; readonly until: number | undefined } {
  const { keys, expiresAt, account } = provider;
  const good = keys.flatMap((key) =>
    key.secret === undefined || isOver(key.expiresAt, now) ? [] : [{ id: key.id, secret: key.secret, weight: key.weight }],
  );
  const problem = problemOf(provider, good.length, now);
  if (problem !== undefined) return { found: { ...account, problem }, until: undefined };
  const ends = [expiresAt, ...keys.map((key) => key.expiresAt)].filter((end) => end !== undefined && end > now) as number[];
  return { found: { ...account, keys: good }, until: ends.length === 0 ? undefined : Math.min(...ends) };
}

/** Why a provider cannot be used now; the next target of a config may be. */
function problemOf({ id, keys, expiresAt, isDisabled, problem }: SavedProvider, goodKeys: number, now: number): string | undefined {
  if (isDisabled) return `The provider '${id}' is disabled`;
  if (isOver(expiresAt, now)) return `The provider '${id}' expired at ${new Date(expiresAt as number).toISOString()}`;
  if (problem !== undefined) return `The provider '${id}' cannot be used: ${problem}`;
  return keys.length > 0 && goodKeys === 0 ? `All keys of the provider '${id}' have expired` : undefined;
}

/** A provider with another one's credentials, and the limits of both. */
function linkedAccount(provider: SavedProvider, source: SavedProvider, now: number): Found<SavedAccount> {
  const own = usableAccount(provider, now);
  const other = usableAccount(source, now);
  const { id, workspace, models, usageLimits, rateLimits } = own.found;
  const account = {
    ...other.found,
    id,
    workspace,
    models: models ?? other.found.models,
    problem: own.found.problem ?? other.found.problem,
    usageLimits: [...usageLimits, ...other.found.usageLimits],
    rateLimits: [...rateLimits, ...other.found.rateLimits],
  };
  const ends = [own.until, other.until].filter((end) => end !== undefined);
  return { found: account, until: ends.length === 0 ? undefined : Math.min(...ends) };
}

function stampOf(entity: SavedProvider | undefined): string {
  return entity === undefined ? '' : `${entity.id}@${entity.version}/${entity.record.createdAt}`;
}

function shortened(id: string): string {
  return id.slice(0, 100);
}
