import { isDeepStrictEqual } from 'node:util';
import { ANSWER_SAMPLES, type AnswerSampleName } from '../../src/dialects/contract/answers.ts';
import { ANSWER_LOSSES, type AnswerLoss } from '../../src/dialects/contract/losses.ts';
import { requestMeaning, type AnswerMeaning } from '../../src/dialects/contract/meaning.ts';
import { PLAIN_QUESTION, REQUEST_SAMPLES, type RequestSampleName } from '../../src/dialects/contract/requests.ts';
import { REWORDINGS, type Rewording } from '../../src/dialects/contract/rewordings.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { CHAT_DIALECTS, type ClientRoute } from '../../src/dialects/index.ts';
import type { ChatEvent } from '../../src/ir/events.ts';
import type { ChatRequest } from '../../src/ir/request.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { arriveStreamed, arriveWhole, common, CONVERSING, cross, heardBy, lossesOf, meaningFor, type Pair } from '../../test/support/journeys.ts';
import { writeWhole } from '../../test/support/wire.ts';

/** Writes the reference of dialects: what each pair of them keeps, worked out by sending samples through both. */
export function generate(): { readonly path: string; readonly text: string }[] {
  const sections = [
    INTRODUCTION,
    dialectTable(),
    MATRIX,
    matrixTable(),
    PAIRS,
    ...CONVERSING.map(pairSection),
    REASONS,
    ...CONVERSING.map(reasonList),
  ];
  return [{ path: 'docs/dialects.md', text: `${sections.join('\n\n')}\n` }];
}

function dialectTable(): string {
  const rows = CHAT_DIALECTS.map((route) => [
    code(route.dialect.id),
    `[${route.dialect.name}](${route.dialect.docs})`,
    pathsOf(route).map(code).join('<br>') + (route.clients === undefined ? '' : `<br>for the clients ${code(String(route.clients))}`),
    route.dialect.framing,
    providersOf(route.dialect),
  ]);
  return table(['id', 'dialect', 'clients post to', 'framing of streams', 'providers'], rows);
}

function pathsOf({ path, streamPath }: ClientRoute): string[] {
  return streamPath === undefined ? [path] : [path, streamPath];
}

/** The providers that speak a dialect, by name where they are few. */
function providersOf({ id }: Dialect): string {
  const ids = PROVIDERS.filter((provider: Provider) => provider.endpoints.chat?.some(({ dialect }) => dialect.id === id)).map(
    (provider) => provider.id,
  );
  return ids.length > 6 ? `${ids.length} providers` : ids.map(code).join(', ');
}

/** What became of a request on its way. */
type Fate =
  | { readonly kind: 'unasked' | 'kept' | 'reworded' | 'refused' }
  /** `names`: what the response header says. */
  | { readonly kind: 'dropped'; readonly names: readonly string[] };

interface FatedSample {
  readonly name: string;
  readonly fate: Fate;
}

/** Models that are asked, a newer one of each provider's own: what can be said depends on it. Other dialects are spoken for any model. */
const MODELS: Readonly<Record<string, string>> = {
  'openai-chat': 'gpt-5.1',
  'openai-responses': 'gpt-5.1',
  'anthropic-messages': 'claude-opus-4-6',
  gemini: 'gemini-2.5-flash',
  'bedrock-converse': 'us.anthropic.claude-opus-4-6-v1',
};

function modelOf({ id }: Dialect): string {
  return MODELS[id] ?? PLAIN_QUESTION.model;
}

function requestFates(pair: Pair): readonly FatedSample[] {
  const model = modelOf(pair.upstream);
  const always = new Set(cross({ ...PLAIN_QUESTION, model }, pair)?.sent?.dropped);
  return REQUEST_SAMPLES.map(({ name, request }) => ({ name, fate: fateOf({ ...request, model }, pair, always) }));
}

/** `always`: what is dropped of the plainest question too. */
function fateOf(request: ChatRequest, pair: Pair, always: ReadonlySet<string>): Fate {
  const { asked, sent } = cross(request, pair) ?? {};
  if (asked === undefined || !says(asked, request)) return { kind: 'unasked' };
  if (sent === undefined) return { kind: 'refused' };
  const names = sent.dropped.filter((name) => !always.has(name));
  if (names.length > 0) return { kind: 'dropped', names };
  return { kind: says(heardBy(pair.upstream, sent, asked), asked) ? 'kept' : 'reworded' };
}

/** Whether a request says all that another one does. */
function says(request: ChatRequest, other: ChatRequest): boolean {
  const meant = requestMeaning(other, false);
  return isDeepStrictEqual(common(requestMeaning(request, false), meant), meant);
}

/** Names of the answers that the provider can give and the client is not told, or not told so. */
function lostAnswers({ client, upstream }: Pair): readonly string[] {
  const isSame = (a: AnswerMeaning, b: AnswerMeaning): boolean => isDeepStrictEqual(unnamed(a), unnamed(b));
  const isLost = (events: readonly ChatEvent[]): boolean => {
    const given = meaningFor(upstream, upstream.reply.decode(writeWhole(upstream, events)));
    if (!isSame(given, meaningFor(upstream, events))) return false;
    const pair = { client, upstream };
    return ![arriveWhole(events, pair), arriveStreamed(events, [64], pair)].every((arrived) => isSame(meaningFor(client, arrived), given));
  };
  return ANSWER_SAMPLES.filter(({ events }) => isLost(events)).map(({ name }) => name);
}

function unnamed({ id: _id, model: _model, ...answer }: AnswerMeaning): Omit<AnswerMeaning, 'id' | 'model'> {
  return answer;
}

/** What a cell of the matrix looks at, with the samples of requests and of answers that show it. */
const FEATURES: Readonly<Record<string, readonly (RequestSampleName | AnswerSampleName)[]>> = {
  text: ['a question', 'a system prompt', 'a conversation', 'text', 'unicode text', 'finish: length'],
  'temperature with top p': ['sampling'],
  tools: ['tools', 'tool choice required', 'tool results', 'a tool call', 'parallel tool calls that interleave'],
  reasoning: ['reasoning budget', 'reasoning', 'reasoning with its own signature', 'redacted reasoning'],
  effort: ['reasoning effort'],
  images: ['image'],
  documents: ['document'],
  schemas: ['JSON answer with a schema'],
  citations: ['a citation'],
  usage: ['usage with cache reads'],
};

function matrixTable(): string {
  const heads = ['client ↓ provider →', ...CONVERSING.map(({ name }) => name)];
  const rows = CONVERSING.map((client) => [`**${client.name}**`, ...CONVERSING.map((upstream) => matrixCell({ client, upstream }))]);
  return table(heads, rows);
}

function matrixCell(pair: Pair): string {
  if (pair.client === pair.upstream) return 'as it is';
  const lost = new Set<string>(lostAnswers(pair));
  for (const { name, fate } of requestFates(pair)) if (fate.kind === 'dropped' || fate.kind === 'refused') lost.add(name);
  const missing = Object.keys(FEATURES).filter((name) => FEATURES[name]?.some((sample) => lost.has(sample)));
  return missing.length === 0 ? 'all' : `all but ${missing.join(', ')}`;
}

function pairSection(upstream: Dialect): string {
  const clients = CONVERSING.filter((client) => client !== upstream);
  const rows = clients.map((client) => pairRow({ client, upstream }));
  return `### At a provider of ${upstream.name}\n\n${modelAsked(upstream)}${table(['client', 'left out and reported', 'refused', 'said in other words', 'answers told otherwise'], rows)}`;
}

function modelAsked(upstream: Dialect): string {
  return upstream.id in MODELS ? `The model ${code(modelOf(upstream))} is asked.\n\n` : '';
}

function pairRow(pair: Pair): string[] {
  const fates = requestFates(pair);
  const named = (kind: Fate['kind']): string => fates.flatMap(({ name, fate }) => (fate.kind === kind ? [name] : [])).join(', ');
  const dropped = fates.flatMap(({ name, fate }) => (fate.kind === 'dropped' ? [`${name} (${fate.names.map(code).join(', ')})`] : []));
  return [pair.client.name, dropped.join(', '), named('refused'), named('reworded'), lostAnswers(pair).join(', ')];
}

function reasonList(dialect: Dialect): string {
  const { answers, requests, order } = lossesOf(dialect);
  const lines = [
    ...(Object.keys(answers) as AnswerLoss[]).map((name) => `Answers lose ${ANSWER_LOSSES[name].title}: ${answers[name]}.`),
    ...(order === undefined ? [] : [`Answers lose the order of texts, thoughts and calls: ${order}.`]),
    ...(Object.keys(requests) as Rewording[]).map((name) => `In requests, ${REWORDINGS[name].title}: ${requests[name]}.`),
  ];
  return `### ${dialect.name}\n\n${lines.map((line) => `* ${line}`).join('\n')}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

const INTRODUCTION = `# Dialects

A dialect is a wire format for chat. Clients of any of them reach providers of any other, streamed and whole: the request is read in the client's dialect, written
in the provider's, and the answer takes the way back. Where client and provider speak the same one, the bytes are passed on as they are.

This page is generated: samples of requests and answers, one feature each, are sent through every pair of dialects, and what comes out is compared with what went in.
\`test/conformance/pairs.test.ts\` holds the pairs to it for any request and any answer, \`test/e2e/matrix.test.ts\` over sockets.`;

const MATRIX = `## The matrix

*all*: what a client can ask for and the provider can answer with goes through, whole and streamed: text; a temperature with a top p; tools with parallel calls and
results; reasoning with its signatures and a budget, or an effort; images, documents, schemas for answers, citations, and usage with cache reads. What is missing of these is
named, and told below together with the rest. Tools that take free text are functions with one argument where the provider has no such tools; their calls are turned back.
Thoughts without a signature go back to hosts that want them in the next turn (DeepSeek, Kimi, GLM, OpenRouter and others), whatever the client speaks.`;

const PAIRS = `## What is lost, pair by pair

* **Left out and reported**: the provider's format has no word for it. The request is sent without it, and the response header \`x-sluice-dropped-params\` names it, as in
  brackets. Members that the gateway does not know are reported in the same way, under their own names.
* **Refused**: leaving it out would change the question, so that the client gets a 400 with the code \`unsupported_content\`, and the next target is tried where there is one.
* **Said in other words**: the provider's format says it otherwise, and it means the same or is as near to it as the model can get. Nothing is reported.
* **Answers told otherwise**: the client's format has no word for it; it is left out, or the nearest word is used.

What a client's format cannot ask, or a provider's format cannot answer, is not listed.`;

const REASONS = `## Why

What each dialect cannot carry, or says in other words, with the reason; the tests of the pairs allow for these and nothing else.`;
