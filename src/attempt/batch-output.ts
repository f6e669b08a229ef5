import { openaiChat } from '../dialects/openai-chat/index.ts';
import { isObject } from '../dialects/read.ts';
import { GatewayError } from '../errors.ts';
import type { Reply } from '../pipeline/step.ts';
import type { Transport, UpstreamHead } from '../transport/port.ts';
import { decompressing } from '../transport/decompress.ts';
import { jsonOrText } from './body.ts';
import { passthroughHeaders } from './headers.ts';
import { attemptPassthrough, passthroughPath, type PassthroughCall } from './passthrough.ts';
import { perform } from './perform.ts';
import { WholeReceiver } from './receive-whole.ts';
import { locate, type Target } from './target.ts';
import { notAnAnswer } from './upstream-error.ts';

/** What clients of Portkey ask for the answers of a batch by; providers have them in a file that the batch names. */
const OUTPUT = /^(\/batches\/[^/]+)\/output$/;

/** Passes on the file with the answers of a batch where that is what a call asks for, else what the provider has at its path. */
export async function attemptPath(call: PassthroughCall, target: Target, transport: Transport): Promise<Reply> {
  const batch = call.method === 'GET' ? OUTPUT.exec(call.endpoint.path)?.[1] : undefined;
  if (batch === undefined) return attemptPassthrough(call, target, transport);
  const file = await outputFile(batch, { call, target, transport });
  return attemptPassthrough({ ...call, endpoint: { ...call.endpoint, path: `/files/${encodeURIComponent(file)}/content` } }, target, transport);
}

interface Asking {
  readonly call: PassthroughCall;
  readonly target: Target;
  readonly transport: Transport;
}

/** Id of the file that a batch names; rejects where it names none yet. */
function outputFile(batch: string, { call, target, transport }: Asking): Promise<string> {
  const request = {
    ...locate(target, passthroughPath(target, batch, call.url), ''),
    method: 'GET',
    headers: passthroughHeaders(call, target),
    body: null,
    guarded: target.guarded,
  };
  const options = { transport: decompressing(transport), request, signal: call.signal, timeout: target.node.requestTimeout };
  return perform(options, (settle) => new WholeReceiver(settle, openaiChat.error, fileIn));
}

function fileIn(head: UpstreamHead, bytes: Buffer): string {
  const batch = jsonOrText(bytes);
  if (!isObject(batch)) throw notAnAnswer(head);
  const { output_file_id: file, status } = batch;
  if (typeof file === 'string' && file !== '') return file;
  throw new GatewayError('invalid_request', `The batch has no output: its status is ${JSON.stringify(status ?? null)}.`);
}
