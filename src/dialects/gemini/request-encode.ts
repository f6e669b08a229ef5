import type { Json, JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, Sampling } from '../../ir/request.ts';
import type { Encoded } from '../dialect.ts';
import { foreignMembers } from '../foreign-members.ts';
import { isObject } from '../read.ts';
import { unsaidMembers } from '../unsaid-members.ts';
import { encodeContents } from './contents-encode.ts';
import { canHeed, encodeThinking } from './thinking.ts';
import { encodeAnswerSchema, encodeToolChoice, encodeTools } from './tools.ts';
import type { EncodedTools } from './tools.ts';
import { traitsOf } from './vocabulary.ts';
import type { ModelTraits } from './vocabulary.ts';

/** A canonical request as the body of `generateContent`; the model goes into the URL. */
export function encodeRequest(request: ChatRequest): Encoded {
  const traits = traitsOf(request.model);
  const own = request.extra.gemini ?? {};
  const extensions = readExtensions(request.extra['openai-chat'] ?? {});
  const tools = encodeTools(request.tools ?? [], request.toolChoice);
  const wire = {
    ...encodeContents(request.messages, traits),
    tools: tools.tools.length === 0 ? undefined : tools.tools,
    ...extensions.body,
    ...own,
    toolConfig: merged(encodeToolConfig(request, tools), own['toolConfig']),
    generationConfig: merged({ ...encodeConfig(request, traits), ...extensions.config }, own['generationConfig']),
  };
  return { wire: wire as unknown as JsonObject, dropped: [...tools.dropped, ...droppedMembers(request, traits)] };
}

/** Members of OpenAI-style requests that are expressed here, or that concern the answer's way back only. */
const ADOPTED = ['safety_settings', 'labels', 'cached_content', 'image_config', 'audio'];

/** What the request says and Gemini has no form for, by the names that OpenAI-style clients know. */
function droppedMembers(request: ChatRequest, { thinking }: ModelTraits): readonly string[] {
  const { parallelToolCalls, user, serviceTier, messages, extra } = request;
  const lost: readonly (readonly [string, boolean])[] = [
    ['parallel_tool_calls', parallelToolCalls === false],
    ['user', user !== undefined],
    ['service_tier', serviceTier !== undefined && !/^(?:auto|default|standard)/.test(serviceTier)],
    ['name', messages.some((message) => message.role !== 'system' && message.name !== undefined)],
    ['reasoning', !canHeed(request.reasoning, thinking)],
  ];
  return [
    ...lost.filter(([, isLost]) => isLost).map(([name]) => name),
    ...unsaidMembers(request, ['cache_control', 'citations', 'context', 'detail']),
    ...foreignMembers(extra, 'gemini', ADOPTED),
  ];
}

/** Nothing is said where there is no function to choose. */
function encodeToolConfig({ toolChoice }: ChatRequest, { callable }: EncodedTools): JsonObject {
  return toolChoice === undefined || !callable ? {} : { functionCallingConfig: encodeToolChoice(toolChoice) };
}

function encodeConfig(request: ChatRequest, traits: ModelTraits): JsonObject {
  return {
    ...encodeSampling(request.sampling),
    ...encodeFormat(request.format),
    thinkingConfig: encodeThinking(request.reasoning, traits.thinking),
    responseModalities: request.modalities?.map((word) => word.toUpperCase()),
  };
}

function encodeSampling(sampling: Sampling): JsonObject {
  return {
    maxOutputTokens: sampling.maxTokens,
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    stopSequences: sampling.stop === undefined || sampling.stop.length === 0 ? undefined : sampling.stop,
    seed: sampling.seed,
    presencePenalty: sampling.presencePenalty,
    frequencyPenalty: sampling.frequencyPenalty,
    candidateCount: sampling.choices,
    responseLogprobs: sampling.logprobs,
    logprobs: sampling.topLogprobs,
  };
}

function encodeFormat(format: AnswerFormat | undefined): JsonObject {
  if (format === undefined) return {};
  return { responseMimeType: 'application/json', ...(format.type === 'json' ? {} : encodeAnswerSchema(format.schema)) };
}

/** Where parameters go that OpenAI-style clients send for Gemini, by their path. */
interface Extensions {
  readonly body: JsonObject;
  readonly config: JsonObject;
}

function readExtensions(extra: JsonObject): Extensions {
  return {
    body: defined({ safetySettings: extra['safety_settings'], labels: extra['labels'], cachedContent: extra['cached_content'] }),
    config: defined({ imageConfig: imageConfig(extra['image_config']), speechConfig: speechConfig(extra['audio']) }),
  };
}

function imageConfig(value: Json | undefined): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  return defined({ aspectRatio: value['aspect_ratio'] ?? value['aspectRatio'], imageSize: value['image_size'] ?? value['imageSize'] });
}

/** OpenAI's `audio.voice`; the names of the voices are the provider's own. */
function speechConfig(value: Json | undefined): JsonObject | undefined {
  if (!isObject(value) || typeof value['voice'] !== 'string') return undefined;
  return { voiceConfig: { prebuiltVoiceConfig: { voiceName: value['voice'] } } };
}

function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Two levels of an object joined, the caller's own members last; undefined where there are none. */
function merged(modelled: JsonObject, own: Json | undefined): JsonObject | undefined {
  const result: Record<string, Json | undefined> = defined(modelled);
  for (const [key, value] of isObject(own) ? Object.entries(own) : []) {
    const before = result[key];
    result[key] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}
