import type { Turn } from './thread.ts';

/** A conversation that another page hands over. */
export interface Draft {
  readonly turns: readonly Turn[];
  readonly prompt?: string;
  /** Pictures that go with the prompt. */
  readonly images?: readonly string[];
  readonly tools?: string;
  readonly schema?: string;
}

const NAME = 'sluice.playground';

/** Leaves a conversation for the playground, which takes it when it opens. */
export function leaveDraft(draft: Draft): void {
  sessionStorage.setItem(NAME, JSON.stringify(draft));
}

/** The conversation that was left, once. */
export function takeDraft(): Draft | undefined {
  const text = sessionStorage.getItem(NAME);
  if (text === null) return undefined;
  // React's strict mode asks twice in one go.
  setTimeout(() => sessionStorage.removeItem(NAME), 0);
  try {
    return JSON.parse(text) as Draft;
  } catch {
    return undefined;
  }
}
