import { createServer } from 'node:net';
import { devNull } from 'node:os';
import type { Environment } from '../environment.ts';
import type { Provider } from '../providers/provider.ts';
import { PROVIDERS } from '../providers/index.ts';
import { openGateway } from '../server/start.ts';
import { readSettings } from '../server/settings.ts';
import { readOtlpSettings } from '../telemetry/otlp/settings.ts';
import { addressIn, adminClient, reasonOf, type AdminClient } from './admin-client.ts';
import type { Check, ExamineOptions, Finding } from './examine.ts';

type Found = Omit<Finding, 'name'>;

/** Milliseconds that others have to answer. */
const PATIENCE = 10_000;
/** Seconds that the clock may be off: signatures of requests are refused beyond five minutes. */
const TOLERABLE_SKEW = 60;
const REFUSING_SKEW = 300;

/** The checks of everything behind a socket. */
export function examineNetwork(env: Environment, { isOffline }: ExamineOptions): readonly Check[] {
  const keyed = PROVIDERS.filter(({ keyVariable }) => keyVariable !== undefined && (env[keyVariable] ?? '') !== '');
  const online: readonly Check[] = [
    ...keyed.map((provider) => ({ name: provider.id, run: () => tryProvider(provider, env) })),
    { name: 'saved providers', run: () => savedProviders(env) },
    { name: 'clock', run: () => clock(keyed) },
    { name: 'collector', run: () => collector(env) },
  ];
  const none: Check = {
    name: 'provider keys',
    run: () => ({
      state: 'skip',
      detail: 'none in the environment',
      advice: 'Set OPENAI_API_KEY or another one to have it checked; `sluice providers --json` lists the names.',
    }),
  };
  return [
    { name: 'port', run: () => port(env) },
    ...(keyed.length === 0 ? [none] : []),
    ...(isOffline ? online.map(({ name }): Check => ({ name, run: () => ({ state: 'skip', detail: 'not asked (--offline)' }) })) : online),
  ];
}

/** Whether the gateway can have its port, or has it already. */
async function port(env: Environment): Promise<Found> {
  const { host, port: number } = readSettings(env);
  const problem = await listenProblem(host, number);
  if (problem === undefined) return { state: 'ok', detail: `${host}:${number} is free` };
  if (problem !== 'EADDRINUSE')
    return { state: 'fail', detail: `${host}:${number}: ${problem}`, advice: 'Set HOST and PORT to an address of this machine.' };
  const url = addressIn({ ...env, SLUICE_URL: '' });
  const isGateway = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE) })
    .then(async (response) => ['ready', 'draining'].includes(((await response.json()) as { status?: string }).status ?? ''))
    .catch(() => false);
  if (isGateway) return { state: 'ok', detail: `a gateway runs at ${url}` };
  return { state: 'fail', detail: `${host}:${number} is taken by something else`, advice: 'Stop it, or set PORT.' };
}

function listenProblem(host: string, number: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    server.listen({ host, port: number, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Settings that a gateway for one question does without. */
const BARE = {
  HOST: '127.0.0.1',
  PORT: '0',
  SLUICE_DATA: 'memory',
  // Not the file of this folder.
  SLUICE_CONFIG: devNull,
  REQUIRE_API_KEY: '0',
  METRICS: 'off',
  LOG_CALLS: 'none',
  LOG_REQUESTS: '0',
  OTEL_SDK_DISABLED: 'true',
};
const LEFT_OUT = ['DATABASE_URL', 'REDIS_URL', 'METRICS_PORT', 'SLUICE_ADMIN_KEY'];

/** Asks a provider for its models, with the key in the environment, the way a call would go. `more`: further headers. */
export async function tryProvider(
  { id, keyVariable = '' }: Pick<Provider, 'id' | 'keyVariable'>,
  env: Environment,
  more: Readonly<Record<string, string>> = {},
): Promise<Found> {
  const gateway = await openGateway({ ...env, ...BARE, ...Object.fromEntries(LEFT_OUT.map((name) => [name, undefined])) });
  try {
    const headers = { 'x-portkey-provider': id, authorization: `Bearer ${env[keyVariable] ?? ''}`, ...more };
    const response = await fetch(`${gateway.url}/v1/models`, { headers, signal: AbortSignal.timeout(PATIENCE) });
    return verdictOn(response.status, await response.text(), keyVariable);
  } catch (error) {
    return {
      state: 'fail',
      detail: `no answer within ${PATIENCE / 1000} s (${reasonOf(error)})`,
      advice: 'Check that this machine can reach the provider.',
    };
  } finally {
    await gateway.close();
  }
}

/** What an answer to the question for models says of the key. */
function verdictOn(status: number, text: string, variable: string): Found {
  const { data, error } = parsed(text);
  if (status < 300) return { state: 'ok', detail: `accepts the key in ${variable}${Array.isArray(data) ? `; ${data.length} models` : ''}` };
  const { code, message = '' } = error ?? {};
  if (status === 401 || status === 403)
    return { state: 'fail', detail: `rejects the key in ${variable} (${status})`, advice: `Put a valid key into ${variable}.` };
  if (code === 'missing_option' || code === 'unsupported_endpoint' || status === 404)
    return { state: 'skip', detail: `cannot be asked for models: ${message.slice(0, 120)}` };
  if (code === 'upstream_unreachable')
    return { state: 'fail', detail: 'cannot be reached', advice: 'Check that this machine can connect to it: firewall, proxy, DNS.' };
  return { state: 'warn', detail: `answered ${status}: ${message.slice(0, 160)}` };
}

interface Answer {
  readonly data?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string };
}

function parsed(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}

/** Saved providers that are tried at most. */
const MOST_TRIED = 50;

/** Has the gateway that runs here try each provider that is saved in it. */
async function savedProviders(env: Environment): Promise<Found> {
  const client = adminClient({ values: {}, positionals: [], env });
  const isThere = await fetch(`${client.url}/livez`, { signal: AbortSignal.timeout(PATIENCE) }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isThere) return { state: 'skip', detail: `no gateway is running at ${client.url}` };
  const { data } = (await (await client.get(`/admin/v1/providers?limit=${MOST_TRIED}`)).json()) as {
    readonly data: readonly { readonly id: string }[];
  };
  if (data.length === 0) return { state: 'skip', detail: 'none' };
  const problems = await Promise.all(data.map(({ id }) => problemOf(client, id)));
  const failed = problems.filter((problem) => problem !== undefined);
  if (failed.length === 0) return { state: 'ok', detail: `all ${data.length} answer` };
  return { state: 'fail', detail: failed.join('; '), advice: `\`curl -X POST ${client.url}/admin/v1/providers/ID/test\` shows more about each.` };
}

async function problemOf(client: AdminClient, id: string): Promise<string | undefined> {
  const response = await client.post(`/admin/v1/providers/${encodeURIComponent(id)}/test`, { signal: AbortSignal.timeout(2 * PATIENCE) });
  const { ok, status, error } = (await response.json()) as { readonly ok: boolean; readonly status: number; readonly error: string | null };
  return ok ? undefined : `@${id} answers ${status} (${(error ?? '').slice(0, 80)})`;
}

/** Compares the clock with that of the first provider that answers. */
async function clock(providers: readonly Provider[]): Promise<Found> {
  for (const { id, baseURL } of providers) {
    if (baseURL === undefined) continue;
    const response = await fetch(new URL('/', baseURL), { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) }).catch(
      () => undefined,
    );
    const skew = skewOf(response?.headers.get('date'), Date.now());
    if (skew !== undefined) return verdictOnSkew(skew, id);
  }
  return { state: 'skip', detail: 'no provider to compare it with' };
}

/** Seconds by which a `date` header is behind the machine's clock; undefined where there is none. */
export function skewOf(date: string | null | undefined, now: number): number | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : Math.round((now - time) / 1000);
}

/** What is to be said of a difference. */
export function verdictOnSkew(skew: number, other: string): Found {
  const size = Math.abs(skew);
  if (size <= TOLERABLE_SKEW) return { state: 'ok', detail: `within ${Math.max(1, size)} s of that of ${other}` };
  const detail = `${size} s ${skew > 0 ? 'ahead of' : 'behind'} that of ${other}`;
  return { state: size >= REFUSING_SKEW ? 'fail' : 'warn', detail, advice: 'Synchronize the clock with NTP: signed requests are refused otherwise.' };
}

/** Whether the collector that the environment names takes anything. */
async function collector(env: Environment): Promise<Found> {
  const traces = readOtlpSettings(env)?.traces;
  if (traces === undefined) return { state: 'skip', detail: 'not used (OTEL_EXPORTER_OTLP_ENDPOINT)' };
  const { url, headers, timeout } = traces;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"resourceSpans":[]}',
      signal: AbortSignal.timeout(timeout),
    });
    if (response.ok) return { state: 'ok', detail: `${url} accepts traces` };
    return {
      state: 'fail',
      detail: `${url} answered ${response.status}`,
      advice: 'It must accept OTLP over HTTP as JSON; see OTEL_EXPORTER_OTLP_HEADERS for its key.',
    };
  } catch (error) {
    return {
      state: 'fail',
      detail: `${url}: ${reasonOf(error)}`,
      advice: 'Check that the collector is running and accepts OTLP over HTTP (usually on port 4318).',
    };
  }
}
