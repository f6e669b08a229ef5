import { deepEqual, equal, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startBuiltGateway } from './processes.ts';

const BUILD = `import { buildIfStale } from './scripts/build.mjs'; await buildIfStale();`;

/** Requests in a second, and seconds of them before the gateway is killed. */
const RATE = 500;
const SECONDS = 3;

/** Asks for answers, whole and streamed, at a rate; gives the ids of those that came to their end. */
async function load(url: string, isOver: () => boolean): Promise<string[]> {
  const agent = new Agent({ connections: 64, pipelining: 1 });
  const answered: string[] = [];
  const underWay = new Set<Promise<void>>();
  const ask = async (count: number): Promise<void> => {
    try {
      const { headers, body } = await request(`${url}/v1/chat/completions`, {
        method: 'POST',
        dispatcher: agent,
        headers: { 'content-type': 'application/json', 'x-portkey-provider': 'mock', 'x-portkey-metadata': `{"turn":"${count}"}` },
        body: JSON.stringify({ model: 'mock', stream: count % 2 === 0, messages: [{ role: 'user', content: `Question number ${count}` }] }),
      });
      const text = await body.text();
      ok(count % 2 === 1 || text.endsWith('data: [DONE]\n\n'));
      answered.push(String(headers['x-sluice-request-id']));
    } catch {
      // The gateway was killed before the end of the answer.
    }
  };
  const start = performance.now();
  for (let count = 0; !isOver();) {
    for (const due = ((performance.now() - start) / 1000) * RATE; count < due; count += 1) {
      const call = ask(count).finally(() => underWay.delete(call));
      underWay.add(call);
    }
    await sleep(2);
  }
  await Promise.all(underWay);
  await agent.close();
  return answered;
}

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

async function loggedIds(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ;) {
    const response = await fetch(`${url}/admin/v1/logs?limit=200&from=0&cursor=${cursor}`);
    const page = (await response.json()) as Page;
    ids.push(...page.data.map(({ id }) => id));
    if (page.next_cursor === null) return ids;
    cursor = page.next_cursor;
  }
}

/** What is in the log once nothing more comes into it. */
async function settledIds(url: string, expected: number): Promise<string[]> {
  for (let before = -1; ;) {
    const ids = await loggedIds(url);
    if (ids.length === before && ids.length >= expected) return ids;
    if (ids.length === before) {
      await sleep(2000);
      const last = await loggedIds(url);
      if (last.length === before) return last;
    }
    before = ids.length;
    await sleep(500);
  }
}

describe('a gateway that is killed under load', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-parity-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test(`has every call in its log that it answered, and none twice, at ${RATE} requests a second`, async (context) => {
    execFileSync(process.execPath, ['--input-type=module', '-e', BUILD, import.meta.filename], { cwd: path.join(import.meta.dirname, '..', '..') });
    const answered: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const gateway = await startBuiltGateway({ SLUICE_DATA: folder });
      let isKilled = false;
      const loading = load(gateway.url, () => isKilled);
      await sleep(SECONDS * 1000);
      gateway.kill('SIGKILL');
      isKilled = true;
      await gateway.ended;
      answered.push(...(await loading));
    }
    const gateway = await startBuiltGateway({ SLUICE_DATA: folder });
    const logged = await settledIds(gateway.url, answered.length);
    gateway.kill('SIGTERM');
    equal((await gateway.ended).code, 0);
    const inLog = new Set(logged);
    context.diagnostic(`${answered.length} answered, ${logged.length} in the log`);
    ok(answered.length > RATE, `only ${answered.length} were answered`);
    deepEqual(
      answered.filter((id) => !inLog.has(id)),
      [],
      'lost',
    );
    equal(logged.length, inLog.size, 'doubled');
  });
});
