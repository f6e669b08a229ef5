import type { Feedback } from '../../../logs/log-store.ts';
import type { Graph, GraphWorld } from './graph.ts';

/** Judgements that a graph is drawn of, at most. */
const MOST = 100_000;

async function judged({ questions, filter: { from, to }, workspace }: GraphWorld): Promise<readonly Feedback[]> {
  return questions.feedbacks({ workspace, from, to, limit: MOST });
}

function meanOf(feedback: readonly Feedback[]): number {
  return feedback.length === 0 ? 0 : feedback.reduce((sum, { value }) => sum + value, 0) / feedback.length;
}

function weightedMeanOf(feedback: readonly Feedback[]): number {
  const weights = feedback.reduce((sum, { weight }) => sum + weight, 0);
  return weights === 0 ? 0 : feedback.reduce((sum, { value, weight }) => sum + value * weight, 0) / weights;
}

function overTime(more: (feedback: readonly Feedback[]) => object): Graph {
  return async (world) => {
    const all = await judged(world);
    const steps = Map.groupBy(all, ({ at }) => Math.floor(at / world.step) * world.step);
    const points = [...steps].sort(([one], [other]) => one - other);
    return {
      summary: { total: all.length, ...more(all) },
      data_points: points.map(([at, feedback]) => ({ timestamp: new Date(at).toISOString(), total: feedback.length, ...more(feedback) })),
    };
  };
}

/** How often each score was given. */
const scores: Graph = async (world) => {
  const all = await judged(world);
  const counts = [...Map.groupBy(all, ({ value }) => value)].map(([score, feedback]) => ({ score, total: feedback.length }));
  return { summary: { total: all.length, avg: meanOf(all) }, data_points: counts.toSorted((one, other) => one.score - other.score) };
};

/** Of the models whose traces were judged. */
const byModel: Graph = async (world) => {
  const all = (await judged(world)).slice(0, 500);
  const models = await Promise.all(
    all.map(async ({ traceId }) => {
      const { entries } = await world.questions.list({ filter: { traceId, dimensions: world.filter.dimensions }, limit: 1 });
      return String(entries[0]?.['model'] ?? 'unknown');
    }),
  );
  const groups = Map.groupBy(
    all.map((feedback, i) => ({ feedback, model: models[i] ?? '' })),
    ({ model }) => model,
  );
  const points = [...groups].map(([model, judgements]) => {
    const feedback = judgements.map((judgement) => judgement.feedback);
    return { ai_model: model, total: feedback.length, avg: weightedMeanOf(feedback) };
  });
  return { summary: { total: all.length }, data_points: points };
};

/** Graphs of what people think of answers. */
export const feedbackGraphs: Readonly<Record<string, Graph>> = {
  feedbacks: overTime((feedback) => ({ avg: meanOf(feedback) })),
  'feedbacks/scores': scores,
  'feedbacks/weighted': overTime((feedback) => ({ avg: weightedMeanOf(feedback) })),
  'feedbacks/ai-models': byModel,
};
