import { existsSync, readFileSync } from 'node:fs';
import type { Environment } from '../environment.ts';
import { withConfigFile } from '../server/saved.ts';
import { readSettings } from '../server/settings.ts';
import { isForPeople } from '../telemetry/log.ts';
import { redactText } from '../telemetry/redact.ts';
import { readTelemetrySettings } from '../telemetry/settings.ts';
import { problemsIn } from './check.ts';
import { examineNetwork } from './examine-network.ts';
import { examineStores } from './examine-stores.ts';

export type FindingState = 'ok' | 'warn' | 'fail' | 'skip';

/** What was found out about one thing that the gateway needs. */
export interface Finding {
  readonly name: string;
  readonly state: FindingState;
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

/** A check that finds out one thing; what it throws is a failure. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<Omit<Finding, 'name'>> | Omit<Finding, 'name'>;
}

export interface ExamineOptions {
  /** Nobody outside this machine and its stores is asked. */
  readonly isOffline: boolean;
}

/** Runs all checks one after the other. */
export async function* examine(given: Environment, options: ExamineOptions): AsyncIterable<Finding> {
  // What is wrong with the file is said by a check of its own.
  const env = await withConfigFile(given).catch(() => given);
  const checks: readonly Check[] = [
    { name: 'Node', run: () => nodeVersion(process.versions.node) },
    { name: 'settings', run: () => settings(env) },
    { name: 'sluice.yaml', run: () => configFile(env) },
    { name: 'who may call', run: () => openness(env) },
    ...examineStores(env),
    ...examineNetwork(env, options),
  ];
  for (const check of checks) yield await outcomeOf(check);
}

/** What a check finds; never rejects, and shows no credentials. */
export async function outcomeOf({ name, run }: Check): Promise<Finding> {
  try {
    const { detail, ...finding } = await run();
    return { name, ...finding, detail: redactText(detail) };
  } catch (error) {
    return { name, state: 'fail', detail: redactText(error instanceof Error ? error.message : String(error)) };
  }
}

/** The oldest that works, and the oldest on which state can be kept. */
const OLDEST = 20;
const WITH_SQLITE = [22, 13] as const;

/** What is to be said of a version of Node. */
export function nodeVersion(version: string): Omit<Finding, 'name'> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST) return { state: 'fail', detail: version, advice: `Install Node ${OLDEST} or newer; the current LTS is best.` };
  const hasSqlite = major > WITH_SQLITE[0] || (major === WITH_SQLITE[0] && minor >= WITH_SQLITE[1]);
  if (hasSqlite) return { state: 'ok', detail: version };
  return { state: 'warn', detail: `${version} has no SQLite`, advice: 'Install Node 22.13 or newer, or give the gateway a DATABASE_URL.' };
}

function settings(env: Environment): Omit<Finding, 'name'> {
  const { host, port } = readSettings(env);
  const { otlp, metrics } = readTelemetrySettings(env, isForPeople());
  return { state: 'ok', detail: `serves at ${host}:${port}; metrics ${metrics}${otlp === undefined ? '' : ', pushed to a collector too'}` };
}

function configFile(env: Environment): Omit<Finding, 'name'> {
  const named = env['SLUICE_CONFIG'] ?? '';
  const name = named === '' ? 'sluice.yaml' : named;
  if (!existsSync(name)) {
    if (named === '') return { state: 'skip', detail: 'not found here' };
    return { state: 'fail', detail: `SLUICE_CONFIG names ${name}, which is not there`, advice: 'Correct the path, or unset SLUICE_CONFIG.' };
  }
  const { problems } = problemsIn(readFileSync(name, 'utf8'), name, env);
  if (problems.length === 0) return { state: 'ok', detail: `${name} is valid` };
  return { state: 'fail', detail: problems[0] ?? '', advice: `\`sluice check ${name}\` lists all ${problems.length} problems.` };
}

/** A gateway that others can reach should know who calls, and who administers it. */
function openness(env: Environment): Omit<Finding, 'name'> {
  const { host, requireApiKey, adminKey } = readSettings(env);
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(host);
  if (isLocal) return { state: 'ok', detail: 'this machine only' };
  if (!requireApiKey)
    return { state: 'warn', detail: `anyone who can reach ${host}, without a key`, advice: 'Unset REQUIRE_API_KEY, or listen on 127.0.0.1 (HOST).' };
  if (adminKey === undefined)
    return {
      state: 'warn',
      detail: 'callers with API keys; administration from this machine only',
      advice: 'Set SLUICE_ADMIN_KEY to administer it from elsewhere.',
    };
  return { state: 'ok', detail: 'callers with API keys' };
}
