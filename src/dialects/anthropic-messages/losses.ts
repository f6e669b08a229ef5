import type { DialectLosses } from '../contract/losses.ts';

/** What the pairs of this dialect are excused from. */
export const losses: DialectLosses = {
  answers: {
    choices: 'the API gives one answer',
    customCalls: 'clients of the API declare no custom tools, so that nobody calls one',
    images: 'the API gives no images',
  },
  finishes: { content_filter: 'refusal' },
  requests: {
    limitAboveBudget: 'thoughts count as part of the answer',
    allowedToolsAlone: 'a choice cannot name several tools',
    serialOfNone: 'it is a member of the other choices',
    plainSchemas: 'the API has no member for either, and always keeps to the schema',
  },
};
