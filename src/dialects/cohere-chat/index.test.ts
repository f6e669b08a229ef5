import { describeDialect } from '../dialect.contract.ts';
import { cohereChat } from './index.ts';

const QUESTION = { role: 'user', content: 'Hello' };
const TOOL = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather',
    parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
  },
};

describeDialect(cohereChat, {
  losesIdentity: 'answers do not name their model',
  cannotAsk: {
    'several choices': 'the API gives one answer',
    logprobs: 'the API gives no alternatives to a token',
    'one tool call at a time': 'the API has no such switch',
    'failed tool': 'a tool result has no mark for failure',
    document: 'only texts can be sent as documents',
    'document by URL': 'only texts can be sent as documents',
    audio: 'the API takes no audio',
    video: 'the API takes no video',
    'reasoning effort': 'thinking is on, off or limited',
    user: 'the API takes no user',
  },
  asksOtherwise: {
    'one named tool': 'a call is forced, and no other tool is offered',
    'some named tools': 'a call is forced, and no other tools are offered',
    'tool choice auto': 'it is the default, which has no word',
    'text document': 'documents stand in front of the question',
    'tool result with an image': 'the image follows the result',
    'JSON answer with a schema': 'a schema has no name and is always strict',
    'cache hint': 'caching is automatic',
  },
  cannotAnswer: {
    'a custom tool call': 'there are no custom tools',
    'a refusal': 'it is a text',
    'an image': 'the API gives no images',
    'several choices': 'the API gives one answer',
    'usage with cache writes': 'only cache reads are counted',
    'finish: refusal': 'it is a filtered answer',
    'finish: pause': 'it is a finished answer',
  },
  requests: [
    {
      title: 'every parameter',
      wire: {
        model: 'command-a-03-2025',
        messages: [QUESTION],
        stream: true,
        tools: [TOOL],
        strict_tools: true,
        tool_choice: 'REQUIRED',
        max_tokens: 100,
        temperature: 0.3,
        p: 0.9,
        k: 40,
        stop_sequences: ['END'],
        seed: 7,
        presence_penalty: 0.1,
        frequency_penalty: 0.2,
        logprobs: true,
        response_format: { type: 'json_object', json_schema: { type: 'object', properties: {} } },
        thinking: { type: 'enabled', token_budget: 500 },
        citation_options: { mode: 'FAST' },
        safety_mode: 'STRICT',
        priority: 3,
      },
    },
    {
      title: 'a conversation with tools',
      wire: {
        model: 'command-a-03-2025',
        stream: false,
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
            ],
          },
          {
            role: 'assistant',
            tool_plan: 'I will look.',
            tool_calls: [{ id: 'look_1', type: 'function', function: { name: 'look', arguments: '{"at":"it"}' } }],
          },
          {
            role: 'tool',
            tool_call_id: 'look_1',
            content: [
              { type: 'text', text: 'a cat' },
              { type: 'text', text: 'a dog' },
            ],
          },
          { role: 'assistant', content: 'A cat and a dog.' },
        ],
      },
    },
    {
      title: 'documents, whose ids the API gives itself',
      wire: {
        model: 'm',
        messages: [QUESTION],
        stream: false,
        documents: [
          'plain',
          { id: 'doc:1', data: { title: 'Facts', text: 'Rain is wet.' } },
          { data: { snippet: 'Sun is hot.', url: 'https://example.com' } },
        ],
      },
      encoded: {
        model: 'm',
        messages: [QUESTION],
        stream: false,
        documents: [
          { data: { text: 'plain' } },
          { data: { title: 'Facts', text: 'Rain is wet.' } },
          { data: { snippet: 'Sun is hot.', url: 'https://example.com' } },
        ],
      },
    },
  ],
  refused: [
    { title: 'no messages', wire: { model: 'm' }, param: 'messages' },
    { title: 'no model', wire: { messages: [QUESTION] }, param: 'model' },
    { title: 'an unknown role', wire: { model: 'm', messages: [{ role: 'bot', content: 'x' }] }, param: 'messages[0].role' },
    { title: 'content that is a number', wire: { model: 'm', messages: [{ role: 'user', content: 3 }] }, param: 'messages[0].content' },
    { title: 'an unknown block', wire: { model: 'm', messages: [{ role: 'user', content: [{ type: 'x' }] }] }, param: 'messages[0].content[0].type' },
    {
      title: 'an image without a URL',
      wire: { model: 'm', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      param: 'messages[0].content[0].image_url.url',
    },
    { title: 'a tool result for no call', wire: { model: 'm', messages: [{ role: 'tool', content: 'x' }] }, param: 'messages[0].tool_call_id' },
    {
      title: 'a tool call without a function',
      wire: { model: 'm', messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] },
      param: 'messages[0].tool_calls[0].function',
    },
    { title: 'a tool without a name', wire: { model: 'm', messages: [QUESTION], tools: [{ function: {} }] }, param: 'tools[0].function.name' },
    { title: 'an unknown tool choice', wire: { model: 'm', messages: [QUESTION], tool_choice: 'auto' }, param: 'tool_choice' },
    { title: 'an unknown format', wire: { model: 'm', messages: [QUESTION], response_format: { type: 'xml' } }, param: 'response_format.type' },
    { title: 'a temperature in words', wire: { model: 'm', messages: [QUESTION], temperature: 'warm' }, param: 'temperature' },
    { title: 'a document without data', wire: { model: 'm', messages: [QUESTION], documents: [{ id: 'a' }] }, param: 'documents[0].data' },
    { title: 'unknown thinking', wire: { model: 'm', messages: [QUESTION], thinking: { type: 'deep' } }, param: 'thinking.type' },
  ],
  errors: [
    {
      title: 'a removed model',
      status: 404,
      body: { id: '7321d3c5', message: "model 'command-r' was removed." },
      error: { status: 404, message: "model 'command-r' was removed." },
    },
    { title: 'an invalid token', status: 401, body: { message: 'invalid api token' }, error: { status: 401, message: 'invalid api token' } },
  ],
});
