import type { Quirks } from './provider.ts';

/** The ranges of OpenAI's own API, which the hosts that copy it share: numbers outside are cut to them instead of refused. */
export const ranges = {
  temperature: { min: 0, max: 2 },
  max_tokens: { min: 0 },
  max_completion_tokens: { min: 0 },
} as const satisfies Quirks['clamp'];

/** What hosts that have adopted `max_completion_tokens` lack of today's OpenAI chat format: the `developer` role. */
export const compatibleToday = { systemRole: 'system', clamp: ranges } as const satisfies Quirks;

/** What most OpenAI-compatible hosts lack of today's OpenAI chat format: the `developer` role and the new name of `max_tokens`. */
export const compatible = { ...compatibleToday, rename: { max_completion_tokens: 'max_tokens' } } as const satisfies Quirks;

/** The host takes thoughts back in the member in which it sent them. */
export const thoughtsInContent = { member: 'reasoning_content' } as const satisfies Quirks['thoughts'];

/** The same, and the host refuses calls of tools without. */
export const thoughtsDemanded = { member: 'reasoning_content', isDemanded: true } as const satisfies Quirks['thoughts'];

/** The same for hosts that have the shorter name for it. */
export const thoughtsInReasoning = { member: 'reasoning' } as const satisfies Quirks['thoughts'];
