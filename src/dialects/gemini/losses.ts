import type { DialectLosses } from '../contract/losses.ts';

/** What the pairs of this dialect are excused from. */
export const losses: DialectLosses = {
  answers: {
    customCallsAsFunctions: 'there are no custom tools',
    refusal: 'it is the message of the finish',
    cacheWrites: 'only cache reads are counted apart',
  },
  finishes: { stop_sequence: 'stop', refusal: 'content_filter', pause: 'stop' },
  requests: {
    fillerUnsaid: 'a conversation begins with the user',
    allowedToolsAlone: 'allowed tools are named only where one must be called',
    plainSchemas: 'a schema has no name and is always kept to',
    closedSchemas: 'schemas are always kept to and objects closed',
    imagesBehindResults: 'older models take none in results',
    callsWithoutIds: 'Vertex AI refuses ids',
  },
};
