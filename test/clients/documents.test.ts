import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { useGateway } from '../support/gateway.ts';

const page = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'clients.md'), 'utf8');
const snippets = [...page.matchAll(/^```ts\n\/\/ (.+?)$(.*?)^```$/gms)].map(([, title = '', code = '']) => ({ title, code }));

/** Among the packages, so that the blocks find the clients. */
const folder = path.join(import.meta.dirname, 'node_modules', '.cache', `snippets-${process.pid}`);

describe('the page about clients', () => {
  const gateway = useGateway();
  after(() => rmSync(folder, { recursive: true, force: true }));
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

  for (const [index, { title, code }] of snippets.entries()) {
    it(`shows how to reach the gateway with ${title}`, async () => {
      const file = path.join(folder, `${index}.mjs`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, code.replaceAll('http://127.0.0.1:8787', gateway.url).replace('console.log(', 'export default ('));
      const { default: said } = (await import(pathToFileURL(file).href)) as { default: unknown };
      assert.ok(typeof said === 'string' && said.length > 5, String(said));
    });
  }

  it('names every client that is tested', () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'package.json'), 'utf8')) as { dependencies: object };
    const helpers = new Set(['@langchain/core']);
    const unnamed = Object.keys(dependencies).filter((name) => !helpers.has(name) && !page.includes(name));
    assert.deepEqual(unnamed, []);
  });
});
