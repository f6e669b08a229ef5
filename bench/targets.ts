import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Api } from './scenarios.ts';

/** Something that stands between a client and a provider. */
export interface Target {
  readonly id: string;
  readonly name: string;
  readonly apis: readonly Api[];
  /** Header lines of a request. */
  headers(api: Api): readonly string[];
  /** Installs what is missing and says how to start it; a text says why that is not possible. Absent: nothing stands between. */
  readonly prepare?: () => Launch | string;
}

/** How a target is started. */
export interface Launch {
  readonly version: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

const root = path.join(import.meta.dirname, '..');
const cache = path.join(root, '.cache', 'bench');

/** Port of the upstream, and of whatever stands before it: only one does at a time. */
export const PORTS = { upstream: 18700, gateway: 18701 };

const hostHeaders = (api: Api): readonly string[] => [`x-portkey-provider: ${api}`, `x-portkey-custom-host: http://127.0.0.1:${PORTS.upstream}/v1`];
const gatewayEnvironment = { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(PORTS.gateway), TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' };

/** What is compared: nothing, a reverse proxy that knows nothing of models, the gateway that Sluice replaces, and Sluice. */
export const TARGETS: readonly Target[] = [
  { id: 'direct', name: 'direct', apis: ['openai'], headers: () => [] },
  { id: 'nginx', name: 'nginx', apis: ['openai'], headers: () => [], prepare: prepareNginx },
  { id: 'sluice', name: 'Sluice', apis: ['openai', 'anthropic'], headers: hostHeaders, prepare: () => prepareSluice({}) },
  {
    id: 'unlogged',
    name: 'Sluice without its request log',
    apis: ['openai'],
    headers: hostHeaders,
    prepare: () => prepareSluice({ LOG_REQUESTS: '0' }),
  },
  { id: 'portkey', name: 'Portkey', apis: ['openai', 'anthropic'], headers: hostHeaders, prepare: preparePortkey },
];

function prepareSluice(env: Readonly<Record<string, string>>): Launch {
  const entry = path.join(root, 'dist', 'cli.js');
  const version = spawnSync(process.execPath, [entry, '--version'], { encoding: 'utf8' }).stdout.trim();
  return { version, command: [process.execPath, entry, 'start'], env: { ...gatewayEnvironment, ...env, SLUICE_DATA: path.join(cache, 'data') } };
}

/** With a newer server library than its own lockfile names, Portkey's streams fail. */
const PORTKEY = { '@portkey-ai/gateway': '1.15.2', hono: '4.9.7', '@hono/node-server': '1.13.5' };

function preparePortkey(): Launch | string {
  const folder = path.join(cache, 'portkey');
  const entry = path.join(folder, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
  if (!existsSync(entry)) {
    mkdirSync(folder, { recursive: true });
    const { '@portkey-ai/gateway': _, ...overrides } = PORTKEY;
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PORTKEY, overrides }));
    process.stderr.write('Installing Portkey …\n');
    const npm = spawnSync('npm install --ignore-scripts --no-audit --no-fund --loglevel=error', { cwd: folder, shell: true, encoding: 'utf8' });
    if (npm.status !== 0 || !existsSync(entry)) return `npm could not install it: ${npm.stderr.trim().split('\n')[0] ?? ''}`;
  }
  return {
    version: PORTKEY['@portkey-ai/gateway'],
    command: [process.execPath, entry, `--port=${PORTS.gateway}`, '--headless'],
    env: gatewayEnvironment,
  };
}

function prepareNginx(): Launch | string {
  const program = findNginx();
  if (program === undefined) return 'it is not installed, and apt-get could not fetch it';
  const folder = path.join(cache, 'nginx');
  mkdirSync(path.join(folder, 'logs'), { recursive: true });
  writeFileSync(path.join(folder, 'nginx.conf'), NGINX_CONFIG);
  const version = /nginx\/(\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stderr)?.[1] ?? 'unknown';
  return { version, command: [program, '-p', `${folder}/`, '-c', path.join(folder, 'nginx.conf'), '-g', 'daemon off;'] };
}

/** On the machine, or unpacked from Debian's package into the cache folder: that needs no rights. */
function findNginx(): string | undefined {
  const unpacked = path.join(cache, 'debian', 'usr', 'sbin', 'nginx');
  const works = (program: string): boolean => spawnSync(program, ['-v']).status === 0;
  const installed = ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx', unpacked].find(works);
  if (installed !== undefined) return installed;
  const folder = path.join(cache, 'debian');
  mkdirSync(folder, { recursive: true });
  process.stderr.write('Fetching nginx …\n');
  spawnSync('apt-get download nginx && for package in *.deb; do dpkg -x "$package" .; done', { cwd: folder, shell: true });
  return works(unpacked) ? unpacked : undefined;
}

/** A plain reverse proxy with connections kept open on both sides, an access log, and streams passed on at once. */
const NGINX_CONFIG = `
worker_processes 1;
pid nginx.pid;
error_log logs/error.log warn;
events { worker_connections 4096; }
http {
  access_log logs/access.log combined buffer=64k;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  keepalive_requests 100000000;
  client_body_buffer_size 128k;
  upstream provider { server 127.0.0.1:${PORTS.upstream}; keepalive 1024; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${PORTS.gateway};
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
