import { callerHeaders } from '../../api/caller-key.ts';
import { readJson } from '../../api/client.ts';
import { COMMENT, eventsOf } from '../../api/event-stream.ts';
import type { JsonObject } from '../../api/types.ts';
import { answerOf, NOTHING, withEvent, type Answer } from '../../chat/answer.ts';
import type { Run } from './thread.ts';

export interface Request {
  /** Of the endpoint; undefined: OpenAI's chat. */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly signal: AbortSignal;
  /** Hears of every change, the last one included. */
  readonly onRun: (run: Run) => void;
}

/** Sends a chat through the gateway itself. Never rejects: what goes wrong is in the run. */
export async function runChat({ path = '/v1/chat/completions', headers, body, signal, onRun }: Request): Promise<void> {
  const start = performance.now();
  let run: Run = { answer: NOTHING, isOver: false };
  const tell = (change: Partial<Run>): void => {
    run = { ...run, ...change };
    onRun(run);
  };
  tell({});
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...callerHeaders(), ...headers },
      body: JSON.stringify(body),
      signal,
    });
    tell(headerFacts(response));
    const onAnswer = (answer: Answer): void =>
      tell({ answer, ...(run.firstMs === undefined && hasContent(answer) ? { firstMs: performance.now() - start } : {}) });
    await readAnswer(response, { onAnswer, onComment: (comment) => tell(commentFacts(comment)) });
  } catch (error) {
    if (!signal.aborted) tell({ answer: { ...run.answer, error: error instanceof Error ? error.message : String(error) } });
  }
  tell({ ms: performance.now() - start, isOver: true, cost: run.cost ?? run.answer.cost });
}

function hasContent({ text, reasoning, tools }: Answer): boolean {
  return text !== '' || reasoning !== '' || tools.length > 0;
}

function headerFacts({ status, headers }: Response): Partial<Run> {
  const cost = headers.get('x-sluice-cost');
  return {
    status,
    callId: headers.get('x-sluice-request-id') ?? undefined,
    provider: headers.get('x-sluice-provider') ?? undefined,
    cache: headers.get('x-sluice-cache-status') ?? undefined,
    ...(cost === null || cost === '' || Number.isNaN(Number(cost)) ? {} : { cost: Number(cost) }),
  };
}

/** What the gateway says behind a stream, where its headers are long gone. */
function commentFacts(comment: string): Partial<Run> {
  const cost = /^x-sluice-cost (\S+)$/.exec(comment)?.[1];
  return cost === undefined || Number.isNaN(Number(cost)) ? {} : { cost: Number(cost) };
}

interface Listener {
  readonly onAnswer: (answer: Answer) => void;
  readonly onComment: (comment: string) => void;
}

async function readAnswer(response: Response, { onAnswer, onComment }: Listener): Promise<void> {
  const isStream = response.headers.get('content-type')?.includes('text/event-stream') === true;
  if (!isStream || response.body === null) {
    const body = await readJson(response);
    return onAnswer(body === undefined ? { ...NOTHING, error: `Status ${response.status}` } : answerOf(body));
  }
  let answer = NOTHING;
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === COMMENT) onComment(data);
    else onAnswer((answer = withEvent(answer, data)));
  }
}
