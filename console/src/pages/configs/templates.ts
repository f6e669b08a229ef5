import type { JsonObject } from '../../api/types.ts';

/** A config to begin with. */
export interface Template {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly config: JsonObject;
}

export const TEMPLATES: readonly Template[] = [
  {
    id: 'fallback',
    title: 'Fallback',
    words: 'When the first target fails, the next one answers.',
    config: { strategy: { mode: 'fallback' }, targets: [{ provider: 'openai', retry: { attempts: 2 } }, { provider: 'mock' }] },
  },
  {
    id: 'loadbalance',
    title: 'Load balance',
    words: 'Calls are spread over targets as their weights say.',
    config: {
      strategy: { mode: 'loadbalance' },
      targets: [
        { provider: 'mock', weight: 0.7 },
        { provider: 'mock', weight: 0.3 },
      ],
    },
  },
  {
    id: 'conditional',
    title: 'Conditional',
    words: 'What a call says of itself decides where it goes.',
    config: {
      strategy: { mode: 'conditional', conditions: [{ query: { 'metadata.tier': { $eq: 'gold' } }, then: 'large' }], default: 'small' },
      targets: [
        { name: 'large', provider: 'mock', override_params: { model: 'mock-large' } },
        { name: 'small', provider: 'mock', override_params: { model: 'mock-small' } },
      ],
    },
  },
  {
    id: 'cache',
    title: 'Cached and retried',
    words: 'One target; equal requests are answered from the cache.',
    config: { provider: 'mock', cache: { mode: 'simple', max_age: 3600 }, retry: { attempts: 3 } },
  },
];
