/** A step into a value that came from elsewhere. */
type Step = string | number;

/** What lies at a place of a value that may have any shape; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly Step[]): unknown {
  let found = value;
  for (const step of path) found = typeof found === 'object' && found !== null ? (found as Record<Step, unknown>)[step] : undefined;
  return found ?? undefined;
}

/** The text there; an empty one where there is none. */
export function textAt(value: unknown, ...path: readonly Step[]): string {
  return optionalText(value, ...path) ?? '';
}

/** The text there, if there is one. */
export function optionalText(value: unknown, ...path: readonly Step[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The number there; 0 where there is none. */
export function numberAt(value: unknown, ...path: readonly Step[]): number {
  return optionalNumber(value, ...path) ?? 0;
}

/** The number there, if there is one. */
export function optionalNumber(value: unknown, ...path: readonly Step[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The list there; an empty one where there is none. */
export function listAt(value: unknown, ...path: readonly Step[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** A text as the value that it is the JSON of; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The texts in the content of a message: a text, or a list of parts of which some have one. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return listAt(content)
    .map((part) => textAt(part, 'text'))
    .join('');
}
