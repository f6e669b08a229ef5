import type { DialectId } from '../ir/dialect-id.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { ChatRequest, Tool } from '../ir/request.ts';
import { objectOf, textOf } from './lenient.ts';
import { isObject, remainder } from './read.ts';

/* Searches of the web by the provider: several dialects have a tool for it, each under another name. */

/** What a search is told, by the names under which its loss is reported. */
interface WebSearch {
  readonly allowed_domains?: Json | undefined;
  readonly blocked_domains?: Json | undefined;
  readonly user_location?: JsonObject | undefined;
  readonly search_context_size?: Json | undefined;
  readonly max_uses?: Json | undefined;
}

interface Form {
  /** Undefined for a tool that is something else. */
  readonly read: (tool: JsonObject) => WebSearch | undefined;
  /** Given what can be said. */
  readonly write: (search: WebSearch) => JsonObject;
  /** What can be said. Domains that cannot be said are never left out: an answer from elsewhere is none to the request. */
  readonly says: readonly (keyof WebSearch)[];
  /** The provider refuses to search beside functions. */
  readonly isAlone?: true;
}

const RESPONSES_TYPE = /^web_search(?:_preview)?(?:_\d{4}_\d\d_\d\d)?$/;
const MESSAGES_TYPE = /^web_search_20\d{6}$/;

const FORMS: { readonly [Id in DialectId]?: Form } = {
  'openai-responses': {
    read: (tool) =>
      RESPONSES_TYPE.test(textOf(tool.type) ?? '')
        ? { ...common(tool), allowed_domains: given(objectOf(tool.filters).allowed_domains), search_context_size: given(tool.search_context_size) }
        : undefined,
    write: ({ allowed_domains: domains, user_location, search_context_size }) => {
      const filters = domains === undefined ? undefined : { allowed_domains: domains };
      return { type: 'web_search', filters, user_location, search_context_size };
    },
    says: ['allowed_domains', 'user_location', 'search_context_size'],
  },
  'anthropic-messages': {
    read: (tool) =>
      MESSAGES_TYPE.test(textOf(tool.type) ?? '')
        ? {
            ...common(tool),
            allowed_domains: given(tool.allowed_domains),
            blocked_domains: given(tool.blocked_domains),
            max_uses: given(tool.max_uses),
          }
        : undefined,
    write: (search) => ({ type: 'web_search_20250305', name: 'web_search', ...search }),
    says: ['allowed_domains', 'blocked_domains', 'user_location', 'max_uses'],
  },
  gemini: {
    read: (tool) => (isObject(tool.googleSearch) ? {} : undefined),
    write: () => ({ googleSearch: {} }),
    says: [],
    isAlone: true,
  },
};

function common({ user_location: location }: JsonObject): WebSearch {
  return { user_location: isObject(location) ? withoutNulls(location) : undefined };
}

function given(value: Json | undefined): Json | undefined {
  return value === null || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function withoutNulls(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

/** A request, and what its search cannot be told there. */
export interface Searching {
  readonly request: ChatRequest;
  readonly dropped: readonly string[];
}

/** The request with its search of the web as the upstream's dialect asks for one; as it was where the dialect has none that would do. */
export function withSearch(request: ChatRequest, upstream: DialectId): Searching {
  const form = FORMS[upstream];
  const tools = request.tools ?? [];
  if (form === undefined || (form.isAlone === true && tools.some(({ type }) => type !== 'hosted'))) return { request, dropped: [] };
  const found = tools.map((tool) => searchOf(tool, upstream)).find((search) => search !== undefined);
  const search = found ?? optionsOf(request, upstream);
  if (search === undefined) return { request, dropped: [] };
  const lost = (Object.keys(search) as (keyof WebSearch)[]).filter((name) => search[name] !== undefined && !form.says.includes(name));
  if (lost.some((name) => name.endsWith('_domains'))) return { request, dropped: [] };
  const told: WebSearch = Object.fromEntries(form.says.map((name) => [name, search[name]]));
  const tool: Tool = { type: 'hosted', dialect: upstream, value: remainder(form.write(told), NOTHING) };
  return { request: replaced(request, tool, upstream), dropped: lost.map((name) => `tools.web_search.${name}`) };
}

function searchOf(tool: Tool, upstream: DialectId): WebSearch | undefined {
  return tool.type === 'hosted' && tool.dialect !== upstream ? FORMS[tool.dialect]?.read(tool.value) : undefined;
}

const NOTHING: ReadonlySet<string> = new Set();
const OPTION = 'web_search_options';

/** The Responses API's codec reads the option itself. */
function optionsOf({ extra }: ChatRequest, upstream: DialectId): WebSearch | undefined {
  const options = extra['openai-chat']?.[OPTION];
  if (!isObject(options) || upstream === 'openai-responses') return undefined;
  const { approximate } = objectOf(options.user_location);
  const location = isObject(approximate) ? { type: 'approximate', ...withoutNulls(approximate) } : undefined;
  return { user_location: location, search_context_size: given(options.search_context_size) };
}

function replaced(request: ChatRequest, tool: Tool, upstream: DialectId): ChatRequest {
  const { tools = [], extra } = request;
  const chat = extra['openai-chat'];
  if (chat?.[OPTION] === undefined) return { ...request, tools: tools.map((old) => (searchOf(old, upstream) === undefined ? old : tool)) };
  return { ...request, tools: [...tools, tool], extra: { ...extra, 'openai-chat': remainder(chat, new Set([OPTION])) } };
}
