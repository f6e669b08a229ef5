import type { JsonObject } from '../../ir/json.ts';
import type { UsageOnRequest, WireEvent } from '../dialect.ts';
import { isObject } from '../read.ts';

/** OpenAI's streams tell what they used only where `stream_options` asks for it, in a chunk of its own that has no choices. */
export const usageOnRequest: UsageOnRequest = {
  member: 'stream_options',
  isAsked: ({ stream_options: options }) => isObject(options) && options['include_usage'] === true,
  ask: (wire) => ({ ...wire, stream_options: { ...optionsOf(wire), include_usage: true } }),
  marks: ['"choices":[]', '"choices": []'],
  isUsageOnly,
};

function optionsOf({ stream_options: options }: JsonObject): JsonObject {
  return isObject(options) ? options : {};
}

function isUsageOnly(event: WireEvent): boolean {
  if (event === '[DONE]') return false;
  const { choices, usage } = event;
  return Array.isArray(choices) && choices.length === 0 && isObject(usage);
}
