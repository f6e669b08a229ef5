import { keysOf } from './openai-chat.ts';
import { ID, list, member, SAID, USED, wordsOf, type Heard, type HeardCall, type Recorded, type UpstreamKind } from './upstream.ts';

const HEAD = { modelVersion: 'gemini-3-flash', responseId: ID };
const USAGE = {
  promptTokenCount: USED.prompt,
  cachedContentTokenCount: USED.cached,
  candidatesTokenCount: USED.completion,
  totalTokenCount: USED.prompt + USED.completion,
};
const PROOF = 'CiQBc2lnbmVkIGJ5IEdlbWluaQ==';

/** What the last chunk says beside why the answer ended: nothing. */
const LAST = [{ text: '' }];

/** Gemini never says in so many words that it calls a function: every answer ends with STOP. */
function recorded(whole: readonly object[], pieces: readonly (readonly object[])[]): Recorded {
  const reply = (parts: readonly object[], last: boolean): object => ({
    candidates: [{ content: { role: 'model', parts }, ...(last ? { finishReason: 'STOP' } : {}), index: 0 }],
    usageMetadata: USAGE,
    ...HEAD,
  });
  return {
    whole: reply(whole, true),
    stream: pieces.map((parts, index) => `data: ${JSON.stringify(reply(parts, index === pieces.length - 1))}\r\n\r\n`),
  };
}

function text(pieces: readonly string[]): Recorded {
  return recorded([{ text: pieces.join('') }], [...pieces.map((piece) => [{ text: piece }]), LAST]);
}

const THOUGHT = { text: SAID.plan, thought: true };
/** Only the first of parallel calls is signed. */
const CALLS = SAID.cities.map((city, index) => ({
  functionCall: { name: 'get_weather', args: { city } },
  ...(index === 0 ? { thoughtSignature: PROOF } : {}),
}));

/** Google's Gemini. Its function calls have no ids; results find their calls by order. */
export const gemini: UpstreamKind = {
  name: 'gemini',
  provider: 'google',
  basePath: '',
  model: 'gemini-3-flash-preview',
  contentType: 'text/event-stream',
  script: {
    hello: text(SAID.hello),
    plan: recorded([THOUGHT, ...CALLS], [[THOUGHT], ...CALLS.map((call) => [call]), LAST]),
    report: text(SAID.report),
    structured: text(SAID.structured),
  },
  keyOf: ({ headers }) => headers['x-goog-api-key'],
  error: (status, message) => ({ error: { code: status, message, status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'INVALID_ARGUMENT' } }),
  objection(body) {
    // Google's own client keeps the chunks of a stream as contents of their own: of each run of them, only the first call is signed.
    let inRun = false;
    let unsigned = false;
    for (const { role, parts } of list(body, 'contents')) {
      const call: object | undefined = role === 'model' && !inRun ? list({ parts }, 'parts').find((part) => 'functionCall' in part) : undefined;
      unsigned ||= call !== undefined && !('thoughtSignature' in call);
      inRun = role === 'model' && (inRun || call !== undefined);
    }
    return unsigned ? 'Function call is missing a thought_signature in functionCall parts.' : undefined;
  },
  thoughts: { text: SAID.plan, proofs: [PROOF] },
  read({ url, body }): Heard {
    const contents = list(body, 'contents');
    const parts = contents.flatMap((content) => list(content, 'parts'));
    const calls = parts.filter((part) => 'functionCall' in part).map((part) => callOf(member(part, 'functionCall')));
    const config = member(body, 'generationConfig');
    return {
      stream: url.includes(':streamGenerateContent'),
      system: wordsOf(member(body, 'systemInstruction')['parts']),
      words: wordsOf(contents.findLast(({ role }) => role === 'user')?.['parts']),
      pictures: parts.filter((part) => 'inlineData' in part).map((part) => String(member(part, 'inlineData')['data'])),
      said: contents.map(({ role, parts: said }) => (role === 'model' ? wordsOf(said) : '')).join(''),
      tools: list(body, 'tools').flatMap((tool) => list(tool, 'functionDeclarations').map(({ name }) => String(name))),
      thinks: Object.keys(member(config, 'thinkingConfig')).length > 0,
      schema: keysOf(member(config, 'responseJsonSchema')) ?? keysOf(member(config, 'responseSchema')),
      calls,
      results: parts
        .filter((part) => 'functionResponse' in part)
        .map((part, index) => ({ call: calls[index], text: String(member(member(part, 'functionResponse'), 'response')['output']) })),
      proofs: parts.flatMap(({ thoughtSignature }) => (thoughtSignature === undefined ? [] : [String(thoughtSignature)])),
    };
  },
};

function callOf({ name, args }: Record<string, unknown>): HeardCall {
  return { name: String(name), input: args };
}
