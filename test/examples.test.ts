import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { METRICS } from '../src/telemetry/metrics.ts';
import type { MetricDefinition } from '../src/telemetry/registry.ts';
import { fakeUpstream } from './support/fake-upstream.ts';

const root = path.join(import.meta.dirname, '..');
const examples = path.join(root, 'examples');
const read = (name: string): string => readFileSync(path.join(examples, name), 'utf8');

/** Labels that Prometheus adds. */
const ADDED = ['job', 'instance', 'le'];
const definitions: ReadonlyMap<string, MetricDefinition> = new Map(Object.values(METRICS).map((definition) => [definition.name, definition]));

/** What is wrong with a query: metrics that do not exist, and labels that they do not have. */
function problemsIn(query: string): string[] {
  const text = query.replaceAll('$__rate_interval', '5m');
  const names = [...text.matchAll(/\b((?:sluice|process|nodejs)_[a-z_]+)/g)].map(([, name]) => name as string);
  const families = names.map((name) => definitions.get(name) ?? definitions.get(name.replace(/_(?:bucket|sum|count)$/, '')));
  const unknown = names.filter((_, index) => families[index] === undefined);
  const known = new Set([...ADDED, ...families.flatMap((family) => family?.labels ?? [])]);
  const grouped = [...text.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list as string).split(',').map((label) => label.trim()));
  const selected = [...text.matchAll(/([a-z_]+)(?:=~|!~|!=|=)"/g)].map(([, label]) => label as string);
  const strange = [...grouped, ...selected].filter((label) => !known.has(label));
  return [...unknown, ...strange.map((label) => `label ${label}`), ...(names.length === 0 ? ['no metric'] : [])].map(
    (problem) => `${problem} in ${query}`,
  );
}

it('a query for what does not exist is found out', () => {
  assert.equal(problemsIn('sum by (colour) (rate(sluice_nothing_total{shape="x"}[5m]))').length, 3);
  assert.deepEqual(problemsIn('sum by (status) (rate(sluice_calls_total{model="x"}[5m]))'), []);
});

interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[] };
}

describe('the dashboard', () => {
  const dashboard = JSON.parse(read('grafana-dashboard.json')) as Dashboard;
  const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

  it('asks only for metrics that exist, by labels that they have', () => {
    assert.ok(queries.length > 20);
    assert.deepEqual(queries.flatMap(problemsIn), []);
  });

  it('uses only variables that it has', () => {
    const names = new Set(['__rate_interval', 'datasource', ...dashboard.templating.list.map(({ name }) => name)]);
    const used = [...JSON.stringify(dashboard.panels).matchAll(/\$\{?([a-zA-Z_]+)/g)].map(([, name]) => name as string);
    assert.deepEqual(
      [...new Set(used)].filter((name) => !names.has(name)),
      [],
    );
    const asked = dashboard.templating.list.flatMap(({ query }) =>
      typeof query === 'string' ? [] : [query.query.replace(/^label_values\((.*), .*\)$/, '$1')],
    );
    assert.deepEqual(asked.flatMap(problemsIn), []);
  });

  it('has a number of its own for each panel', () => {
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  });
});

describe('the alerts', () => {
  it('ask only for metrics that exist, by labels that they have', () => {
    const { groups } = parse(read('prometheus/alerts.yml')) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    assert.ok(rules.length > 3);
    assert.deepEqual(
      rules.flatMap(({ expr }) => problemsIn(expr)),
      [],
    );
  });

  it('are where Prometheus looks for them', () => {
    const { rule_files: files, scrape_configs: jobs } = parse(read('prometheus/prometheus.yml')) as {
      rule_files: string[];
      scrape_configs: { job_name: string }[];
    };
    const compose = parse(read('docker/compose.yaml')) as Compose;
    assert.deepEqual(
      [files, jobs.map((job) => job.job_name), compose.services['prometheus']?.volumes],
      [['/etc/prometheus/alerts.yml'], ['sluice'], ['../prometheus:/etc/prometheus:ro']],
    );
  });
});

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment?: Readonly<Record<string, string>>;
        readonly volumes?: readonly string[];
        readonly build?: { readonly context: string; readonly dockerfile: string };
      }
    >
  >;
}

/** Names of environment variables that the gateway reads, as its sources and its pages have them. */
const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(path.join(root, 'src', name), 'utf8'))
  .join('\n');
const isRead = (name: string): boolean => new RegExp(`['"\`]${name}['"\`]`).test(sources) || name === 'NODE_ENV';

describe('the containers', () => {
  const dockerfile = read('docker/Dockerfile');
  const compose = parse(read('docker/compose.yaml')) as Compose;

  it('set only variables that the gateway reads', () => {
    const set = [
      ...Object.keys(compose.services['gateway']?.environment ?? {}),
      ...[...dockerfile.matchAll(/\b([A-Z_]{4,})=/g)].map(([, name]) => name as string),
    ];
    assert.ok(set.length > 8);
    assert.deepEqual(
      set.filter((name) => !isRead(name)),
      [],
    );
  });

  it('build from a Dockerfile that is there, on a Node that the gateway runs on, as nobody special', () => {
    const { build } = compose.services['gateway'] ?? {};
    assert.equal(path.join(examples, 'docker', build?.context ?? '', build?.dockerfile ?? ''), path.join(examples, 'docker/Dockerfile'));
    const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
    const versions = [...dockerfile.matchAll(/^FROM node:(\d+)-slim/gm)].map(([, version]) => version);
    assert.deepEqual(new Set(versions), new Set([devDependencies['node']?.split('.')[0]]));
    assert.ok(dockerfile.indexOf('\nUSER node\n') > dockerfile.lastIndexOf('\nFROM '));
  });

  it('are healthy while the gateway is ready, and only then', async () => {
    const [command, ...args] = JSON.parse(/^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
    assert.equal(command, 'node');
    const paths: string[] = [];
    const gateway = await fakeUpstream((request, response) => {
      paths.push(request.url);
      response.writeHead(paths.length === 1 ? 200 : 503).end();
    });
    const check = (port: number): Promise<number | null> => run(args, String(port));
    const statuses = [await check(gateway.port), await check(gateway.port)];
    await gateway.close();
    assert.deepEqual([...statuses, await check(gateway.port)], [0, 1, 1]);
    assert.deepEqual(paths, ['/readyz', '/readyz']);
  });
});

async function run(args: readonly string[], port: string): Promise<number | null> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => spawn(process.execPath, args, { env: { PORT: port } }).on('close', resolve));
}

describe('the unit of systemd', () => {
  const unit = read('systemd/sluice.service');

  it('starts the gateway with settings that it reads, and lets it finish', () => {
    const settings = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, list]) => (list as string).split(' '));
    assert.deepEqual(
      settings.map((pair) => pair.split('=')[0] as string).filter((name) => !isRead(name)),
      [],
    );
    const drain = Number(settings.find((pair) => pair.startsWith('DRAIN_TIMEOUT='))?.split('=')[1]);
    assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) > drain);
    assert.match(unit, /^ExecStart=\S+ \S+\/dist\/cli\.js start$/m);
  });

  it('is one that systemd understands', { skip: spawnSync('systemd-analyze', ['--version']).error === undefined ? false : 'no systemd here' }, () => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', path.join(examples, 'systemd/sluice.service')], { encoding: 'utf8' });
    // Node need not be where the unit has it.
    const complaints = stderr.split('\n').filter((line) => line.includes('sluice.service') && !line.includes('is not executable'));
    assert.deepEqual(complaints, []);
  });
});
