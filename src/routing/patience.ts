import type { TargetNode } from '../config/resolved.ts';
import type { Call } from '../pipeline/step.ts';

/** Milliseconds to the first content of a stream, and of one whose model was asked to think first. */
const PATIENCE = 10_000;
const THINKING_PATIENCE = 60_000;

/** Members of a request, in any dialect, by which a caller asks a model to think. */
const THINKING = ['reasoning_effort', 'reasoning', 'thinking', 'enable_thinking'] as const;

/** How long the first content of a target may take before another one is raced against it. Whole answers come when they are ready. */
export function patienceOf(node: TargetNode): (call: Call) => number | undefined {
  return (call) => {
    if (node.timeouts.firstEvent !== undefined) return node.timeouts.firstEvent;
    if (!isStream(call)) return undefined;
    return asksToThink(call) ? THINKING_PATIENCE : PATIENCE;
  };
}

/** Whether a call asks for a streamed answer. */
export function isStream({ endpoint, json }: Call): boolean {
  return endpoint.kind === 'chat' && (endpoint.stream ?? json?.['stream'] === true);
}

function asksToThink({ json = {} }: Call): boolean {
  const generation = json['generationConfig'] as { thinkingConfig?: unknown } | undefined;
  return THINKING.some((name) => json[name] !== undefined && json[name] !== null) || generation?.thinkingConfig !== undefined;
}
