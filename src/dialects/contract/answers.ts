import type { ChatEvent, FinishReason, Usage } from '../../ir/events.ts';
import type { Signature } from '../../ir/request.ts';

/** A canonical answer and the one thing that it shows. */
export interface AnswerSample {
  readonly name: AnswerSampleName;
  readonly events: readonly ChatEvent[];
}

const at = (block: number, choice = 0) => ({ choice, block });

function text(value: string, block = 0, choice = 0): ChatEvent {
  return { type: 'text', ...at(block, choice), text: value };
}

function call(block: number, id: string, name: string): ChatEvent {
  return { type: 'tool_call', ...at(block), id, name, arguments: '' };
}

function args(block: number, value: string): ChatEvent {
  return { type: 'tool_arguments', ...at(block), text: value };
}

function reasoning(value: string, signature?: Signature): ChatEvent {
  return { type: 'reasoning', ...at(0), text: value, signature };
}

const START: ChatEvent = { type: 'start', id: 'up-1', model: 'up-model', created: 1700000001 };
const USAGE: ChatEvent = { type: 'usage', usage: { input: 10, output: 5 } };

function finish(reason: FinishReason, choice = 0): ChatEvent {
  return { type: 'finish', choice, reason };
}

function answer(content: readonly ChatEvent[], reason: FinishReason = 'stop'): readonly ChatEvent[] {
  return [START, ...content, finish(reason), USAGE];
}

function used(usage: Usage): readonly ChatEvent[] {
  return [START, text('Counted.'), finish('stop'), { type: 'usage', usage }];
}

const ANSWERS = {
  text: answer([text('Hello'), text(', world.')]),
  'unicode text': answer([text('Zürich 🏔️ \u2028 "quoted" \\ back\n\ttab '), text('الخط 漢字')]),
  'nothing but a finish': answer([]),
  'a tool call': answer([call(0, 'call_1', 'get_weather'), args(0, '{"place":'), args(0, '"Bern"}')], 'tool_calls'),
  'a tool call without arguments': answer([call(0, 'call_1', 'get_time')], 'tool_calls'),
  'text before a tool call': answer([text('I will look.'), call(1, 'call_1', 'get_weather'), args(1, '{"place":"Bern"}')], 'tool_calls'),
  'parallel tool calls that interleave': answer(
    [
      call(0, 'call_1', 'get_weather'),
      args(0, '{"place":'),
      call(1, 'call_2', 'get_weather'),
      args(1, '{"place":"Ro'),
      args(0, '"Bern"}'),
      args(1, 'me"}'),
      call(2, 'call_3', 'get_time'),
      args(2, '{}'),
    ],
    'tool_calls',
  ),
  'a custom tool call': answer([{ type: 'tool_call', ...at(0), id: 'call_1', name: 'shell', arguments: 'ls -l', custom: true }], 'tool_calls'),
  reasoning: answer([reasoning('Let me '), reasoning('think.'), text('42', 1)]),
  'reasoning with its own signature': answer([reasoning('Let me think.'), reasoning('', { value: 'c2lnbmVk' }), text('42', 1)]),
  "reasoning with another dialect's signature": answer([
    reasoning('Let me think.'),
    reasoning('', { value: 'Zm9yZWlnbg==', origin: 'anthropic-messages' }),
    text('42', 1),
  ]),
  'redacted reasoning': answer([{ type: 'reasoning', ...at(0), text: '', redacted: 'ZW5jcnlwdGVk' }, text('42', 1)]),
  'reasoning before a tool call': answer([reasoning('Look it up.'), call(1, 'call_1', 'get_weather'), args(1, '{"place":"Bern"}')], 'tool_calls'),
  'a signed tool call': answer(
    [
      {
        type: 'tool_call',
        ...at(0),
        id: 'call_1',
        name: 'get_weather',
        arguments: '{"place":"Bern"}',
        signature: { value: 'dGhvdWdodA==', origin: 'gemini' },
      },
    ],
    'tool_calls',
  ),
  'a signed text': answer([text('Hello'), { type: 'text', ...at(0), text: '', signature: { value: 'dGhvdWdodA==', origin: 'gemini' } }]),
  'a refusal': answer([{ type: 'refusal', ...at(0), text: 'I cannot help with that.' }], 'refusal'),
  'a citation': answer([
    text('Rain is wet.'),
    { type: 'citation', ...at(0), citation: { url: 'https://example.com/rain', title: 'Rain', start: 0, end: 12 } },
  ]),
  'an image': answer([
    text('Here:'),
    { type: 'media', ...at(1), kind: 'image', source: { kind: 'base64', mime: 'image/png', data: 'iVBORw0KGgo=' } },
  ]),
  'several choices': [START, text('one'), text('two', 0, 1), text(' more'), finish('stop'), finish('length', 1), USAGE],
  logprobs: answer([
    text('Hi'),
    { type: 'logprobs', choice: 0, value: { content: [{ token: 'Hi', logprob: -0.25, bytes: [72, 105], top_logprobs: [] }] } },
  ]),
  'usage with cache reads': used({ input: 10, cacheRead: 90, output: 5 }),
  'usage with cache writes': used({ input: 10, cacheRead: 0, cacheWrite: 40, output: 5 }),
  'usage with reasoning': used({ input: 10, output: 5, reasoning: 20 }),
  'finish: length': answer([text('Cut')], 'length'),
  'finish: stop sequence': [START, text('Cut'), { type: 'finish', choice: 0, reason: 'stop_sequence', stopSequence: 'END' }, USAGE],
  'finish: content filter': answer([text('Cut')], 'content_filter'),
  'finish: refusal': answer([text('No.')], 'refusal'),
  'finish: pause': answer([text('Wait')], 'pause'),
  'finish: error': answer([text('Oh')], 'error'),
} as const satisfies Record<string, readonly ChatEvent[]>;

export type AnswerSampleName = keyof typeof ANSWERS;

/** Answers that every dialect is asked to express, one feature each. */
export const ANSWER_SAMPLES: readonly AnswerSample[] = Object.entries(ANSWERS).map(([name, events]) => ({
  name: name as AnswerSampleName,
  events,
}));
