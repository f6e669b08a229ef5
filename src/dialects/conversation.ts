import type { Message, SystemMessage, TextPart, ToolResultPart } from '../ir/request.ts';

export type Turn = Exclude<Message, SystemMessage>;

/** Splits off the system messages, for dialects that take them apart from the turns, wherever in the conversation they stood. */
export function hoistSystem(messages: readonly Message[]): { readonly system: readonly TextPart[]; readonly turns: readonly Turn[] } {
  const system: TextPart[] = [];
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'system') system.push(...message.parts);
    else turns.push(message);
  }
  return { system, turns };
}

/** Joins neighbouring turns of one role, for dialects in which the roles must alternate. */
export function mergeTurns(turns: readonly Turn[]): readonly Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last?.role === turn.role) merged[merged.length - 1] = { ...last, parts: [...last.parts, ...turn.parts] } as Turn;
    else merged.push(turn);
  }
  return merged;
}

/**
 * Joins neighbouring turns of the model, for dialects in which a call's result must follow its turn: clients that keep the chunks of a
 * stream as they came send one answer as several turns. Turns of different speakers stay apart.
 */
export function joinAnswers(messages: readonly Message[]): readonly Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    const continues = message.role === 'assistant' && last?.role === 'assistant' && message.name === last.name;
    if (continues) joined[joined.length - 1] = { ...last, parts: [...last.parts, ...message.parts] };
    else joined.push(message);
  }
  return joined;
}

/** Tool names by call id, for dialects whose tool results go by name. */
export function toolNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const part of message.parts) if (part.type === 'tool_call') names.set(part.id, part.name);
  }
  return names;
}

/** The texts of a tool result, joined by line breaks. */
export function resultText(part: ToolResultPart): string {
  return part.content.flatMap((piece) => (piece.type === 'text' ? [piece.text] : [])).join('\n');
}
