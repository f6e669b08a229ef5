import type { DialectLosses } from '../contract/losses.ts';

/** What the pairs of this dialect are excused from. */
export const losses: DialectLosses = {
  answers: {
    id: 'stored answers are found by ids of a form of their own',
    choices: 'the API gives one answer',
  },
  finishes: { stop_sequence: 'stop', refusal: 'content_filter', pause: 'stop' },
  requests: {
    textsQuoted: 'the API knows files only',
  },
};
