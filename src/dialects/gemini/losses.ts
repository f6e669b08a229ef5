import type { DialectLosses } from '../contract/losses.ts';

/** What the pairs of this dialect are excused from. */
export const losses: DialectLosses = {
  answers: {
    customCallsAsFunctions: 'there are no custom tools',
    cacheWrites: 'only cache reads are counted apart',
  },
  finishes: { stop_sequence: 'stop', refusal: 'content_filter', pause: 'stop' },
  requests: {
    allowedToolsAlone: 'allowed tools can be named only where one must be called',
    namedToolAlone: 'several can be allowed, and none be named',
    plainSchemas: 'the API has no member for either, and always keeps to the schema',
    closedSchemas: 'both are always so',
    imagesBehindResults: 'older models take none in results',
    callsWithoutIds: 'Vertex AI refuses ids',
  },
};
