import type { GatewayError } from '../errors.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call } from '../pipeline/step.ts';
import { memberList, spellUsd } from './gateway-headers.ts';
import type { Writer } from './pump.ts';

/**
 * Dialects in whose event streams a comment would do harm: Google's client libraries take every line for data, or stop reading at the
 * first one that is none (https://github.com/google-gemini/generative-ai-js).
 */
const WITHOUT_COMMENTS: ReadonlySet<string> = new Set(['gemini']);

/** Adds comments to the end of a stream that say what has happened to its call since the headers were written. */
export function telling<Item>(call: Call, writer: Writer<Item>): Writer<Item> {
  const behindNews = (ending: string | Uint8Array): string | Uint8Array => (typeof ending === 'string' ? newsOf(call) + ending : ending);
  return {
    write: (item) => writer.write(item),
    end: () => behindNews(writer.end()),
    fail: (error: GatewayError) => {
      call.attempts.brokeOff(error);
      const ending = writer.fail(error);
      return ending === undefined ? undefined : behindNews(ending);
    },
  };
}

/** Comments (lines that begin with a colon) are for people and logs: clients of event streams ignore them. */
function newsOf({ endpoint, attempts, notes }: Call): string {
  if (!takesComments(endpoint)) return '';
  const comments: string[] = [];
  const news = attempts.tellNews();
  if (news !== undefined) comments.push(`: x-sluice-attempts ${news.attempts}\n`);
  if (news !== undefined && news.dropped.length > 0) comments.push(`: x-sluice-dropped-params ${memberList(news.dropped)}\n`);
  const cost = notes.cache?.saved === undefined ? (notes.cost?.total ?? undefined) : undefined;
  if (cost !== undefined) comments.push(`: x-sluice-cost ${spellUsd(cost)}\n`);
  return comments.length === 0 ? '' : `${comments.join('')}\n`;
}

function takesComments(endpoint: Endpoint): boolean {
  return endpoint.kind === 'chat' && endpoint.dialect.framing === 'sse' && endpoint.jsonArray !== true && !WITHOUT_COMMENTS.has(endpoint.dialect.id);
}
