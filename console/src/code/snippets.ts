import type { JsonObject } from '../api/types.ts';

/** A call to be written as code. */
export interface CodeCall {
  /** Of the gateway, without a path: `http://127.0.0.1:8787`. */
  readonly origin: string;
  /** Headers for the gateway: `x-sluice-provider`, `x-sluice-config`. */
  readonly headers: Readonly<Record<string, string>>;
  /** In OpenAI's chat format. */
  readonly body: JsonObject;
}

export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly write: (call: CodeCall) => string;
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A request as a command of curl. */
export function curlCommand({
  url,
  headers,
  body,
}: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}): string {
  const lines = Object.entries(headers).map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`);
  const data = body === undefined ? [] : [`-d ${shellWord(typeof body === 'string' ? body : jsonText(body))}`];
  return [`curl ${shellWord(url)}`, ...lines, ...data].join(' \\\n  ');
}

const LINE = 110;

/** JSON in one line where that is short. */
function jsonText(value: unknown): string {
  const flat = JSON.stringify(value);
  return flat.length <= LINE ? flat : JSON.stringify(value, null, 2);
}

/** A value as a literal of Python. */
export function pythonLiteral(value: unknown, indent = 0): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const pad = '    '.repeat(indent + 1);
  const end = `\n${'    '.repeat(indent)}`;
  const items = Array.isArray(value)
    ? value.map((one) => pythonLiteral(one, indent + 1))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${pythonLiteral(one, indent + 1)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const flat = `${open}${items.join(', ')}${close}`;
  return flat.length + indent * 4 < 88 && !flat.includes('\n') ? flat : `${open}\n${items.map((item) => pad + item).join(',\n')},${end}${close}`;
}

/** A value as a literal of JavaScript, with names bare where they may be. */
export function scriptLiteral(value: unknown, indent = 0): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const pad = '  '.repeat(indent + 1);
  const end = `\n${'  '.repeat(indent)}`;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((one) => scriptLiteral(one, indent + 1))
    : Object.entries(value).map(([name, one]) => `${/^[a-z_$][\w$]*$/i.test(name) ? name : stringLiteral(name)}: ${scriptLiteral(one, indent + 1)}`);
  const [open, close] = isList ? ['[', ']'] : ['{ ', ' }'];
  const flat = items.length === 0 ? `${open}${close}`.replace('  ', '') : `${open}${items.join(', ')}${close}`;
  return flat.length + indent * 2 < 96 && !flat.includes('\n')
    ? flat
    : `${open.trim()}\n${items.map((item) => pad + item).join(',\n')},${end}${close.trim()}`;
}

function stringLiteral(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}

interface Plain {
  readonly model: string;
  readonly system: string | undefined;
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
}

/** What every dialect can say of a call: its texts, and two parameters. */
function plain({ body }: CodeCall): Plain {
  const messages = (Array.isArray(body['messages']) ? body['messages'] : []) as readonly { role?: string; content?: unknown }[];
  const texts = messages.map(({ role = 'user', content }) => ({ role, text: textOf(content) }));
  const system = texts.find(({ role }) => role === 'system')?.text;
  const number = (name: string): number | undefined => (typeof body[name] === 'number' ? body[name] : undefined);
  return {
    model: String(body['model'] ?? ''),
    system,
    messages: texts.filter(({ role, text }) => (role === 'user' || role === 'assistant') && text !== ''),
    maxTokens: number('max_tokens'),
    temperature: number('temperature'),
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: string }) => part.text ?? '').join('');
}

const KEY_NOTE = 'none';

function openaiPython(call: CodeCall): string {
  const { stream, stream_options: _, ...body } = call.body;
  const members = Object.entries({ ...body, ...(stream === true ? { stream: true } : {}) }).map(
    ([name, value]) => `    ${name}=${pythonLiteral(value, 1)},`,
  );
  const read =
    stream === true
      ? 'for chunk in answer:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")'
      : 'print(answer.choices[0].message.content)';
  return `from openai import OpenAI

client = OpenAI(
    base_url="${call.origin}/v1",
    api_key="${KEY_NOTE}",
    default_headers=${pythonLiteral(call.headers, 1)},
)
answer = client.chat.completions.create(
${members.join('\n')}
)
${read}
`;
}

function openaiNode(call: CodeCall): string {
  const { stream_options: _, ...body } = call.body;
  const read =
    body['stream'] === true
      ? "for await (const chunk of answer) process.stdout.write(chunk.choices[0]?.delta.content ?? '');"
      : 'console.log(answer.choices[0].message.content);';
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${call.origin}/v1',
  apiKey: '${KEY_NOTE}',
  defaultHeaders: ${scriptLiteral(call.headers, 1)},
});
const answer = await client.chat.completions.create(${scriptLiteral(body)});
${read}
`;
}

function anthropicNode(call: CodeCall): string {
  const { model, system, messages, maxTokens, temperature } = plain(call);
  const body = {
    model,
    max_tokens: maxTokens ?? 1024,
    ...(system === undefined ? {} : { system }),
    ...(temperature === undefined ? {} : { temperature }),
    messages: messages.map(({ role, text }) => ({ role, content: text })),
  };
  return `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: '${call.origin}',
  apiKey: '${KEY_NOTE}',
  defaultHeaders: ${scriptLiteral(call.headers, 1)},
});
const message = await client.messages.create(${scriptLiteral(body)});
console.log(message.content[0].text);
`;
}

function googleNode(call: CodeCall): string {
  const { model, system, messages, maxTokens, temperature } = plain(call);
  const config = {
    ...(system === undefined ? {} : { systemInstruction: system }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
  };
  const body = {
    model,
    contents: messages.map(({ role, text }) => ({ role: role === 'assistant' ? 'model' : 'user', parts: [{ text }] })),
    ...(Object.keys(config).length === 0 ? {} : { config }),
  };
  return `import { GoogleGenAI } from '@google/genai';

const client = new GoogleGenAI({
  apiKey: '${KEY_NOTE}',
  httpOptions: { baseUrl: '${call.origin}', headers: ${scriptLiteral(call.headers, 1)} },
});
const answer = await client.models.generateContent(${scriptLiteral(body)});
console.log(answer.text);
`;
}

const PORTKEY_NAMES: Readonly<Record<string, string>> = {
  'x-sluice-provider': 'provider',
  'x-sluice-config': 'config',
  'x-sluice-api-key': 'apiKey',
};

function portkeyNode(call: CodeCall): string {
  const { stream, stream_options: _, ...body } = call.body;
  const options = Object.fromEntries(
    Object.entries(call.headers).flatMap(([name, value]) => (name in PORTKEY_NAMES ? [[PORTKEY_NAMES[name] as string, value]] : [])),
  );
  const read =
    stream === true
      ? "for await (const chunk of answer) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');"
      : 'console.log(answer.choices[0].message.content);';
  return `import { Portkey } from 'portkey-ai';

const client = new Portkey(${scriptLiteral({ baseURL: `${call.origin}/v1`, apiKey: KEY_NOTE, ...options })});
const answer = await client.chat.completions.create(${scriptLiteral({ ...body, ...(stream === true ? { stream } : {}) })});
${read}
`;
}

/** A call as curl, and as code for the official library of each dialect. */
export const SNIPPETS: readonly Snippet[] = [
  {
    id: 'curl',
    title: 'curl',
    write: ({ origin, headers, body }) =>
      curlCommand({ url: `${origin}/v1/chat/completions`, headers: { 'content-type': 'application/json', ...headers }, body }),
  },
  { id: 'openai-python', title: 'OpenAI · Python', write: openaiPython },
  { id: 'openai-node', title: 'OpenAI · Node', write: openaiNode },
  { id: 'anthropic', title: 'Anthropic', write: anthropicNode },
  { id: 'google', title: 'Google', write: googleNode },
  { id: 'portkey', title: 'Portkey', write: portkeyNode },
];
