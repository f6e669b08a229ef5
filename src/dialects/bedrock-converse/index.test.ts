import { describeDialect } from '../dialect.contract.ts';
import { bedrockConverse } from './index.ts';

const ROUTE = { model: 'some-model', stream: false };
const QUESTION = { role: 'user', content: [{ text: 'Hello' }] };
const SPEC = { name: 'get_weather', description: 'Weather', inputSchema: { json: { type: 'object', properties: { place: { type: 'string' } } } } };
const PNG = 'iVBORw0KGgo=';

describeDialect(bedrockConverse, {
  losesIdentity: 'answers name neither themselves nor their model',
  cannotAsk: {
    seed: 'the API has none',
    penalties: 'the API has none',
    'several choices': 'the API gives one answer',
    logprobs: 'the API gives none',
    'strict tool': 'most models refuse it',
    'one tool call at a time': 'the API has no such switch',
    'image by URL': 'the API fetches nothing',
    'document by URL': 'the API fetches nothing',
    'JSON answer': 'only an answer after a schema can be asked for',
    'reasoning effort': 'the model is of no family that can be asked',
    'reasoning budget': 'the model is of no family that can be asked',
    'no reasoning': 'the model is of no family that can be asked',
    user: 'the API takes no user',
  },
  asksOtherwise: {
    'tool choice none': 'no tools are offered',
    'some named tools': 'no other tools are offered',
    'text document': 'the text goes as a file',
  },
  cannotAnswer: {
    'a custom tool call': 'there are no custom tools',
    'reasoning with its own signature': 'the signatures are those of the Messages API',
    'a refusal': 'it is a text',
    'several choices': 'the API gives one answer',
    logprobs: 'the API gives none',
    'usage with reasoning': 'it is not counted apart',
    'finish: refusal': 'it is a filtered answer',
    'finish: pause': 'it is a finished answer',
  },
  requests: [
    {
      title: 'every parameter',
      route: ROUTE,
      wire: {
        messages: [QUESTION],
        system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
        inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
        toolConfig: {
          tools: [
            { toolSpec: { ...SPEC, strict: true } },
            { cachePoint: { type: 'default', ttl: '1h' } },
            { systemTool: { name: 'nova_grounding' } },
          ],
          toolChoice: { tool: { name: 'get_weather' } },
        },
        guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' },
        additionalModelRequestFields: { top_k: 40, penalty: { scale: 1 } },
        additionalModelResponseFieldPaths: ['/stop_sequence'],
        requestMetadata: { team: 'a' },
        performanceConfig: { latency: 'optimized' },
        serviceTier: { type: 'priority' },
        outputConfig: {
          textFormat: {
            type: 'json_schema',
            structure: { jsonSchema: { schema: '{"type":"object","additionalProperties":false}', name: 'person', description: 'A person' } },
          },
        },
      },
    },
    {
      title: 'content of every kind',
      route: ROUTE,
      wire: {
        messages: [
          {
            role: 'user',
            content: [
              { text: 'Look:' },
              { image: { format: 'jpeg', source: { bytes: PNG } } },
              { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } },
              { document: { format: 'pdf', name: 'report', source: { bytes: PNG } } },
              { document: { format: 'txt', name: 'facts', source: { text: 'Rain is wet.' }, context: 'Weather', citations: { enabled: true } } },
              { video: { format: 'three_gp', source: { bytes: PNG } } },
              { audio: { format: 'mp3', source: { bytes: PNG } } },
              { cachePoint: { type: 'default', ttl: '1h' } },
            ],
          },
          {
            role: 'assistant',
            content: [
              { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2lnbmVk' } } },
              { reasoningContent: { redactedContent: Buffer.from('RW5jcnlwdGVk').toString('base64') } },
              { reasoningContent: { redactedContent: Buffer.of(1, 200, 3).toString('base64') } },
              { citationsContent: { content: [{ text: 'Wet.' }], citations: [{ title: 'facts', sourceContent: [{ text: 'Rain' }] }] } },
              { toolUse: { toolUseId: 'server_1', name: 'nova_grounding', type: 'server_tool_use', input: { query: 'rain' } } },
              { toolResult: { toolUseId: 'server_1', type: 'nova_grounding_result', status: 'success', content: [{ text: 'x' }] } },
              { toolUse: { toolUseId: 'call_1', name: 'get_weather', input: { place: 'Bern' } } },
              { toolUse: { toolUseId: 'call_2', name: 'get_weather', input: {} } },
            ],
          },
          {
            role: 'user',
            content: [
              { toolResult: { toolUseId: 'call_1', content: [{ text: 'rain' }, { image: { format: 'png', source: { bytes: PNG } } }] } },
              { toolResult: { toolUseId: 'call_2', content: [{ text: 'no place' }], status: 'error' } },
              { cachePoint: { type: 'default' } },
              { text: 'And now?' },
            ],
          },
        ],
        toolConfig: { tools: [{ toolSpec: SPEC }], toolChoice: { any: {} } },
      },
    },
    {
      title: 'content that other providers could not be sent as it is',
      route: ROUTE,
      wire: {
        messages: [
          {
            role: 'user',
            content: [
              { guardContent: { text: { text: 'Paris is a town.', qualifiers: ['grounding_source'] } } },
              {
                searchResult: {
                  source: 'https://example.com',
                  title: 'Towns',
                  content: [{ text: 'Rome' }, { text: 'Bern' }],
                  citations: { enabled: true },
                },
              },
            ],
          },
          { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_1', name: 'f', input: {} } }] },
          { role: 'user', content: [{ toolResult: { toolUseId: 'call_1', content: [{ json: { a: 1 } }], status: 'success' } }] },
        ],
        toolConfig: { tools: [{ toolSpec: SPEC }] },
      },
      encoded: {
        messages: [
          {
            role: 'user',
            content: [
              { text: 'Paris is a town.' },
              { document: { format: 'txt', name: 'Towns', source: { text: 'Rome\nBern' }, citations: { enabled: true } } },
            ],
          },
          { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_1', name: 'f', input: {} } }] },
          { role: 'user', content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: '{"a":1}' }] } }] },
        ],
        toolConfig: { tools: [{ toolSpec: SPEC }] },
      },
    },
  ],
  refused: [
    { title: 'no model', wire: { messages: [QUESTION] }, param: 'modelId' },
    { title: 'messages that are no list', route: ROUTE, wire: { messages: {} }, param: 'messages' },
    { title: 'an unknown role', route: ROUTE, wire: { messages: [{ role: 'tool', content: [] }] }, param: 'messages[0].role' },
    { title: 'content that is a text', route: ROUTE, wire: { messages: [{ role: 'user', content: 'Hi' }] }, param: 'messages[0].content' },
    { title: 'an unknown block', route: ROUTE, wire: { messages: [{ role: 'user', content: [{ shout: 'Hi' }] }] }, param: 'messages[0].content[0]' },
    {
      title: 'a text that is a number',
      route: ROUTE,
      wire: { messages: [{ role: 'user', content: [{ text: 1 }] }] },
      param: 'messages[0].content[0].text',
    },
    {
      title: 'an image from nowhere',
      route: ROUTE,
      wire: { messages: [{ role: 'user', content: [{ image: { format: 'png', source: {} } }] }] },
      param: 'messages[0].content[0].image.source',
    },
    {
      title: 'a tool call without an id',
      route: ROUTE,
      wire: { messages: [{ role: 'assistant', content: [{ toolUse: { name: 'f' } }] }] },
      param: 'messages[0].content[0].toolUse.toolUseId',
    },
    {
      title: 'an unknown block in a tool result',
      route: ROUTE,
      wire: { messages: [{ role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [{ toolUse: {} }] } }] }] },
      param: 'messages[0].content[0].toolResult.content[0]',
    },
    { title: 'an unknown system block', route: ROUTE, wire: { system: [{ image: {} }] }, param: 'system[0]' },
    {
      title: 'a tool without a schema',
      route: ROUTE,
      wire: { toolConfig: { tools: [{ toolSpec: { name: 'f' } }] } },
      param: 'toolConfig.tools[0].toolSpec.inputSchema',
    },
    { title: 'an unknown tool choice', route: ROUTE, wire: { toolConfig: { tools: [], toolChoice: { none: {} } } }, param: 'toolConfig.toolChoice' },
    { title: 'a temperature in words', route: ROUTE, wire: { inferenceConfig: { temperature: 'warm' } }, param: 'inferenceConfig.temperature' },
    {
      title: 'a schema that is no JSON',
      route: ROUTE,
      wire: { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{' } } } } },
      param: 'outputConfig.textFormat.structure.jsonSchema.schema',
    },
  ],
  errors: [
    {
      title: 'a message',
      status: 400,
      body: { message: 'The provided model identifier is invalid.' },
      error: { message: 'The provided model identifier is invalid.' },
    },
    {
      title: 'a message with its type',
      status: 429,
      body: { __type: 'com.amazon.coral.availability#ThrottlingException', Message: 'Too many tokens.' },
      error: { status: 429, message: 'Too many tokens.', type: 'ThrottlingException' },
    },
  ],
});
