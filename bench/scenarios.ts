/** The API that the upstream of a scenario speaks; clients always speak OpenAI's. */
export type Api = 'openai' | 'anthropic';

/** One way of loading a gateway. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly upstream: Api;
  readonly connections: number;
  /** Requests a second; absent: each connection sends its next request as soon as it has its answer. */
  readonly rate?: number;
  /** Content events of a streamed answer, absent: a whole answer. */
  readonly events?: number;
  /** Milliseconds between the events of the upstream's stream. */
  readonly delay?: number;
}

/** What is measured, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  { id: 'chat1k_c64', title: '1 KB chat, passed through, 64 connections', upstream: 'openai', connections: 64 },
  { id: 'stream50', title: 'Stream of 50 events, passed through, 64 connections', upstream: 'openai', connections: 64, events: 50 },
  { id: 'a_chat1k_c64', title: '1 KB chat, OpenAI to Anthropic, 64 connections', upstream: 'anthropic', connections: 64 },
  { id: 'a_stream50', title: 'Stream of 50 events, OpenAI to Anthropic, 64 connections', upstream: 'anthropic', connections: 64, events: 50 },
  { id: 'rate_stream', title: 'Time to the first event, 200 streams a second', upstream: 'openai', connections: 64, rate: 200, events: 5, delay: 5 },
];

const REVIEW =
  'You are reviewing a change to a billing service. Say what it does, list its risks, the worst first, and name the tests that are missing. ' +
  'Write plain English, do not use tables, and keep each point to one sentence. ';

/** The body of the request that a scenario sends: about one kilobyte of conversation. The model's name tells the upstream what to answer. */
export function requestBody(scenario: Scenario): string {
  const messages = [
    { role: 'system', content: 'Answer briefly and precisely, in the language of the question.' },
    { role: 'user', content: `${REVIEW}The change renames two columns and adds a retry to the invoice export.` },
    { role: 'assistant', content: 'It renames two columns and repeats a failed export once. The rename breaks readers that are deployed later.' },
    { role: 'user', content: `What happens when the second attempt fails too? Give an example with concrete values. ${REVIEW}` },
  ];
  const streaming = scenario.events === undefined ? {} : { stream: true, stream_options: { include_usage: true } };
  return JSON.stringify({ model: modelName(scenario), messages, temperature: 0.2, max_tokens: 512, ...streaming });
}

function modelName({ events, delay }: Scenario): string {
  return `bench-${events ?? 0}-${delay ?? 0}`;
}
