import type { JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, Sampling } from '../../ir/request.ts';
import { joinAnswers } from '../conversation.ts';
import type { Encoded } from '../dialect.ts';
import { foreignMembers } from '../foreign-members.ts';
import { isObject } from '../read.ts';
import { encodeMessages } from './message-encode.ts';
import { encodeTools } from './tool-encode.ts';
import { SERVICE_TIERS, effortOf } from './vocabulary.ts';

/** Writes a request for chat completions. What the client sent in this dialect and the canonical form does not model is put back. */
export function encodeRequest(request: ChatRequest): Encoded {
  const dropped = new Set<string>();
  const own = request.extra['openai-chat'] ?? {};
  const { stream_options: streamOptions, ...kept } = own;
  const wire: JsonObject = {
    ...kept,
    model: request.model === '' ? undefined : request.model,
    messages: encodeMessages(joinAnswers(request.messages), dropped),
    ...encodeTools(request, dropped),
    ...encodeSampling(request.sampling),
    ...encodeFormat(request.format),
    reasoning_effort: encodeEffort(request, own, dropped),
    user: request.user,
    service_tier: request.serviceTier === undefined ? undefined : (SERVICE_TIERS[request.serviceTier] ?? request.serviceTier),
    modalities: request.modalities,
    ...(request.stream
      ? { stream: true, stream_options: { ...(isObject(streamOptions) ? streamOptions : undefined), include_usage: true } }
      : undefined),
  };
  if (request.sampling.topK !== undefined && own.top_k === undefined) dropped.add('top_k');
  for (const name of foreignMembers(request.extra, 'openai-chat')) dropped.add(name);
  return { wire, dropped: [...dropped] };
}

function encodeSampling(sampling: Sampling): JsonObject {
  return {
    max_completion_tokens: sampling.maxTokens,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    stop: sampling.stop,
    seed: sampling.seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    n: sampling.choices,
    ...(sampling.logprobs === undefined ? undefined : { logprobs: sampling.logprobs }),
    top_logprobs: sampling.topLogprobs,
  };
}

function encodeFormat(format: AnswerFormat | undefined): JsonObject | undefined {
  if (format === undefined) return undefined;
  if (format.type === 'json') return { response_format: { type: 'json_object' } };
  const { name = 'response', description, schema, strict } = format;
  return { response_format: { type: 'json_schema', json_schema: { name, description, schema, strict } } };
}

/** A client that spoke of reasoning in a form of its own is not spoken for a second time. */
function encodeEffort(request: ChatRequest, own: JsonObject, dropped: Set<string>): string | undefined {
  const { reasoning } = request;
  if (own.reasoning !== undefined) return undefined;
  if (own.thinking !== undefined) return reasoning?.effort;
  if (reasoning?.mode === 'disabled' && reasoning.effort === undefined) dropped.add('thinking');
  return effortOf(reasoning);
}
