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
    words: 'If the first target fails, the next one answers.',
    config: { strategy: { mode: 'fallback' }, targets: [{ provider: 'openai', retry: { attempts: 2 } }, { provider: 'mock' }] },
  },
  {
    id: 'loadbalance',
    title: 'Load balance',
    words: 'Spread calls over targets by weight.',
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
    words: 'Route by what a call says of itself: metadata, model, parameters.',
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
    words: 'One target with retries; equal requests are answered from the cache.',
    config: { provider: 'mock', cache: { mode: 'simple', max_age: 3600 }, retry: { attempts: 3 } },
  },
];
