import type { Fault } from '../config/resolved.ts';

/** What a model of the mock rehearses: a fault of the connection, or an error that providers report with status 400. */
export type Rehearsal = { readonly fault: Fault } | { readonly error: MockError };

export interface MockError {
  readonly status: number;
  readonly message: string;
  readonly code: string;
}

interface RehearsalModel {
  readonly pattern: RegExp;
  /** A name that the pattern fits, for lists of models. */
  readonly example: string;
  /** `number`: the one in the model's name. */
  readonly make: (number: number | undefined) => Rehearsal;
}

const fault = (what: Fault): Rehearsal => ({ fault: what });
const error = (code: string, message: string): Rehearsal => ({ error: { status: 400, message, code } });

/** Every model of the mock at which something goes wrong. */
const MODELS: readonly RehearsalModel[] = [
  { pattern: /^mock-([45]\d\d)$/, example: 'mock-429', make: (status) => fault({ status }) },
  { pattern: /^mock-reset$/, example: 'mock-reset', make: () => fault({ reset: true }) },
  { pattern: /^mock-cut(?:-after-(\d{1,6}))?$/, example: 'mock-cut-after-20', make: (cutAfter = 5) => fault({ cutAfter }) },
  { pattern: /^mock-stall(?:-after-(\d{1,6}))?$/, example: 'mock-stall', make: (stallAfter = 5) => fault({ stallAfter }) },
  { pattern: /^mock-slow-first(?:-(\d{1,6}))?$/, example: 'mock-slow-first', make: (delay = 20_000) => fault({ delay }) },
  { pattern: /^mock-malformed$/, example: 'mock-malformed', make: () => fault({ malformed: true }) },
  {
    pattern: /^mock-context-length$/,
    example: 'mock-context-length',
    make: () => error('context_length_exceeded', "This model's maximum context length is 8 tokens, which the messages exceed."),
  },
  {
    pattern: /^mock-content-filter$/,
    example: 'mock-content-filter',
    make: () => error('content_filter', 'The request was refused by the content policy.'),
  },
];

/** Names that rehearse something, one of each kind. */
export const REHEARSAL_MODELS: readonly string[] = MODELS.map(({ example }) => example);

/** What a model's name asks to rehearse; undefined for models that just answer. */
export function rehearsalOf(model: unknown): Rehearsal | undefined {
  if (typeof model !== 'string' || !model.startsWith('mock-')) return undefined;
  for (const { pattern, make } of MODELS) {
    const match = pattern.exec(model);
    if (match !== null) return make(match[1] === undefined ? undefined : Number(match[1]));
  }
  return undefined;
}

/** The answer to such a model while rehearsals are switched off. */
export function switchedOff(model: string): MockError {
  const message = `The model ${model} rehearses a fault. Start the gateway with ALLOW_FAULT_INJECTION=1 to use it.`;
  return { status: 404, message, code: 'model_not_found' };
}
