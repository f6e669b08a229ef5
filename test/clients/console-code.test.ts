import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { SNIPPETS } from '../../console/src/code/snippets.ts';
import { useGateway } from '../support/gateway.ts';

const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const CALL = { id: 'call_1', type: 'function', function: { name: 'locate', arguments: '{"x":1}' } };

/** A call with all that the playground can send. */
const BODY = {
  model: 'mock',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Where is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE}` } },
      ],
    },
    { role: 'assistant', content: null, tool_calls: [CALL] },
    { role: 'tool', tool_call_id: 'call_1', content: 'in Delft' },
    { role: 'user', content: 'And in which country?' },
  ],
  temperature: 0.5,
  max_tokens: 200,
};
const SCHEMA = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'], additionalProperties: false };
const PARTS = {
  'an answer as it comes': { stream: true },
  'an answer in one piece, by a schema': { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: SCHEMA } } },
  'an answer that calls a tool': { tools: [{ type: 'function', function: { name: 'locate', parameters: { type: 'object', properties: {} } } }] },
};

/** Among the packages, so that the programs find the clients. */
const folder = path.join(import.meta.dirname, 'node_modules', '.cache', `console-code-${process.pid}`);

describe('the code that the console writes', { concurrency: 4 }, () => {
  const gateway = useGateway();
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const { id, title, write } of SNIPPETS.filter((snippet) => !snippet.title.includes('Python') && snippet.id !== 'curl')) {
    for (const [what, part] of Object.entries(PARTS)) {
      it(`gets ${what} with ${title}`, async () => {
        const file = path.join(folder, `${id}-${Object.keys(part)[0]}.mjs`);
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, write({ origin: gateway.url, headers: { 'x-sluice-provider': 'mock' }, body: { ...BODY, ...part } }));
        const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file]);
        assert.ok(stdout.trim().length > 2, stdout);
      });
    }
  }
});
