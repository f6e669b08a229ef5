import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { openGateway, type OpenGateway } from '../../src/server/start.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Where screenshots are kept; git ignores it. */
const SCREENSHOTS = path.join(ROOT, '.ci', 'output', 'console');

/** Why the console cannot be tested here; false where it can. */
export const skip: string | false = missing();

function missing(): string | false {
  if (CHROMIUM === undefined) return 'there is no Chromium (Debian package `chromium`) for the tests of the console';
  return existsSync(path.join(ROOT, 'dist', 'console', 'index.html')) ? false : 'the console has not been built (`npm run build`)';
}

export interface View {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
}

/** A page of the console, with what went wrong on it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to any other host. */
  readonly faults: string[];
}

/** What of an answer of the admin interface the tests read. */
export interface Reply {
  readonly id: string;
  readonly provider?: string;
  /** Of a new API key. */
  readonly key: string;
  readonly data: readonly Reply[];
}

export interface TestConsole {
  url: string;
  /** Opens a page, as `/logs`, and waits until it shows what it has. */
  open(path: string, view?: View): Promise<OpenPage>;
  /** Sends a chat through the gateway. */
  chat(body: object, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Asks the admin interface; posts where there is a body. */
  admin(path: string, body?: object): Promise<Reply>;
}

/** A gateway with a log of its own, and a browser, for the tests of a file. */
export function useConsole(env: Readonly<Record<string, string>> = {}): TestConsole {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-console-'));
  const contexts = new Map<string, BrowserContext>();
  let gateway: OpenGateway | undefined;
  let browser: Browser | undefined;
  before(async () => {
    if (skip !== false) return;
    gateway = await openGateway({ PORT: '0', SLUICE_DATA: folder, DRAIN_TIMEOUT: '1', ALLOW_FAULT_INJECTION: '1', ...env });
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox'] });
    seen.url = gateway.url;
  });
  after(async () => {
    await browser?.close();
    await gateway?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const headers = { 'content-type': 'application/json' };
  const seen: TestConsole = {
    url: '',
    async open(where, { width = 1440, theme = 'light' } = {}) {
      const options = { viewport: { width, height: width > 800 ? 900 : 844 }, colorScheme: theme };
      const context = contexts.get(`${width} ${theme}`) ?? (await (browser as Browser).newContext(options));
      contexts.set(`${width} ${theme}`, context);
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const faults = watch(page, seen.url);
      await page.goto(`${seen.url}/console${where}`);
      await settled(page);
      return { page, faults };
    },
    chat: (body, more = {}) =>
      fetch(`${seen.url}/v1/chat/completions`, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) }),
    async admin(where, body) {
      const request = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
      const response = await fetch(`${seen.url}/admin/v1${where}`, request);
      const text = await response.text();
      assert.ok(response.ok, `${where}: ${response.status} ${text}`);
      return JSON.parse(text) as Reply;
    },
  };
  return seen;
}

function watch(page: Page, url: string): string[] {
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(`${message.text()} ${message.location().url}`));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && new URL(request.url()).origin !== url) faults.push(`a request to ${request.url()}`);
  });
  return faults;
}

/** Waits for the page's title, and until nothing of it is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready.then(() => undefined)');
}

/** Keeps a picture of the page, all of it. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true, animations: 'disabled' });
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds that is serious or worse, a line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate<Violation[]>("axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)");
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join('; ')}`);
}
