import { describeDialect } from '../dialect.contract.ts';
import { anthropicMessages } from './index.ts';

const MODEL = 'claude-sonnet-4-5';
const HELLO = { role: 'user', content: 'Hello' };
const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a place',
  input_schema: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
};

describeDialect(anthropicMessages, {
  requests: [
    { title: 'a question', wire: { model: MODEL, max_tokens: 100, messages: [HELLO] } },
    {
      title: 'sampling, user and tier',
      wire: {
        model: MODEL,
        max_tokens: 100,
        messages: [HELLO],
        temperature: 0.5,
        top_k: 40,
        stop_sequences: ['END'],
        metadata: { user_id: 'user-17' },
        service_tier: 'standard_only',
        stream: true,
      },
    },
    {
      title: 'a cached system prompt and cached tools',
      wire: {
        model: MODEL,
        max_tokens: 100,
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
        messages: [HELLO],
        tools: [{ ...WEATHER, strict: true, defer_loading: true, cache_control: { type: 'ephemeral' } }],
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      },
    },
    {
      title: 'a tool loop with thinking',
      wire: {
        model: MODEL,
        max_tokens: 4000,
        thinking: { type: 'enabled', budget_tokens: 2048 },
        tools: [WEATHER],
        messages: [
          HELLO,
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
              { type: 'redacted_thinking', data: 'c2VjcmV0' },
              { type: 'text', text: 'I will look.' },
              { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { place: 'Bern' } },
            ],
          },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'toolu_1',
                content: [
                  { type: 'text', text: 'a map' },
                  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0=' } },
                ],
                is_error: true,
                cache_control: { type: 'ephemeral' },
              },
              { type: 'text', text: 'And tomorrow?' },
            ],
          },
        ],
      },
    },
    {
      title: 'documents from every source',
      wire: {
        model: MODEL,
        max_tokens: 100,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }, title: 'A', context: 'B' },
              { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
              { type: 'document', source: { type: 'file', file_id: 'file_1' } },
              { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Once' }, citations: { enabled: true } },
              { type: 'image', source: { type: 'file', file_id: 'file_2' } },
              { type: 'container_upload', file_id: 'file_3' },
            ],
          },
        ],
      },
    },
    {
      title: 'server tools, their blocks and citations',
      wire: {
        model: MODEL,
        max_tokens: 100,
        tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }],
        messages: [
          HELLO,
          {
            role: 'assistant',
            content: [
              { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'rain' } },
              { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
              {
                type: 'text',
                text: 'Rain.',
                citations: [{ type: 'web_search_result_location', url: 'https://example.com', title: 'R', cited_text: 'r', encrypted_index: 'e' }],
              },
            ],
          },
          HELLO,
        ],
      },
    },
    {
      title: 'members that the canonical form has no place for',
      wire: {
        model: 'claude-opus-5',
        max_tokens: 100,
        messages: [HELLO],
        container: 'container_1',
        mcp_servers: [{ type: 'url', url: 'https://example.com/mcp', name: 'mcp' }],
        context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
        metadata: { user_id: 'u', team: 't' },
        output_config: { effort: 'low', task_budget: { type: 'tokens', total: 9 } },
        thinking: { type: 'adaptive', display: 'summarized', block_binding: 'x' },
      },
    },
    {
      title: 'a way of thinking that has no canonical word',
      wire: { model: 'claude-sonnet-5-5', max_tokens: 100, messages: [HELLO], thinking: { type: 'between_tools' } },
    },
    {
      title: 'system instructions inside the conversation, which are hoisted',
      wire: {
        model: MODEL,
        max_tokens: 100,
        system: 'Be brief.',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Hello' },
              { type: 'mid_conv_system', content: [{ type: 'text', text: 'Be kind.' }] },
            ],
          },
          { role: 'system', content: 'Be fast.' },
          { role: 'system', output_config: { effort: 'low' } },
        ],
      },
      encoded: {
        model: MODEL,
        max_tokens: 100,
        system: [
          { type: 'text', text: 'Be brief.' },
          { type: 'text', text: 'Be kind.' },
          { type: 'text', text: 'Be fast.' },
        ],
        messages: [HELLO],
      },
    },
    {
      title: 'the beta name of the answer format, under the present one',
      wire: {
        model: MODEL,
        max_tokens: 100,
        messages: [HELLO],
        output_format: { type: 'json_schema', schema: { type: 'object', properties: { item: { type: 'object' } } } },
      },
      encoded: {
        model: MODEL,
        max_tokens: 100,
        messages: [HELLO],
        output_config: {
          format: {
            type: 'json_schema',
            schema: {
              type: 'object',
              properties: { item: { type: 'object', additionalProperties: false } },
              additionalProperties: false,
            },
          },
        },
      },
    },
  ],
  refused: [
    { title: 'no model', wire: { messages: [HELLO] }, param: 'model' },
    { title: 'no messages', wire: { model: MODEL }, param: 'messages' },
    { title: 'an unknown role', wire: { model: MODEL, messages: [HELLO, { role: 'bot', content: '' }] }, param: 'messages[1].role' },
    { title: 'no content', wire: { model: MODEL, messages: [{ role: 'user' }] }, param: 'messages[0].content' },
    {
      title: 'a block without a type',
      wire: { model: MODEL, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
      param: 'messages[0].content[0].type',
    },
    {
      title: 'an image without a source',
      wire: { model: MODEL, messages: [{ role: 'user', content: [{ type: 'image' }] }] },
      param: 'messages[0].content[0].source',
    },
    {
      title: 'a source of an unknown type',
      wire: { model: MODEL, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'disk' } }] }] },
      param: 'messages[0].content[0].source.type',
    },
    {
      title: 'a nested text that is no text',
      wire: {
        model: MODEL,
        messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 7 }] }] }],
      },
      param: 'messages[0].content[0].content[0].text',
    },
    { title: 'an image in the system prompt', wire: { model: MODEL, system: [{ type: 'image' }], messages: [] }, param: 'system[0].type' },
    { title: 'a tool without a schema', wire: { model: MODEL, messages: [], tools: [{ name: 'f' }] }, param: 'tools[0].input_schema' },
    { title: 'an unknown tool choice', wire: { model: MODEL, messages: [], tool_choice: { type: 'all' } }, param: 'tool_choice.type' },
    { title: 'a limit in words', wire: { model: MODEL, messages: [], max_tokens: 'many' }, param: 'max_tokens' },
    { title: 'thinking without a type', wire: { model: MODEL, messages: [], thinking: {} }, param: 'thinking.type' },
    { title: 'an output config in words', wire: { model: MODEL, messages: [], output_config: 'low' }, param: 'output_config' },
    {
      title: 'an unknown answer format',
      wire: { model: MODEL, messages: [], output_config: { format: { type: 'xml' } } },
      param: 'output_config.format.type',
    },
  ],
  errors: [
    {
      title: "Anthropic's shape",
      status: 529,
      body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_1' },
      error: { status: 529, message: 'Overloaded', type: 'overloaded_error' },
    },
    { title: 'text', status: 503, body: 'upstream connect error', error: { status: 503, message: 'upstream connect error' } },
    { title: 'an event stream', status: 400, body: 'event: error\ndata: {"error":{"message":"No."}}\n\n', error: { message: 'No.' } },
    {
      title: "OpenAI's shape",
      status: 400,
      body: { error: { message: 'No.', code: 7, param: 'x' } },
      error: { message: 'No.', code: '7', param: 'x' },
    },
    { title: 'a flat message', status: 403, body: { message: 'Forbidden', type: 'denied' }, error: { message: 'Forbidden', type: 'denied' } },
  ],
  cannotAsk: {
    seed: 'the API has no seed',
    penalties: 'the API has no penalties',
    'several choices': 'the API gives one answer',
    logprobs: 'the API gives none',
    audio: 'the API takes no audio',
    video: 'the API takes no video',
    'JSON answer': 'only an answer after a schema can be asked for',
  },
  asksOtherwise: {
    'some named tools': 'only those tools are offered',
    'JSON answer with a schema': 'the schema has no name, and is always strict',
  },
  cannotAnswer: {
    'a custom tool call': 'its clients cannot offer tools that take free text',
    'an image': 'the API makes no images',
    'several choices': 'there is one answer',
    logprobs: 'there are none',
    'finish: content filter': 'it stops as a refusal does',
    'finish: error': 'there is no such stop reason',
  },
});
