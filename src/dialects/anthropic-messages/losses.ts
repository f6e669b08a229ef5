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
    limitAboveBudget: 'the budget is a part of the limit',
    allowedToolsAlone: 'a choice cannot name several tools',
    serialOfNone: 'parallel calls are a member of the other choices',
    plainSchemas: 'a schema has no name and is always kept to',
  },
};
