import type { ChatRequest } from '../../ir/request.ts';
import type { Inseparable } from '../dialect.ts';
import { OWN } from './vocabulary.ts';

/** Other providers' own tools have their date in their type; requests of any dialect may carry them to their host. */
const FOREIGN_TOOL = /_20\d{6}$/;

/** Members that name something the host keeps and the model is to see. */
const KEPT_ELSEWHERE = { conversation: 'a stored conversation', prompt: 'a stored prompt' } as const;

const SEARCH = /^web_search/;

/** Tools that the host runs, and what it keeps: without them an answer would not be an answer to the request. */
export function inseparable(request: ChatRequest): Inseparable | undefined {
  return builtInTool(request) ?? keptElsewhere(request);
}

function builtInTool(request: ChatRequest): Inseparable | undefined {
  const { tools = [] } = request;
  const isOffered = offersSearches(request);
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== 'hosted' || tool.dialect !== OWN) continue;
    const type = String(tool.value.type);
    if (FOREIGN_TOOL.test(type) || (isOffered && SEARCH.test(type))) continue;
    return { param: `tools[${index}]`, what: `the built-in tool ${type}` };
  }
  return undefined;
}

/** A search of the web beside functions of the client's own is an offer, which coding tools make with every request: the answer does without. */
function offersSearches({ tools = [], toolChoice, extra }: ChatRequest): boolean {
  const isFree = toolChoice === undefined || toolChoice.mode === 'auto';
  return isFree && extra[OWN]?.['tool_choice'] === undefined && tools.some(({ type }) => type !== 'hosted');
}

function keptElsewhere({ extra }: ChatRequest): Inseparable | undefined {
  for (const [param, what] of Object.entries(KEPT_ELSEWHERE)) {
    const value = extra[OWN]?.[param];
    if (value !== undefined && value !== null) return { param, what };
  }
  return undefined;
}
