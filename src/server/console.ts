import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { splitTarget } from './request-parts.ts';

/** Where the console lives. */
const CONSOLE_PATH = '/console/';

/** Whether a path is the console's. */
export function isConsolePath(pathname: string): boolean {
  return pathname.startsWith(CONSOLE_PATH) || pathname === '/console';
}

/** Where its files may lie: beside the built gateway, or, while that runs from its sources, where the build puts them. */
const FOLDERS = ['./console', '../../dist/console'].map((name) => fileURLToPath(new URL(name, import.meta.url)));

/** Nothing comes from anywhere else, and no other page shows this one; pictures that are pasted into a chat are the page's own data. */
const POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
};

/** Encodings that files may lie in beside themselves, the smaller first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface Asset {
  readonly type: string;
  readonly etag: string;
  /** Its name says what is in it, so that it may be kept for ever. */
  readonly isImmutable: boolean;
  /** By encoding; `identity` is always there. */
  readonly bodies: ReadonlyMap<string, Buffer>;
}

interface Build {
  /** Tells one build from another. */
  readonly stamp: string;
  readonly assets: ReadonlyMap<string, Asset>;
}

/** Answers the requests for the console's files. Every other path below it is a page of the console, which it finds by itself. */
export function createConsole(folders: readonly string[] = FOLDERS): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let build: Build | undefined;
  return async (request, response) => {
    const { pathname } = splitTarget(request.url ?? CONSOLE_PATH);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response);
    if (pathname === '/console') return redirect(response);
    build = await freshBuild(folders, build);
    if (build === undefined) return sayMissing(response);
    const name = pathname.slice(CONSOLE_PATH.length);
    const asset = build.assets.get(name) ?? (name.startsWith('assets/') ? undefined : build.assets.get('index.html'));
    if (asset === undefined)
      return sendText(response, { status: 404, text: 'There is no such file; the console may have been built anew: reload the page.\n' });
    send(request, response, asset);
  };
}

/** The build that lies there now; undefined where there is none. */
async function freshBuild(folders: readonly string[], known: Build | undefined): Promise<Build | undefined> {
  for (const folder of folders) {
    const index = await stat(path.join(folder, 'index.html')).catch(() => undefined);
    if (index === undefined) continue;
    const stamp = `${folder} ${index.mtimeMs} ${index.size}`;
    return known?.stamp === stamp ? known : { stamp, assets: await readAssets(folder) };
  }
  return undefined;
}

async function readAssets(folder: string): Promise<Build['assets']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const files = new Set(names);
  const assets = await Promise.all(
    names
      .filter((name) => path.extname(name) in TYPES)
      .map(async (name) => [name.split(path.sep).join('/'), await readAsset(folder, name, files)] as const),
  );
  return new Map(assets);
}

async function readAsset(folder: string, name: string, files: ReadonlySet<string>): Promise<Asset> {
  const body = await readFile(path.join(folder, name));
  const bodies = new Map([['identity', body]]);
  for (const [encoding, suffix] of ENCODINGS) if (files.has(name + suffix)) bodies.set(encoding, await readFile(path.join(folder, name + suffix)));
  return {
    type: TYPES[path.extname(name)] as string,
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
    isImmutable: name.startsWith(`assets${path.sep}`),
    bodies,
  };
}

function send(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding = ENCODINGS.find(([name]) => asset.bodies.has(name) && accepts(accepted, name))?.[0] ?? 'identity';
  const body = asset.bodies.get(encoding) as Buffer;
  const etag = `"${asset.etag}-${encoding}"`;
  const headers = ['etag', etag, 'cache-control', asset.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache', 'vary', 'accept-encoding'];
  headers.push('x-content-type-options', 'nosniff', 'referrer-policy', 'same-origin');
  if (asset.type.startsWith('text/html')) headers.push('content-security-policy', POLICY, 'cross-origin-opener-policy', 'same-origin');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  if (encoding !== 'identity') headers.push('content-encoding', encoding);
  response.writeHead(200, [...headers, 'content-type', asset.type, 'content-length', String(body.length)]);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Whether a client takes an encoding: it names it, and not with the weight 0. */
function accepts(header: string, encoding: string): boolean {
  const part = header.split(',').find((one) => one.split(';', 1)[0]?.trim().toLowerCase() === encoding);
  return part !== undefined && !/;\s*q=0(?:\.0*)?\s*$/.test(part);
}

interface Words {
  readonly status: number;
  readonly text: string;
  readonly headers?: readonly string[];
}

function sendText(response: ServerResponse, { status, text, headers = [] }: Words): void {
  response.writeHead(status, [...headers, 'content-type', 'text/plain; charset=utf-8', 'content-length', String(Buffer.byteLength(text))]);
  response.end(text);
}

function refuse(response: ServerResponse): void {
  sendText(response, { status: 405, text: 'The console is read with GET.\n', headers: ['allow', 'GET, HEAD'] });
}

function redirect(response: ServerResponse): void {
  response.writeHead(308, ['location', CONSOLE_PATH, 'content-length', '0']);
  response.end();
}

function sayMissing(response: ServerResponse): void {
  const text = 'The console has not been built. Run `npm run build` where the gateway lies, then reload this page.\n';
  sendText(response, { status: 503, text, headers: ['cache-control', 'no-store'] });
}
