import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../ir/json.ts';
import { openaiResponses } from './index.ts';

const FUNCTION = { type: 'function', name: 'shell', parameters: { type: 'object', properties: {} } };

function inseparable(request: JsonObject): string | undefined {
  const decoded = openaiResponses.request.decode({ model: 'm', input: 'Hello', ...request }, {});
  return openaiResponses.inseparable?.(decoded)?.param;
}

describe('a request for what only a Responses host has', () => {
  it('is told apart from one that offers a search of the web beside functions, as coding tools do with every request', () => {
    assert.equal(inseparable({ tools: [FUNCTION, { type: 'web_search' }] }), undefined);
    assert.equal(inseparable({ tools: [FUNCTION, { type: 'web_search_preview' }], tool_choice: 'auto' }), undefined);
  });

  it('is recognised by a search that is all there is, or is demanded', () => {
    assert.equal(inseparable({ tools: [{ type: 'web_search' }] }), 'tools[0]');
    assert.equal(inseparable({ tools: [FUNCTION, { type: 'web_search' }], tool_choice: { type: 'web_search' } }), 'tools[1]');
  });

  it('is recognised by tools that bring what the host keeps', () => {
    assert.equal(inseparable({ tools: [FUNCTION, { type: 'file_search', vector_store_ids: ['vs_1'] }] }), 'tools[1]');
  });
});
