import { describeDialect } from '../dialect.contract.ts';
import { openaiChat } from './index.ts';

const stop = 'OpenAI has one word for it: stop';

describeDialect(openaiChat, {
  requests: [
    {
      title: 'a request of every member that the canonical form knows',
      wire: {
        model: 'm',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', name: 'ann', content: 'Hi' },
        ],
        tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } }],
        tool_choice: { type: 'function', function: { name: 'f' } },
        parallel_tool_calls: false,
        max_completion_tokens: 9,
        temperature: 0,
        top_p: 1,
        stop: ['.'],
        seed: 1,
        presence_penalty: 0.5,
        frequency_penalty: -0.5,
        n: 2,
        logprobs: true,
        top_logprobs: 2,
        response_format: { type: 'json_object' },
        reasoning_effort: 'low',
        user: 'u',
        service_tier: 'flex',
        modalities: ['text', 'audio'],
      },
    },
    {
      title: 'members that the canonical form does not know',
      wire: {
        model: 'm',
        messages: [{ role: 'user', content: 'Hi' }],
        logit_bias: { '1': 2 },
        metadata: { a: 'b' },
        web_search_options: {},
        top_k: 4,
        thinking: { type: 'enabled', budget_tokens: 2000 },
        response_format: { type: 'grammar', grammar: 'root ::= "x"' },
      },
    },
    {
      title: 'a stream, of which the usage is always asked for',
      wire: { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true, stream_options: { include_obfuscation: false } },
      encoded: {
        model: 'm',
        messages: [{ role: 'user', content: 'Hi' }],
        stream: true,
        stream_options: { include_obfuscation: false, include_usage: true },
      },
    },
    {
      title: 'parts of every kind',
      wire: {
        model: 'm',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
              { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
              { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
              { type: 'file', file: { file_id: 'file-1' } },
              { type: 'file', file: { file_url: 'https://example.com/b.pdf', mime_type: 'application/pdf' } },
              { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } },
              { type: 'a_part_of_tomorrow', value: 1 },
            ],
          },
        ],
      },
    },
    {
      title: 'a tool loop',
      wire: {
        model: 'm',
        tools: [
          { type: 'function', function: { name: 'f' } },
          { type: 'custom', custom: { name: 'c', format: { type: 'text' } } },
          { type: 'web_search', search_context_size: 'low' },
        ],
        messages: [
          { role: 'user', content: 'Hi' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
              { id: 'b', type: 'custom', custom: { name: 'c', input: 'free' } },
            ],
          },
          { role: 'tool', tool_call_id: 'a', content: 'one' },
          { role: 'tool', tool_call_id: 'b', content: 'two' },
          { role: 'assistant', content: 'Done.', refusal: 'No.', prefix: true },
        ],
      },
    },
    {
      title: 'the older functions, as tools',
      wire: {
        model: 'm',
        functions: [{ name: 'f', parameters: {} }],
        function_call: { name: 'f' },
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
          { role: 'function', name: 'f', content: 'one' },
        ],
      },
      encoded: {
        model: 'm',
        tools: [{ type: 'function', function: { name: 'f', parameters: {} } }],
        tool_choice: { type: 'function', function: { name: 'f' } },
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: null, tool_calls: [{ id: 'call_function_1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
          { role: 'tool', tool_call_id: 'call_function_1', name: 'f', content: 'one' },
        ],
      },
    },
    {
      title: "a tool's members that the canonical form does not know",
      wire: {
        model: 'm',
        messages: [{ role: 'user', content: 'Hi' }],
        tools: [{ type: 'function', beta: true, function: { name: 'f', defer_loading: true } }],
      },
    },
    {
      title: 'signed reasoning of a host that speaks this dialect',
      wire: {
        model: 'm',
        messages: [
          {
            role: 'assistant',
            content: 'Yes',
            reasoning_content: 'Hm.',
            reasoning_details: [
              { type: 'reasoning.text', text: 'Hm.', signature: 'c2ln' },
              { type: 'reasoning.encrypted', data: 'ZW5j' },
            ],
            tool_calls: [
              {
                id: 'a',
                type: 'function',
                function: { name: 'f', arguments: '{}' },
                extra_content: { google: { thought_signature: 'dGhvdWdodA==' } },
              },
            ],
          },
        ],
      },
    },
  ],
  refused: [
    { title: 'no messages', wire: { model: 'm' }, param: 'messages' },
    { title: 'an unknown role', wire: { messages: [{ role: 'robot', content: '' }] }, param: 'messages[0].role' },
    { title: 'a user who says nothing', wire: { messages: [{ role: 'user' }] }, param: 'messages[0].content' },
    { title: 'content of another type', wire: { messages: [{ role: 'user', content: 7 }] }, param: 'messages[0].content' },
    {
      title: 'a part without its text',
      wire: { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      param: 'messages[0].content[0].text',
    },
    {
      title: 'an image without a URL',
      wire: { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      param: 'messages[0].content[0].image_url.url',
    },
    { title: 'a tool result that answers no call', wire: { messages: [{ role: 'tool', content: 'x' }] }, param: 'messages[0].tool_call_id' },
    {
      title: 'a tool call without a function',
      wire: { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', type: 'function' }] }] },
      param: 'messages[0].tool_calls[0].function',
    },
    { title: 'a tool without a name', wire: { messages: [], tools: [{ type: 'function', function: {} }] }, param: 'tools[0].function.name' },
    { title: 'a choice that is none', wire: { messages: [], tool_choice: 'maybe' }, param: 'tool_choice' },
    { title: 'a temperature in words', wire: { messages: [], temperature: 'hot' }, param: 'temperature' },
    { title: 'a stop of numbers', wire: { messages: [], stop: [1] }, param: 'stop[0]' },
    { title: 'a schema that is missing', wire: { messages: [], response_format: { type: 'json_schema' } }, param: 'response_format.json_schema' },
  ],
  errors: [
    {
      title: "OpenAI's own",
      status: 400,
      body: { error: { message: 'No.', type: 'invalid_request_error', param: 'messages[3]', code: 'invalid_value' } },
      error: { status: 400, message: 'No.', type: 'invalid_request_error', param: 'messages[3]', code: 'invalid_value' },
    },
    { title: 'a code that is a number', status: 429, body: { error: { message: 'No.', code: 429 } }, error: { code: '429', message: 'No.' } },
    { title: 'a bare text under error', status: 500, body: { error: 'No.', code: 'x' }, error: { message: 'No.', code: 'x' } },
    { title: 'a detail', status: 401, body: { detail: 'No.' }, error: { message: 'No.' } },
    {
      title: 'a list of what is wrong with each field',
      status: 422,
      body: { detail: [{ loc: ['body', 'x'], msg: 'Field required', type: 'missing' }, { msg: 'Too long' }] },
      error: { message: 'Field required; Too long' },
    },
    {
      title: 'a list of errors',
      status: 400,
      body: { success: false, errors: [{ code: 7003, message: 'No route.' }] },
      error: { message: 'No route.', code: '7003' },
    },
    { title: 'an error in a list', status: 400, body: [{ error: { message: 'No.', status: 'INVALID' } }], error: { message: 'No.' } },
    {
      title: 'a flat error',
      status: 400,
      body: { object: 'error', message: 'No.', type: 'BadRequestError', code: 400 },
      error: { message: 'No.', type: 'BadRequestError' },
    },
    {
      title: 'details inside the message',
      status: 422,
      body: { object: 'error', message: { detail: [{ msg: 'Extra inputs are not permitted' }] } },
      error: { message: 'Extra inputs are not permitted' },
    },
    {
      title: 'what the host behind the host said',
      status: 429,
      body: { error: { message: 'Provider returned error', code: 429, metadata: { raw: '{"error":{"message":"Slow down."}}' } } },
      error: { message: 'Provider returned error: Slow down.' },
    },
    {
      title: 'a status beside an empty answer',
      status: 401,
      body: { choices: null, base_resp: { status_code: 1004, status_msg: 'No key.' } },
      error: { message: 'No key.' },
    },
    { title: 'JSON in a text', status: 400, body: '{"error":{"message":"No."}}', error: { message: 'No.' } },
    { title: 'an event of a stream', status: 400, body: 'data: {"error":{"message":"No."}}\n\n', error: { message: 'No.' } },
    { title: 'a page of HTML', status: 502, body: '<html><head><title>502 Bad Gateway</title></head></html>', error: { message: '502 Bad Gateway' } },
  ],
  cannotAsk: {
    'top k': 'OpenAI has no such member',
    'failed tool': 'a tool message has no place for it',
    'no reasoning': 'no word for it is taken by all models',
    'cache hint': 'OpenAI caches by itself',
  },
  asksOtherwise: {
    'tool result with an image': 'the image follows in a message of the user',
    'text document': 'it goes as text, because files are taken in few formats',
    'reasoning budget': 'a budget becomes an effort',
  },
  cannotAnswer: {
    'a refusal': 'a refusal finishes like a filtered answer',
    'finish: refusal': 'OpenAI has one word for it: content_filter',
    'finish: stop sequence': stop,
    'finish: pause': stop,
    'finish: error': stop,
  },
});
