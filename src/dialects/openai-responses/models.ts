/** Models that cannot reason, and refuse to be asked to bring their reasoning along. The list is closed: newer ones reason. */
const SILENT = /gpt-[34]|chatgpt|-chat\b/;

/** Families whose models reason whether they are asked to or not. */
const THOUGHTFUL = /(?:^|[^a-z0-9])(?:o[1-9]|gpt-(?:[5-9]|\d\d)|grok-[4-9])(?![a-z])/;

/** Whether a model is known to reason by itself, by its id as any host spells it (`gpt-5.1`, `openai/o3`). */
export function reasonsByItself(model: string): boolean {
  const id = model.toLowerCase();
  return THOUGHTFUL.test(id) && !SILENT.test(id);
}
