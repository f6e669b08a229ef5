import type { DialectLosses } from '../contract/losses.ts';

/** What the pairs of this dialect are excused from. */
export const losses: DialectLosses = {
  answers: {},
  finishes: { stop_sequence: 'stop', pause: 'stop', refusal: 'content_filter' },
  order: 'a message has its calls apart, and its thoughts come first',
  requests: {
    textFilesQuoted: 'only PDFs are sent as files',
    imagesBehindResults: 'results are texts',
  },
};
