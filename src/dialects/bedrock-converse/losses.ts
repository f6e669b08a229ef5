import type { DialectLosses } from '../contract/losses.ts';

/** What the pairs of this dialect are excused from. */
export const losses: DialectLosses = {
  answers: {
    id: 'answers do not name themselves',
    model: 'answers do not name it',
    choices: 'the API gives one answer',
    customCalls: 'clients of the API declare no custom tools, so that nobody calls one',
    reasoningCount: 'it is not counted apart',
  },
  finishes: { refusal: 'content_filter', pause: 'stop' },
  requests: {
    limitAboveBudget: 'Claude’s thoughts count as part of the answer',
    fillerUnsaid: 'a document is refused where no text comes with it',
    allowedToolsAlone: 'a choice cannot name several tools',
    noneUnoffered: 'the API has no such choice',
  },
};
