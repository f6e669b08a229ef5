import type { LogFilter, LogQuestions } from '../../../logs/log-store.ts';

/** What a graph is drawn of. */
export interface GraphWorld {
  readonly questions: LogQuestions;
  readonly filter: LogFilter & { readonly from: number; readonly to: number };
  /** Milliseconds. */
  readonly step: number;
  readonly workspace: string | undefined;
}

/** Draws a graph, in Portkey's form. */
export type Graph = (world: GraphWorld) => Promise<object>;
