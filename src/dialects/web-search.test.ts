import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectId } from '../ir/dialect-id.ts';
import type { JsonObject } from '../ir/json.ts';
import type { ChatRequest, Tool } from '../ir/request.ts';
import { withSearch } from './web-search.ts';

const LOOK: Tool = { type: 'function', name: 'look' };
const place = { type: 'approximate', city: 'Jena', country: 'DE' };

function asking(tools: readonly Tool[], members: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'm', stream: false, messages: [], sampling: {}, extra: {}, tools, ...members };
}

/** The tool in the dialect of an upstream, or its type where it stays what it is. */
function rewritten([dialect, value]: readonly [DialectId, JsonObject], upstream: DialectId, ...others: Tool[]): unknown {
  const { request, dropped } = withSearch(asking([{ type: 'hosted', dialect, value }, ...others]), upstream);
  const tool = request.tools?.find((candidate) => candidate.type === 'hosted');
  assert.deepEqual(request.tools?.slice(1), others);
  return tool?.dialect === upstream ? [JSON.parse(JSON.stringify(tool.value)), dropped] : 'as it was';
}

describe('a search of the web', () => {
  it('is asked of each provider in the words of its own dialect', () => {
    const responses = {
      type: 'web_search',
      filters: { allowed_domains: ['a.com'] },
      user_location: { ...place, region: null },
      search_context_size: 'low',
    };
    const messages = { type: 'web_search_20250305', name: 'web_search', allowed_domains: ['a.com'], user_location: place };
    assert.deepEqual(rewritten(['openai-responses', responses], 'anthropic-messages'), [messages, ['tools.web_search.search_context_size']]);
    assert.deepEqual(rewritten(['anthropic-messages', { ...messages, max_uses: 3 }], 'openai-responses'), [
      { type: 'web_search', filters: { allowed_domains: ['a.com'] }, user_location: place },
      ['tools.web_search.max_uses'],
    ]);
    for (const type of ['web_search', 'web_search_2025_08_26', 'web_search_preview', 'web_search_preview_2025_03_11']) {
      assert.deepEqual(rewritten(['openai-responses', { type }], 'gemini'), [{ googleSearch: {} }, []]);
    }
    assert.deepEqual(rewritten(['gemini', { googleSearch: {} }], 'openai-responses'), [{ type: 'web_search' }, []]);
    assert.deepEqual(rewritten(['gemini', { googleSearch: {} }], 'anthropic-messages', LOOK), [
      { type: 'web_search_20250305', name: 'web_search' },
      [],
    ]);
  });

  it('stays what it is where the provider has none, or none like it', () => {
    assert.equal(rewritten(['openai-responses', { type: 'web_search' }], 'openai-chat'), 'as it was');
    assert.equal(rewritten(['openai-responses', { type: 'file_search' }], 'anthropic-messages'), 'as it was');
    assert.equal(rewritten(['gemini', { codeExecution: {} }], 'anthropic-messages'), 'as it was');
    // Answers from elsewhere would not be answers to the request.
    assert.equal(rewritten(['openai-responses', { type: 'web_search', filters: { allowed_domains: ['a.com'] } }], 'gemini'), 'as it was');
    // Gemini's older models refuse to search beside functions.
    assert.equal(rewritten(['openai-responses', { type: 'web_search' }], 'gemini', LOOK), 'as it was');
    assert.equal(rewritten(['anthropic-messages', { type: 'web_search_20250305', blocked_domains: ['b.com'] }], 'openai-responses'), 'as it was');
  });

  it('is a tool of its own where a chat request has an option for it', () => {
    const options = { search_context_size: 'high', user_location: { type: 'approximate', approximate: { country: 'DE' } } };
    const request = asking([], { extra: { 'openai-chat': { web_search_options: options, verbosity: 'low' } } });
    const { request: found, dropped } = withSearch(request, 'anthropic-messages');
    assert.deepEqual(JSON.parse(JSON.stringify(found.tools)), [
      {
        type: 'hosted',
        dialect: 'anthropic-messages',
        value: { type: 'web_search_20250305', name: 'web_search', user_location: { type: 'approximate', country: 'DE' } },
      },
    ]);
    assert.deepEqual(found.extra, { 'openai-chat': { verbosity: 'low' } });
    assert.deepEqual(dropped, ['tools.web_search.search_context_size']);
    assert.equal(withSearch(request, 'cohere-chat').request, request);
  });

  it('changes nothing where none is asked for', () => {
    const request = asking([LOOK]);
    assert.equal(withSearch(request, 'gemini').request, request);
  });
});
