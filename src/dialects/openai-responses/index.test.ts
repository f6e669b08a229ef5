import { describeDialect } from '../dialect.contract.ts';
import { openaiResponses } from './index.ts';

const CALL = { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"place":"Bern"}' };

describeDialect(openaiResponses, {
  requests: [
    {
      title: 'every member that has no canonical form',
      wire: {
        model: 'some-model',
        stream: true,
        input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
        previous_response_id: 'resp_1',
        store: true,
        background: true,
        include: ['reasoning.encrypted_content', 'file_search_call.results'],
        metadata: { trace: 'abc' },
        prompt_cache_key: 'key',
        safety_identifier: 'somebody',
        truncation: 'auto',
        max_tool_calls: 3,
        max_output_tokens: 5,
        stream_options: { include_obfuscation: false },
        text: { verbosity: 'low', format: { type: 'json_object' } },
        reasoning: { effort: 'high', summary: 'auto', context: 'all_turns' },
        tool_choice: { type: 'web_search' },
        tools: [{ type: 'web_search', search_context_size: 'low' }],
        service_tier: 'flex',
        user: 'user-1',
      },
    },
    {
      title: 'instructions beside system and developer messages',
      wire: {
        model: 'm',
        stream: false,
        instructions: 'Be brief.',
        input: [
          { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'And kind.' }] },
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
          { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'And clear.' }] },
        ],
      },
    },
    {
      title: 'the items of a long tool loop',
      wire: {
        model: 'm',
        stream: false,
        store: false,
        input: [
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'I should look.' }], encrypted_content: 'c2VjcmV0' },
          {
            type: 'message',
            role: 'assistant',
            id: 'msg_1',
            phase: 'commentary',
            content: [{ type: 'output_text', text: 'Looking.' }],
          },
          { ...CALL, id: 'fc_1', namespace: 'tools' },
          { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'Bern' } },
          { type: 'custom_tool_call', call_id: 'call_2', name: 'shell', input: 'date' },
          { type: 'function_call_output', call_id: 'call_1', output: 'rain' },
          {
            type: 'custom_tool_call_output',
            call_id: 'call_2',
            output: [
              { type: 'input_text', text: 'Monday' },
              { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' },
            ],
          },
          { type: 'custom_tool_call_output', id: 'ctco_1', call_id: 'call_stored', output: 'x' },
          { type: 'local_shell_call_output', id: 'lsh_1', output: '{}' },
        ],
      },
    },
    {
      title: 'reasoning in plain text, and reasoning that the upstream has stored',
      wire: {
        model: 'm',
        stream: false,
        input: [
          { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Hm.' }] },
          {
            type: 'reasoning',
            id: 'rs_3',
            summary: [{ type: 'summary_text', text: 'Both.' }],
            content: [{ type: 'reasoning_text', text: 'Both.' }],
          },
          { type: 'reasoning', id: 'rs_2', summary: [{ type: 'summary_text', text: 'Well.' }] },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] },
        ],
      },
    },
    {
      title: 'tools of all kinds, strict or not, and a choice among them',
      wire: {
        model: 'm',
        stream: false,
        input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
        tools: [
          { type: 'function', name: 'a', parameters: { type: 'object', properties: {} }, strict: true },
          { type: 'function', name: 'b', parameters: { type: 'object', properties: {} }, strict: false, defer_loading: true },
          { type: 'function', name: 'c', description: 'C', parameters: { type: 'object', properties: {} } },
          { type: 'custom', name: 'd', format: { type: 'text' } },
          { type: 'mcp', server_label: 'x', server_url: 'https://example.com/mcp' },
        ],
        tool_choice: {
          type: 'allowed_tools',
          mode: 'auto',
          tools: [
            { type: 'function', name: 'a' },
            { type: 'custom', name: 'd' },
          ],
        },
      },
    },
    {
      title: 'files, images, audio and cache breakpoints',
      wire: {
        model: 'm',
        stream: false,
        input: [
          {
            type: 'message',
            role: 'user',
            content: [
              { type: 'input_text', text: 'Look:', prompt_cache_breakpoint: { mode: 'explicit' } },
              { type: 'input_image', detail: 'low', image_url: 'https://example.com/cat.png' },
              { type: 'input_image', file_id: 'file_1' },
              { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
              { type: 'input_file', file_url: 'https://example.com/a.pdf' },
              { type: 'input_file', file_id: 'file_2' },
              { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
            ],
          },
        ],
      },
    },
    {
      title: 'a text as input',
      wire: { model: 'm', input: 'Hello', temperature: 0.5 },
      encoded: {
        model: 'm',
        stream: false,
        input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
        temperature: 0.5,
      },
    },
    {
      title: 'a stored prompt without input',
      wire: { model: 'm', stream: false, prompt: { id: 'pmpt_1' }, tool_choice: 'required', parallel_tool_calls: false },
      encoded: { model: 'm', stream: false, prompt: { id: 'pmpt_1' }, input: [], tool_choice: 'required', parallel_tool_calls: false },
    },
  ],
  refused: [
    { title: 'a request without input', wire: { model: 'm' }, param: 'input' },
    { title: 'an input that is neither text nor list', wire: { model: 'm', input: 7 }, param: 'input' },
    { title: 'an item that is no object', wire: { model: 'm', input: ['Hello'] }, param: 'input[0]' },
    { title: 'an item without a type', wire: { model: 'm', input: [{ content: 'Hello' }] }, param: 'input[0].type' },
    { title: 'an unknown role', wire: { model: 'm', input: [{ role: 'tool', content: 'x' }] }, param: 'input[0].role' },
    {
      title: 'a content part of another API',
      wire: { model: 'm', input: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] },
      param: 'input[0].content[0].type',
    },
    {
      title: 'an image without a source',
      wire: { model: 'm', input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      param: 'input[0].content[0].image_url',
    },
    {
      title: 'a file without a source',
      wire: { model: 'm', input: [{ role: 'user', content: [{ type: 'input_file' }] }] },
      param: 'input[0].content[0].file_data',
    },
    { title: 'a call without an id', wire: { model: 'm', input: [{ ...CALL, call_id: undefined }] }, param: 'input[0].call_id' },
    {
      title: 'a tool output of another type',
      wire: { model: 'm', input: [{ type: 'function_call_output', call_id: 'call_1', output: { a: 1 } }] },
      param: 'input[0].output',
    },
    { title: 'a reference to an item', wire: { model: 'm', input: [{ type: 'item_reference', id: 'msg_1' }] }, param: 'input[0]' },
    { title: 'a tool without a name', wire: { model: 'm', input: 'x', tools: [{ type: 'function' }] }, param: 'tools[0].name' },
    { title: 'an unknown tool choice', wire: { model: 'm', input: 'x', tool_choice: 'any' }, param: 'tool_choice' },
    {
      title: 'allowed tools without a mode',
      wire: { model: 'm', input: 'x', tool_choice: { type: 'allowed_tools', tools: [] } },
      param: 'tool_choice.mode',
    },
    {
      title: 'a schema without a name',
      wire: { model: 'm', input: 'x', text: { format: { type: 'json_schema', schema: {} } } },
      param: 'text.format.name',
    },
    { title: 'an unknown answer format', wire: { model: 'm', input: 'x', text: { format: { type: 'xml' } } }, param: 'text.format.type' },
    { title: 'a number in words', wire: { model: 'm', input: 'x', max_output_tokens: 'many' }, param: 'max_output_tokens' },
    { title: 'an effort that is no text', wire: { model: 'm', input: 'x', reasoning: { effort: 3 } }, param: 'reasoning.effort' },
  ],
  errors: [
    {
      title: 'all members of an error',
      status: 400,
      body: { error: { message: 'Bad.', type: 'invalid_request_error', param: 'input', code: 'bad' } },
      error: { status: 400, message: 'Bad.', type: 'invalid_request_error', param: 'input', code: 'bad' },
    },
    {
      title: 'an error without a code',
      status: 401,
      body: { error: { message: 'No key.', type: 'auth', param: null, code: null } },
      error: { status: 401, message: 'No key.', type: 'auth' },
    },
  ],
  cannotAsk: {
    'top k': 'there is no such member',
    'stop sequences': 'there is no such member',
    seed: 'there is no such member',
    penalties: 'there are no such members',
    'several choices': 'a response has one answer',
    video: 'no video is taken',
    'no reasoning': 'no word for it is understood by all models',
  },
  asksOtherwise: {
    'failed tool': 'a result has no mark of failure',
    'text document': 'a text is sent as a text',
    'reasoning budget': 'the budget becomes an effort',
    'cache hint': 'the upstream places its own unless the client spoke this dialect',
  },
  cannotAnswer: {
    'a refusal': 'a finish by refusal is an incomplete response for its content filter',
    'several choices': 'a response has one answer',
    'finish: stop sequence': 'the stop sequence is not told',
    'finish: refusal': 'an incomplete response for its content filter',
    'finish: pause': 'a completed response',
    'finish: error': 'a failed response',
  },
  losesIdentity: 'an id that is none of this API gives way to one of its form',
});
