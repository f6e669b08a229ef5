import fc from 'fast-check';
import type { JsonSchema } from '../../ir/json.ts';
import type {
  AnswerFormat,
  AssistantMessage,
  CacheHint,
  ChatRequest,
  CustomTool,
  FunctionTool,
  MediaPart,
  Message,
  ReasoningRequest,
  Sampling,
  TextPart,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
  UserMessage,
} from '../../ir/request.ts';

const TEXT = fc.oneof(
  { arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => `${text}.`), weight: 4 },
  { arbitrary: fc.constantFrom('Hello', 'two\n\nlines', '"quoted" \\ text', 'data: [DONE]\n\n'), weight: 1 },
);
const NAME = fc.stringMatching(/^[a-z][a-z_]{2,11}$/);
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

/** Present one time in two. */
function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(arbitrary, fc.constant(undefined));
}

/** Present one time in five. */
function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary, weight: 1 }, { arbitrary: fc.constant(undefined), weight: 4 });
}

const PROPERTY = fc.constantFrom<JsonSchema>(
  { type: 'string' },
  { type: 'integer', description: 'How many' },
  { type: 'array', items: { type: 'number' } },
  { type: 'string', enum: ['C', 'F'] },
);

/** Schemas of closed objects, which every dialect takes as they are. */
const SCHEMA: fc.Arbitrary<JsonSchema> = fc.dictionary(NAME, PROPERTY, { minKeys: 1, maxKeys: 3 }).map((properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
}));

const TOOL: fc.Arbitrary<FunctionTool> = fc.record({
  type: fc.constant('function' as const),
  name: NAME,
  description: fc.constantFrom('What it does', 'Übersetzt "etwas"'),
  parameters: SCHEMA,
  strict: rarely(fc.constant(true)),
});

const CACHE: fc.Arbitrary<CacheHint> = fc.constantFrom({}, { ttl: '1h' });

const MEDIA: fc.Arbitrary<MediaPart> = fc.constantFrom<MediaPart>(
  { type: 'media', kind: 'image', source: { kind: 'base64', mime: 'image/png', data: PIXEL } },
  { type: 'media', kind: 'image', source: { kind: 'url', url: 'https://example.com/cat.png' } },
  { type: 'media', kind: 'image', source: { kind: 'base64', mime: 'image/jpeg', data: PIXEL }, detail: 'low' },
  { type: 'media', kind: 'document', name: 'a.pdf', source: { kind: 'base64', mime: 'application/pdf', data: 'JVBERi0xLjQ=' } },
  { type: 'media', kind: 'document', name: 'a.txt', source: { kind: 'base64', mime: 'text/plain', data: 'T25jZSB1cG9uIGEgdGltZQ==' } },
  { type: 'media', kind: 'document', source: { kind: 'text', text: 'Once upon a time' }, name: 'A tale', context: 'for children', citable: true },
  { type: 'media', kind: 'document', source: { kind: 'url', url: 'https://example.com/a.pdf', mime: 'application/pdf' } },
  { type: 'media', kind: 'audio', source: { kind: 'base64', mime: 'audio/wav', data: 'UklGRg==' } },
  { type: 'media', kind: 'video', source: { kind: 'base64', mime: 'video/mp4', data: 'AAAAGGZ0eXA=' } },
);

const IMAGE = MEDIA.filter(({ kind, source }) => kind === 'image' && source.kind === 'base64');

const WORDS = fc.tuple(TEXT, rarely(CACHE)).map(([text, cache]): TextPart => ({ type: 'text', text, cache }));

const SPOKEN = fc.oneof({ arbitrary: fc.tuple(WORDS), weight: 3 }, { arbitrary: fc.tuple(WORDS, MEDIA), weight: 1 });

function asking(parts: fc.Arbitrary<UserMessage['parts']>): fc.Arbitrary<UserMessage> {
  return fc.record({ role: fc.constant('user'), name: rarely(fc.constant('Ann')), parts });
}

/** Words, something to look at, or both. */
const FIRST_QUESTION = asking(fc.oneof({ arbitrary: SPOKEN, weight: 8 }, { arbitrary: fc.tuple(MEDIA), weight: 1 }));
const QUESTION = asking(SPOKEN);

const ANSWER: fc.Arbitrary<AssistantMessage> = TEXT.map((text) => ({ role: 'assistant', parts: [{ type: 'text', text }] }));

const SIGNATURE = fc.record({
  value: fc.base64String({ minLength: 4, maxLength: 8 }).map((text) => `proof${text}`),
  origin: fc.constantFrom('anthropic-messages', 'gemini', 'openai-responses'),
} as const);

/** Calls of the tools that there are, each with its result; what was thought before is signed. */
function toolLoop(tools: readonly FunctionTool[]): fc.Arbitrary<Message[]> {
  const call = fc.tuple(
    fc.constantFrom(...tools),
    fc.dictionary(NAME, fc.oneof(TEXT, fc.integer()), { maxKeys: 2 }),
    TEXT,
    rarely(IMAGE),
    rarely(fc.constant(true)),
  );
  return fc.tuple(fc.array(call, { minLength: 1, maxLength: 3 }), maybe(TEXT), rarely(TEXT), SIGNATURE).map(([calls, said, thought, signature]) => {
    const asked = calls.map(([tool, args], index): ToolCallPart => ({
      type: 'tool_call',
      id: `call_${index}`,
      name: tool.name,
      arguments: JSON.stringify(args),
    }));
    const results = calls.map(([tool, , text, image, isError], index): ToolResultPart => ({
      type: 'tool_result',
      id: `call_${index}`,
      name: tool.name,
      content: [{ type: 'text', text }, ...(image === undefined ? [] : [image])],
      isError,
    }));
    const thoughts = thought === undefined ? [] : [{ type: 'reasoning' as const, text: thought, signature }];
    return [
      { role: 'assistant', parts: [...thoughts, ...(said === undefined ? [] : [{ type: 'text' as const, text: said }]), ...asked] },
      { role: 'user', parts: results },
    ];
  });
}

function choice(tools: readonly FunctionTool[]): fc.Arbitrary<ToolChoice> {
  const names = tools.map(({ name }) => name);
  return fc.oneof(
    fc.constantFrom<ToolChoice>({ mode: 'auto' }, { mode: 'none' }, { mode: 'required' }),
    fc.constantFrom(...names).map((name): ToolChoice => ({ mode: 'tool', name })),
    fc
      .tuple(fc.subarray(names, { minLength: Math.min(2, names.length) }), fc.boolean())
      .map(([some, required]): ToolChoice => ({ mode: 'allowed', names: some, required })),
  );
}

const TENTHS = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most * 10 }).map((tenths) => tenths / 10);

const SAMPLING: fc.Arbitrary<Sampling> = fc.record({
  maxTokens: fc.constantFrom(2000, 8000),
  temperature: rarely(TENTHS(1)),
  topP: rarely(TENTHS(1)),
  topK: rarely(fc.integer({ min: 1, max: 100 })),
  stop: rarely(fc.uniqueArray(fc.constantFrom('END', 'STOP', '###'), { minLength: 1, maxLength: 3 })),
  seed: rarely(fc.nat()),
  presencePenalty: rarely(TENTHS(1)),
  frequencyPenalty: rarely(TENTHS(1)),
  choices: rarely(fc.constant(2)),
  logprobs: rarely(fc.constant(true)),
});

const FORMAT: fc.Arbitrary<AnswerFormat> = fc.oneof(
  fc.constant<AnswerFormat>({ type: 'json' }),
  SCHEMA.map((schema): AnswerFormat => ({ type: 'json_schema', name: 'answer', schema, strict: true })),
);

const REASONING = fc.oneof(
  fc.constantFrom('low', 'medium', 'high').map((effort): ReasoningRequest => ({ effort })),
  fc.constantFrom(1024, 1500, 4000).map((budgetTokens): ReasoningRequest => ({ mode: 'enabled', budgetTokens })),
  fc.constant<ReasoningRequest>({ mode: 'disabled' }),
);

/** Models whose families are asked in ways of their own, and one of none. */
const MODELS = fc.constantFrom('some-model', 'claude-sonnet-4-5', 'claude-opus-4-6', 'gpt-5.1', 'gemini-2.5-pro', 'command-a-03-2025');

const CUSTOM_TOOL = fc.record<CustomTool>({
  type: fc.constant('custom'),
  // Not to be mistaken for a function.
  name: fc.constantFrom('apply-patch', 'run-shell'),
  description: fc.constantFrom('Takes a patch', 'Runs a command'),
});

/** Any request that a client could make. */
export const ANY_REQUEST: fc.Arbitrary<ChatRequest> = fc.uniqueArray(TOOL, { maxLength: 3, selector: ({ name }) => name }).chain((tools) => {
  const hasTools = tools.length > 0;
  const loop = hasTools ? rarely(toolLoop(tools)) : fc.constant(undefined);
  const conversation = fc.tuple(rarely(WORDS), FIRST_QUESTION, rarely(fc.tuple(ANSWER, QUESTION)), loop);
  return fc.record({
    model: MODELS,
    stream: fc.boolean(),
    messages: conversation.map(([system, question, more, calls]): Message[] => [
      ...(system === undefined ? [] : [{ role: 'system' as const, parts: [system] }]),
      question,
      ...(more ?? []),
      ...(calls ?? []),
    ]),
    tools: hasTools ? rarely(CUSTOM_TOOL).map((custom) => [...tools, ...(custom === undefined ? [] : [custom])]) : fc.constant(undefined),
    toolChoice: hasTools ? maybe(choice(tools)) : fc.constant(undefined),
    parallelToolCalls: hasTools ? rarely(fc.constant(false)) : fc.constant(undefined),
    sampling: SAMPLING,
    format: rarely(FORMAT),
    reasoning: rarely(REASONING),
    user: rarely(fc.constant('user-17')),
    extra: fc.constant({}),
  });
});
