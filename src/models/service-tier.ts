/** What a tier costs beside the standard one, for all models that have it: half, at every host that sells it. */
const HALF: ReadonlySet<string> = new Set(['flex', 'batch']);

/** What priority costs beside the standard price, by the beginning of the model's name; the longest that fits counts. https://openai.com/api/priority-processing/ */
const PRIORITY: readonly (readonly [model: string, factor: number])[] = [
  ['gpt-4o-mini', 0.25 / 0.15],
  ['gpt-4o-2024-05-13', 8.75 / 5],
  ['gpt-4o', 4.25 / 2.5],
  ['gpt-4.1-nano', 0.2 / 0.1],
  ['gpt-4.1', 3.5 / 2],
  ['gpt-5-mini', 0.45 / 0.25],
  ['gpt-5', 2],
  ['o3', 3.5 / 2],
  ['o4-mini', 2 / 1.1],
];

/** By what the price of a model's tokens is multiplied in a service tier, as answers name it; 1 where it costs what it costs otherwise. */
export function tierFactor(tier: string | undefined, model: string | undefined): number {
  if (tier === undefined || tier === 'default' || tier === 'standard') return 1;
  if (HALF.has(tier)) return 0.5;
  if (tier !== 'priority') return 1;
  const name = model?.slice(model.lastIndexOf('/') + 1) ?? '';
  return PRIORITY.find(([beginning]) => name.startsWith(beginning))?.[1] ?? 1;
}
