import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../ir/json.ts';
import type { ChatRequest, FunctionTool, Tool } from '../ir/request.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { withDescribedTools } from './described-tools.ts';
import { openaiChat } from './openai-chat/index.ts';

function asked(...tools: readonly JsonObject[]): ChatRequest {
  return anthropicMessages.request.decode({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], tools }, {});
}

function described(tool: JsonObject): FunctionTool {
  const [only] = withDescribedTools(asked(tool), 'openai-chat').tools as readonly Tool[];
  assert.equal(only?.type, 'function');
  return only;
}

function membersOf(tool: JsonObject): string[] {
  return Object.keys(described(tool).parameters?.properties as JsonObject);
}

function wordsOf(tool: JsonObject, member: string): unknown {
  return (described(tool).parameters?.properties as Record<string, JsonObject>)[member]?.['enum'];
}

describe('tools that Anthropic has defined and clients run', () => {
  it('are functions of the same name for other models', () => {
    const { name, parameters } = described({ type: 'bash_20250124', name: 'bash' });
    assert.deepEqual([name, Object.keys(parameters?.properties as JsonObject)], ['bash', ['command', 'restart']]);
    assert.deepEqual(membersOf({ type: 'memory_20250818', name: 'memory' }).slice(-2), ['old_path', 'new_path']);
  });

  it('take what their version takes', () => {
    const first = { type: 'text_editor_20250124', name: 'str_replace_editor' };
    const later = { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' };
    assert.deepEqual([membersOf(first).includes('insert_text'), membersOf(later).includes('insert_text')], [false, true]);
    assert.deepEqual(wordsOf(first, 'command'), ['view', 'create', 'str_replace', 'insert', 'undo_edit']);
    assert.deepEqual(wordsOf(later, 'command'), ['view', 'create', 'str_replace', 'insert']);
    const screen = { name: 'computer', display_width_px: 1024, display_height_px: 768 };
    assert.match(described({ type: 'computer_20250124', ...screen }).description ?? '', /1024×768/);
    assert.ok((wordsOf({ type: 'computer_20250124', ...screen }, 'action') as string[]).includes('scroll'));
    assert.ok(!(wordsOf({ type: 'computer_20241022', ...screen }, 'action') as string[]).includes('scroll'));
    assert.ok((wordsOf({ type: 'computer_20251124', ...screen, enable_zoom: true }, 'action') as string[]).includes('zoom'));
  });

  it('are described for clients of the chat format as well', () => {
    const wire = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], tools: [{ type: 'bash_20250124', name: 'bash' }] };
    const [tool] = withDescribedTools(openaiChat.request.decode(wire, {}), 'gemini').tools ?? [];
    assert.equal(tool?.type, 'function');
  });

  it('stay as they are for Claude, wherever it is asked', () => {
    const request = asked({ type: 'bash_20250124', name: 'bash' });
    assert.equal(withDescribedTools(request, 'anthropic-messages'), request);
    const claude = { ...request, model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' };
    assert.equal(withDescribedTools(claude, 'bedrock-converse'), claude);
    assert.equal(withDescribedTools({ ...request, model: 'amazon.nova-pro-v1:0' }, 'bedrock-converse').tools?.[0]?.type, 'function');
  });

  it('are not mistaken for those that the provider runs', () => {
    const request = asked({ type: 'web_search_20250305', name: 'web_search' }, { name: 'f', input_schema: { type: 'object' } });
    assert.equal(withDescribedTools(request, 'openai-chat'), request);
  });
});
