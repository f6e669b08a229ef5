import type { DialectLosses } from '../contract/losses.ts';

/** What the pairs of this dialect are excused from. */
export const losses: DialectLosses = {
  answers: {
    model: 'answers do not name it',
    choices: 'the API gives one answer',
    customCalls: 'clients of the API declare no custom tools, so that nobody calls one',
    images: 'the API gives no images',
    cacheWrites: 'only cache reads are counted apart',
  },
  finishes: { refusal: 'content_filter', pause: 'stop' },
  order: 'a message has its calls apart',
  requests: {
    fillerUnsaid: 'documents are members of the request, and a question must say something',
    allowedToolsAlone: 'a choice cannot name tools',
    namedToolAlone: 'a choice cannot name tools',
    autoUnsaid: 'it is the default, and has no word',
    plainSchemas: 'the API has no member for either, and always keeps to the schema',
    imagesBehindResults: 'results are texts',
    documentsApart: 'documents are members of the request',
  },
};
