import type { TargetNode } from '../config/resolved.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { Room } from '../pipeline/explanation.ts';
import type { Call } from '../pipeline/step.ts';
import type { UpstreamRequest } from '../transport/port.ts';
import { authOf } from './authorize.ts';
import { callerKey } from './headers.ts';
import { maskedBody, maskedHeader, maskedUrl, withoutSecrets } from './mask.ts';
import { prepareChat, type ChatCall } from './prepare-chat.ts';
import { prepareCount, type CountCall } from './prepare-count.ts';
import { prepareEmbed, type EmbedCall } from './prepare-embed.ts';
import { secretsOf } from './secrets.ts';
import type { Target } from './target.ts';

/** What a call would send to a target. */
interface Sending {
  /** The wire format. */
  readonly format: string | undefined;
  readonly requests: readonly UpstreamRequest[];
  readonly dropped: readonly string[];
  readonly note?: string;
}

type Kind = Call['endpoint']['kind'];

/** The very functions that prepare what is sent. */
const PREPARATIONS: { readonly [kind in Kind]?: (call: Call, target: Target) => Sending } = {
  chat: (call, target) => {
    const { request, endpoint, dropped } = prepareChat(call as ChatCall, target);
    return { format: endpoint.dialect.id, requests: [request], dropped };
  },
  embed: (call, target) => {
    const { endpoint, requests, dropped } = prepareEmbed(call as EmbedCall, target);
    return { format: endpoint.dialect.id, requests, dropped };
  },
  count: (call, target) => {
    const { question } = prepareCount(call as CountCall, target);
    if (question === undefined) return { format: undefined, requests: [], dropped: [], note: 'The provider does not count: the gateway estimates.' };
    return { format: question.endpoint.counting.chat.id, requests: [question.request], dropped: [] };
  },
};

/** The kinds of calls that can be explained: those whose requests the gateway writes. */
export const EXPLAINED: ReadonlySet<string> = new Set(Object.keys(PREPARATIONS));

/** What a target would get for a call, in what format and with what proof of identity; or why it would get nothing. Secrets are masked. */
export function explainRequests(call: Call, node: TargetNode, { join, room }: Explaining): JsonObject {
  return withoutSecrets(explain(call, { join, room }), secretsOf(call, node)) as JsonObject;
}

export interface Explaining {
  /** Joins the target with its provider; throws where that cannot be. */
  readonly join: () => Target;
  readonly room: Room;
}

function explain(call: Call, { join, room }: Explaining): JsonObject {
  if (room.bytes <= 0) return { omitted: 'The explanation is long enough.' };
  try {
    const target = join();
    const prepare = PREPARATIONS[call.endpoint.kind];
    if (prepare === undefined) throw new GatewayError('unsupported_endpoint', 'Only chat, embeddings and counts of tokens can be explained.');
    const { format, requests, dropped, note } = prepare(call, target);
    const authentication = authOf(target, target.node.apiKey ?? callerKey(call))?.scheme ?? 'missing';
    return { format, authentication, requests: requests.map((request) => shown(request, room)), dropped_params: dropped, note };
  } catch (thrown) {
    const { code, message, info } = toGatewayError(thrown);
    return { error: { code, message, param: info.param } };
  }
}

function shown({ method, origin, path, headers, body }: UpstreamRequest, room: Room): JsonObject {
  const pairs = headers.flatMap((name, i) => (i % 2 === 0 ? [[name, maskedHeader(name, headers[i + 1] as string)] as const] : []));
  return { method, url: maskedUrl(origin + path), headers: Object.fromEntries(pairs), ...shownBody(body, room) };
}

/** Bodies are shown as JSON; once there is no room left, by their size alone. */
function shownBody(body: UpstreamRequest['body'], room: Room): JsonObject {
  const text = typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body as string) : Buffer.alloc(0);
  room.bytes -= text.length;
  if (room.bytes < 0) return { body_omitted: `${text.length} bytes` };
  return text.length === 0 ? {} : { body: maskedBody(JSON.parse(text.toString('utf8')) as Json) };
}
