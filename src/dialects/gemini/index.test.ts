import type { JsonObject } from '../../ir/json.ts';
import { describeDialect } from '../dialect.contract.ts';
import { gemini } from './index.ts';

const ROUTE = { model: 'gemini-2.5-flash', stream: false };
const HELLO = { role: 'user', parts: [{ text: 'Hello' }] };
const PLACE = { type: 'OBJECT', properties: { place: { type: 'STRING' } }, required: ['place'] };

function withConfig(generationConfig: JsonObject): JsonObject {
  return { contents: [HELLO], generationConfig };
}

describeDialect(gemini, {
  losesToolIds: 'Vertex AI refuses ids; results find their calls by name and order',
  cannotAsk: {
    'one tool call at a time': 'the API has no such switch',
    user: 'the API takes no user',
  },
  asksOtherwise: {
    'strict tool': 'schemas are always kept to',
    'tool result and a question': 'a text result is wrapped in an object',
    'text document': 'it is sent as a file of plain text',
    'JSON answer with a schema': 'a schema has no name and is always strict',
    'reasoning effort': 'thoughts are asked for as well',
    'reasoning budget': 'thoughts are asked for as well',
    'no reasoning': 'new models cannot stop thinking, only think the least',
    'cache hint': 'caching is automatic',
  },
  cannotAnswer: {
    'a custom tool call': 'there are no custom tools',
    'a refusal': 'it is the message of the finish',
    'usage with cache writes': 'only cache reads are counted apart',
    'finish: stop sequence': 'it has the same word as a plain stop',
    'finish: refusal': 'it is a filtered answer',
    'finish: pause': 'it has no word of its own',
    'finish: error': 'it has no word of its own',
  },
  requests: [
    {
      title: 'every parameter',
      route: ROUTE,
      wire: {
        systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
        contents: [HELLO],
        tools: [
          {
            functionDeclarations: [
              { name: 'get_weather', description: 'Weather', parameters: PLACE, behavior: 'BLOCKING' },
              { name: 'get_map', parametersJsonSchema: { type: 'object', properties: { zoom: { type: 'integer', enum: [1, 2] } } } },
              { name: 'get_time' },
            ],
          },
          { googleSearch: {} },
          { codeExecution: {} },
        ],
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['get_weather'] }, retrievalConfig: { languageCode: 'de' } },
        generationConfig: {
          maxOutputTokens: 100,
          temperature: 0.3,
          topP: 0.9,
          topK: 40,
          stopSequences: ['END'],
          seed: 7,
          presencePenalty: 0.1,
          frequencyPenalty: 0.2,
          candidateCount: 2,
          responseLogprobs: true,
          logprobs: 3,
          responseMimeType: 'application/json',
          responseSchema: { ...PLACE, propertyOrdering: ['place'] },
          thinkingConfig: { thinkingBudget: 2048, includeThoughts: true },
          responseModalities: ['TEXT', 'IMAGE'],
          speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
          imageConfig: { aspectRatio: '16:9' },
          mediaResolution: 'MEDIA_RESOLUTION_LOW',
        },
        safetySettings: [{ category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_NONE' }],
        cachedContent: 'cachedContents/1',
        labels: { team: 'a' },
      },
    },
    {
      title: 'a conversation with tools, media and signatures',
      route: ROUTE,
      wire: {
        contents: [
          {
            role: 'user',
            parts: [
              { text: 'What is this?' },
              { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
              { fileData: { mimeType: 'application/pdf', fileUri: 'gs://bucket/a.pdf' } },
              { fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc-1' } },
            ],
          },
          {
            role: 'model',
            parts: [
              { text: 'I look.', thought: true, thoughtSignature: 'dGhvdWdodA==' },
              { text: 'Let me see.', thoughtSignature: 'dGV4dA==' },
              { functionCall: { name: 'look', args: { at: 'it' } }, thoughtSignature: 'Y2FsbA==' },
              { functionCall: { name: 'look', args: { at: 'them' } } },
            ],
          },
          {
            role: 'user',
            parts: [
              { functionResponse: { name: 'look', response: { output: 'a cat' } } },
              { functionResponse: { name: 'look', response: { animals: ['dog'] } } },
              { text: 'Well?' },
            ],
          },
          { role: 'model', parts: [{ executableCode: { language: 'PYTHON', code: '1+1' } }, { codeExecutionResult: { outcome: 'OUTCOME_OK' } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'look', response: { error: 'blind' } } }] },
        ],
      },
    },
    {
      title: 'snake case, and what SDKs shorten',
      route: ROUTE,
      wire: {
        system_instruction: 'Be brief.',
        contents: { parts: 'Hello' },
        tools: {
          function_declarations: [{ name: 'f', parameters_json_schema: { type: 'object', properties: { a_b: { type: 'string' } } } }, { name: 'g' }],
        },
        tool_config: { function_calling_config: { mode: 'any', allowed_function_names: ['f', 'g'] } },
        generation_config: { max_output_tokens: 5, stop_sequences: [], response_mime_type: 'text/plain', thinking_config: { thinking_budget: -1 } },
        safety_settings: [{ category: 'C', threshold: 'T' }],
      },
      encoded: {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        contents: [HELLO],
        tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { a_b: { type: 'STRING' } } } }, { name: 'g' }] }],
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f', 'g'] } },
        generationConfig: { maxOutputTokens: 5, responseMimeType: 'text/plain', thinkingConfig: { thinkingBudget: -1, includeThoughts: true } },
        safetySettings: [{ category: 'C', threshold: 'T' }],
      },
    },
    {
      title: 'a list of parts instead of messages',
      route: ROUTE,
      wire: { contents: ['Hello', { text: 'you' }] },
      encoded: { contents: [{ role: 'user', parts: [{ text: 'Hello' }, { text: 'you' }] }] },
    },
    {
      title: 'the VALIDATED mode and streamed arguments',
      route: ROUTE,
      wire: {
        contents: [HELLO],
        tools: [{ functionDeclarations: [{ name: 'f' }] }],
        toolConfig: { functionCallingConfig: { mode: 'VALIDATED', streamFunctionCallArguments: true } },
      },
    },
    {
      title: 'an enumerated word for an answer',
      route: ROUTE,
      wire: withConfig({ responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } }),
    },
  ],
  refused: [
    { title: 'no contents', route: ROUTE, wire: {}, param: 'contents' },
    { title: 'no model', wire: { contents: [HELLO] }, param: 'model' },
    { title: 'contents that are a number', route: ROUTE, wire: { contents: 3 }, param: 'contents' },
    { title: 'an unknown role', route: ROUTE, wire: { contents: [{ role: 'bot', parts: [] }] }, param: 'contents[0].role' },
    { title: 'parts that are a number', route: ROUTE, wire: { contents: [{ role: 'user', parts: 3 }] }, param: 'contents[0].parts' },
    { title: 'a text that is none', route: ROUTE, wire: { contents: [{ role: 'user', parts: [{ text: 3 }] }] }, param: 'contents[0].parts[0].text' },
    {
      title: 'data without a type',
      route: ROUTE,
      wire: { contents: [HELLO, { role: 'user', parts: [{ inline_data: { data: '' } }] }] },
      param: 'contents[1].parts[0].inlineData.mimeType',
    },
    {
      title: 'a file without an address',
      route: ROUTE,
      wire: { contents: [{ parts: [{ fileData: {} }] }] },
      param: 'contents[0].parts[0].fileData.fileUri',
    },
    {
      title: 'a call without a name',
      route: ROUTE,
      wire: { contents: [{ role: 'model', parts: [{ functionCall: {} }] }] },
      param: 'contents[0].parts[0].functionCall.name',
    },
    {
      title: 'a call by the user',
      route: ROUTE,
      wire: { contents: [{ role: 'user', parts: [{ functionCall: { name: 'f' } }] }] },
      param: 'contents[0].parts[0].functionCall',
    },
    {
      title: 'a result by the model',
      route: ROUTE,
      wire: { contents: [{ role: 'model', parts: [{ functionResponse: { name: 'f' } }] }] },
      param: 'contents[0].parts[0].functionResponse',
    },
    {
      title: 'a result without a name',
      route: ROUTE,
      wire: { contents: [{ parts: [{ functionResponse: { response: {} } }] }] },
      param: 'contents[0].parts[0].functionResponse.name',
    },
    {
      title: 'a function without a name',
      route: ROUTE,
      wire: { contents: [HELLO], tools: [{ functionDeclarations: [{}] }] },
      param: 'tools[0].functionDeclarations[0].name',
    },
    {
      title: 'an unknown mode',
      route: ROUTE,
      wire: { contents: [HELLO], toolConfig: { functionCallingConfig: { mode: 'SOME' } } },
      param: 'toolConfig.functionCallingConfig.mode',
    },
    { title: 'a temperature in words', route: ROUTE, wire: withConfig({ temperature: 'warm' }), param: 'generationConfig.temperature' },
    { title: 'stop sequences that are a text', route: ROUTE, wire: withConfig({ stopSequences: 'END' }), param: 'generationConfig.stopSequences' },
    {
      title: 'a thinking budget in words',
      route: ROUTE,
      wire: withConfig({ thinkingConfig: { thinkingBudget: 'much' } }),
      param: 'generationConfig.thinkingConfig.thinkingBudget',
    },
    {
      title: 'an image as system instruction',
      route: ROUTE,
      wire: { contents: [HELLO], systemInstruction: { parts: [{}] } },
      param: 'systemInstruction.parts[0].text',
    },
  ],
  errors: [
    {
      title: 'an error with its status word',
      status: 429,
      body: { error: { code: 429, message: 'Resource exhausted.', status: 'RESOURCE_EXHAUSTED' } },
      error: { status: 429, message: 'Resource exhausted.', type: 'RESOURCE_EXHAUSTED', code: 'RESOURCE_EXHAUSTED' },
    },
    {
      title: 'an error in a list, with the field that is wrong',
      status: 400,
      body: [
        {
          error: {
            code: 400,
            message: 'Invalid value.',
            status: 'INVALID_ARGUMENT',
            details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'contents[0]', description: 'empty' }] }],
          },
        },
      ],
      error: { status: 400, message: 'Invalid value.', param: 'contents[0]' },
    },
    {
      title: 'an error as an event stream',
      status: 503,
      body: 'data: {"error":{"code":503,"message":"Overloaded.","status":"UNAVAILABLE"}}\r\n\r\n',
      error: { status: 503, message: 'Overloaded.', code: 'UNAVAILABLE' },
    },
    { title: 'a plain text', status: 502, body: 'Bad gateway', error: { status: 502, message: 'Bad gateway' } },
  ],
});
