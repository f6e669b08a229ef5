import type { FinishReason } from '../../ir/events.ts';
import type { AnswerMeaning, ChoiceMeaning } from './meaning.ts';
import type { Rewording } from './rewordings.ts';

/** What a dialect cannot carry or puts in other words, each with the reason: what the suites of pairs excuse it from. */
export interface DialectLosses {
  /** What answers lose. */
  readonly answers: { readonly [name in AnswerLoss]?: string };
  /** Reasons to finish that share the word of another one. */
  readonly finishes: { readonly [reason in FinishReason]?: FinishReason };
  /** Why texts, thoughts and tool calls do not keep their order. */
  readonly order?: string;
  /** What requests say in other words. */
  readonly requests: { readonly [name in Rewording]?: string };
}

/** What an answer can lose. */
export type AnswerLoss = keyof typeof FORGET;

type Forget = (answer: AnswerMeaning) => AnswerMeaning;

function inChoices(change: (choice: ChoiceMeaning) => Partial<ChoiceMeaning>): Forget {
  return (answer) => ({ ...answer, choices: answer.choices.map((choice) => ({ ...choice, ...change(choice) })) });
}

function inUsage(change: Partial<NonNullable<AnswerMeaning['usage']>>): Forget {
  return (answer) => (answer.usage === undefined ? answer : { ...answer, usage: { ...answer.usage, ...change } });
}

/** An answer without what is lost. */
const FORGET = {
  id: (answer: AnswerMeaning) => ({ ...answer, id: undefined }),
  model: (answer: AnswerMeaning) => ({ ...answer, model: undefined }),
  choices: (answer: AnswerMeaning) => ({ ...answer, choices: answer.choices.slice(0, 1) }),
  customCalls: inChoices(({ calls }) => ({ calls: calls.filter(({ custom }) => !custom) })),
  customCallsAsFunctions: inChoices(({ calls }) => ({
    calls: calls.map((call) => (call.custom ? { ...call, custom: false, arguments: { input: call.arguments } } : call)),
  })),
  images: inChoices(() => ({ media: [] })),
  refusal: inChoices(() => ({ refusal: '' })),
  cacheWrites: inUsage({ cacheWrite: 0 }),
  reasoningCount: inUsage({ reasoning: 0 }),
};

/** What is left of an answer behind a dialect. */
export function afterLosses(answer: AnswerMeaning, { answers, finishes }: DialectLosses): AnswerMeaning {
  const left = (Object.keys(answers) as AnswerLoss[]).reduce((rest, name) => FORGET[name](rest), answer);
  return inChoices(({ finish }) => ({ finish: finish === undefined ? undefined : (finishes[finish] ?? finish) }))(left);
}
