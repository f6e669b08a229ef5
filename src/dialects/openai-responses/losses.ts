import type { DialectLosses } from '../contract/losses.ts';

/** What the pairs of this dialect are excused from. */
export const losses: DialectLosses = {
  answers: {
    id: 'stored answers are found by an id of the dialect’s own form',
    choices: 'the API gives one answer',
  },
  finishes: { stop_sequence: 'stop', refusal: 'content_filter', pause: 'stop' },
  requests: {
    textsQuoted: 'texts that are no files are sent as texts',
  },
};
