import type { TargetNode } from '../config/resolved.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call, Keeping } from '../pipeline/step.ts';
import type { ChatEndpoint, Prefill } from '../providers/provider.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import type { UpstreamRequest } from '../transport/port.ts';
import { attemptHeaders } from './headers.ts';
import { keeperOf } from './keeper.ts';
import { beginningOf, withMark } from './prefill.ts';
import { addOptionMembers } from './option-members.ts';
import { bodyFor, modelAsked } from './parameters.ts';
import { applyQuirks, modelAt, refusedMembers } from './quirks.ts';
import { below, chatEndpoint, locate, type Target } from './target.ts';
import { decoded, refuseKept, translate, type Translation, type TranslationOptions } from './translate.ts';

export type ChatCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'chat' }> };

/** A chat request made ready for one target. */
export interface PreparedChat {
  readonly request: UpstreamRequest;
  readonly endpoint: ChatEndpoint;
  readonly stream: boolean;
  /** Client and provider speak the same dialect. */
  readonly sameDialect: boolean;
  readonly dropped: readonly string[];
  /** The stream will tell what it used, which the client did not ask for. */
  readonly hidesUsage: boolean;
  /** The text that the answer goes on from, without saying it again. */
  readonly goesOnFrom: string | undefined;
  /** Undefined: the answer is not to be kept. */
  readonly keeping: Keeping | undefined;
}

/** Works out, without sending it, the exact request that a target gets for a chat call. */
export function prepareChat(call: ChatCall, target: Target): PreparedChat {
  const client = call.endpoint.dialect;
  const wanted = bodyFor(call, target.node);
  const asked = modelAsked(call, target.node, wanted);
  const { wire, dropped: unknown } = addOptionMembers(wanted, call, { target, model: asked });
  const endpoint = chatEndpoint(target, client, asked);
  const model = modelAt(endpoint.quirks, asked);
  const stream = call.endpoint.stream ?? wire['stream'] === true;
  const sameDialect = endpoint.dialect === client;
  const { whole, keeping } = recalled(wire, call, { target, endpoint });
  const { thoughts } = endpoint.quirks ?? {};
  const languages = { client, upstream: endpoint.dialect, model, stream, provider: target.provider.name, thoughts };
  if (sameDialect && endpoint.keeps !== true) refuseKept(wire, languages);
  // What was recalled goes through the codec, which knows what a host takes back.
  const isItsOwn = sameDialect && whole['input'] === wire['input'];
  const written = write(whole, call, { endpoint, languages, isItsOwn, node: target.node });
  const named = withModel(written.wire, { endpoint, target, model, asked });
  const body = applyQuirks(named, endpoint.quirks);
  const request: UpstreamRequest = {
    ...locate(below(target, endpoint), stream ? (endpoint.streamPath ?? endpoint.path) : endpoint.path, model),
    method: 'POST',
    headers: attemptHeaders(call, target, acceptFor(endpoint, stream)),
    body: body === call.json ? call.body : JSON.stringify(body),
    guarded: target.guarded,
  };
  const dropped = [...unknown, ...written.dropped, ...refusedMembers(named, endpoint.quirks)];
  const answering = written.upstream === endpoint.dialect ? endpoint : { ...endpoint, dialect: written.upstream };
  const { goesOnFrom, hidesUsage = false } = written;
  return {
    request,
    endpoint: answering,
    stream,
    sameDialect,
    dropped,
    hidesUsage,
    goesOnFrom,
    keeping,
  };
}

interface Written extends Translation {
  readonly hidesUsage?: boolean | undefined;
  readonly goesOnFrom?: string | undefined;
}

interface Wording {
  readonly endpoint: ChatEndpoint;
  readonly languages: TranslationOptions;
  /** The body is as the client wrote it, in the host's dialect. */
  readonly isItsOwn: boolean;
  readonly node: TargetNode;
}

/** The body in the host's dialect, with the beginning of its answer where another target has delivered one and the host goes on from there. */
function write(wire: JsonObject, call: ChatCall, wording: Wording): Written {
  const { endpoint, languages, isItsOwn } = wording;
  const prefill = prefillOf(wording);
  const beginning =
    call.delivered === undefined || prefill === undefined ? undefined : beginningOf(call.delivered, prefill, decoded(wire, languages));
  if (beginning !== undefined) return goingOn(wire, beginning, wording);
  if (isItsOwn && !hasForeignProofs(call.body, endpoint)) return asItIs(wire, wording);
  return { ...translate(wire, languages), hidesUsage: isItsOwn && endpoint.dialect.usageOnRequest?.isAsked(wire) === false };
}

/** Who serves a custom host is unknown: a model of that name may not take beginnings there. */
function prefillOf({ endpoint: { prefill }, node: { customHost } }: Wording): Prefill | undefined {
  return customHost === undefined ? prefill : undefined;
}

function goingOn(wire: JsonObject, beginning: string, { endpoint: { prefill }, languages }: Wording): Written {
  const written = translate(wire, { ...languages, beginning });
  return { ...written, wire: withMark(written.wire, prefill?.mark), goesOnFrom: prefill?.repeats === true ? undefined : beginning };
}

/** The body as the client wrote it, but that a stream is always asked for what it uses. */
function asItIs(wire: JsonObject, { endpoint: { dialect, quirks }, languages: { stream }, node: { dropParams } }: Wording): Written {
  const { usageOnRequest: usage } = dialect;
  const asks = stream && usage !== undefined && !usage.isAsked(wire) && quirks?.streamOptions !== false && !dropParams.includes(usage.member);
  return { wire: asks ? usage.ask(wire) : wire, dropped: [], upstream: dialect, hidesUsage: asks };
}

interface Host {
  readonly target: Target;
  readonly endpoint: ChatEndpoint;
}

/** The body with what it refers to spelled out where the host does not know it, and what becomes of the answer. */
function recalled(wire: JsonObject, call: ChatCall, { target, endpoint }: Host): { whole: JsonObject; keeping: Keeping | undefined } {
  if (call.recall === undefined) return { whole: wire, keeping: undefined };
  const isKeeper = endpoint.keeps === true && endpoint.dialect === call.endpoint.dialect;
  const keeper = isKeeper ? keeperOf(call, target) : undefined;
  return { whole: call.recall(wire, keeper), keeping: wire['store'] === false ? undefined : { keeper } };
}

/** A conversation may have been led with other models before; their proofs would make the provider refuse it, and translating leaves them out. */
function hasForeignProofs(body: Buffer, { dialect, quirks }: ChatEndpoint): boolean {
  const marks = [...(dialect.foreignMarks ?? []), ...(quirks?.rewrites ?? [])];
  return marks.some((mark) => body.includes(mark));
}

function acceptFor({ dialect, framing }: ChatEndpoint, stream: boolean): string {
  return stream ? (FRAMINGS[framing ?? dialect.framing].contentType.split(';', 1)[0] as string) : 'application/json';
}

interface Naming {
  readonly endpoint: ChatEndpoint;
  readonly target: Target;
  readonly model: string;
  readonly asked: string;
}

/**
 * The body under the name that the host has for the model: a deployment's (Azure), or one without the prefix that says whose it is. Where the
 * client says the model in the URL, and the host wants it in the body, it is added there.
 */
function withModel(wire: JsonObject, { endpoint: { path, quirks }, target, model, asked }: Naming): JsonObject {
  const deployment = quirks?.modelOption === undefined ? undefined : target.options[quirks.modelOption];
  const isWanted = path.includes('{model}') ? model !== asked && 'model' in wire : model !== '' && model !== wire['model'];
  const name = deployment ?? (isWanted ? model : undefined);
  return name === undefined ? wire : { ...wire, model: name };
}
