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
export type AnswerLoss = keyof typeof ANSWER_LOSSES;

type Forget = (answer: AnswerMeaning) => AnswerMeaning;

function inChoices(change: (choice: ChoiceMeaning) => Partial<ChoiceMeaning>): Forget {
  return (answer) => ({ ...answer, choices: answer.choices.map((choice) => ({ ...choice, ...change(choice) })) });
}

function inUsage(change: Partial<NonNullable<AnswerMeaning['usage']>>): Forget {
  return (answer) => (answer.usage === undefined ? answer : { ...answer, usage: { ...answer.usage, ...change } });
}

/** What an answer can lose, and the answer without it. */
export const ANSWER_LOSSES = {
  id: { title: 'the id of an answer', forget: (answer: AnswerMeaning) => ({ ...answer, id: undefined }) },
  model: { title: 'the model that answered', forget: (answer: AnswerMeaning) => ({ ...answer, model: undefined }) },
  choices: { title: 'all choices but the first', forget: (answer: AnswerMeaning) => ({ ...answer, choices: answer.choices.slice(0, 1) }) },
  customCalls: {
    title: 'calls of tools that take free text',
    forget: inChoices(({ calls }) => ({ calls: calls.filter(({ custom }) => !custom) })),
  },
  customCallsAsFunctions: {
    title: 'that a call is of a tool that takes free text',
    forget: inChoices(({ calls }) => ({
      calls: calls.map((call) => (call.custom ? { ...call, custom: false, arguments: { input: call.arguments } } : call)),
    })),
  },
  images: { title: 'images that the model made', forget: inChoices(() => ({ media: [] })) },
  refusal: { title: 'what was said on refusing', forget: inChoices(() => ({ refusal: '' })) },
  cacheWrites: { title: 'how many tokens went into a cache', forget: inUsage({ cacheWrite: 0 }) },
  reasoningCount: { title: 'how many tokens were thoughts', forget: inUsage({ reasoning: 0 }) },
} satisfies Record<string, { readonly title: string; readonly forget: Forget }>;

/** What is left of an answer behind a dialect. */
export function afterLosses(answer: AnswerMeaning, { answers, finishes }: DialectLosses): AnswerMeaning {
  const left = (Object.keys(answers) as AnswerLoss[]).reduce((rest, name) => ANSWER_LOSSES[name].forget(rest), answer);
  return inChoices(({ finish }) => ({ finish: finish === undefined ? undefined : (finishes[finish] ?? finish) }))(left);
}
