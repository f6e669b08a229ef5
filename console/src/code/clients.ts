import type { CodeCall } from './asked.ts';
import { anthropicNode, bedrockNode, cohereNode, googleNode, responsesNode } from './dialect-snippets.ts';
import { openaiPython, portkeyNode } from './snippets.ts';

/** Where a client is to be pointed, and how it says so. */
export interface Setup {
  /** Of the gateway, without a path. */
  readonly origin: string;
  /** `openai`, `@slug` or `pc-…`. */
  readonly target: string;
  readonly model: string;
  /** An API key of the gateway, or nothing where it wants none. */
  readonly key: string;
}

/** A piece to copy: a file, or commands. */
export interface SetupPiece {
  readonly title: string;
  readonly text: string;
}

/** A client, and what makes it use the gateway. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly words: string;
  readonly group: 'Tools' | 'Libraries';
  readonly write: (setup: Setup) => readonly SetupPiece[];
}

const headerName = ({ target }: Setup): string => (target.startsWith('pc-') ? 'x-sluice-config' : 'x-sluice-provider');
const keyOf = ({ key }: Setup): string => (key === '' ? 'none' : key);

/** Headers of a call, the key among them where there is one. */
function headersOf(setup: Setup): readonly (readonly [name: string, value: string])[] {
  return [[headerName(setup), setup.target], ...(setup.key === '' ? [] : [['x-sluice-api-key', setup.key] as const])];
}

function scriptHeaders(setup: Setup): string {
  return `{ ${headersOf(setup)
    .map(([name, value]) => `'${name}': '${value}'`)
    .join(', ')} }`;
}

function tomlHeaders(setup: Setup): string {
  return `{ ${headersOf(setup)
    .map(([name, value]) => `"${name}" = "${value}"`)
    .join(', ')} }`;
}

const claudeCode: Client['write'] = (setup) => [
  {
    title: 'In the shell',
    text: `export ANTHROPIC_BASE_URL=${setup.origin}
export ANTHROPIC_AUTH_TOKEN=${keyOf(setup)}
export ANTHROPIC_CUSTOM_HEADERS="${headersOf(setup)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n')}"
export ANTHROPIC_MODEL=${setup.model}
claude`,
  },
];

const codex: Client['write'] = (setup) => [
  {
    title: '~/.codex/config.toml',
    text: `model = "${setup.model}"
model_provider = "sluice"

[model_providers.sluice]
name = "Sluice"
base_url = "${setup.origin}/v1"
wire_api = "responses"
env_key = "SLUICE_API_KEY"
http_headers = ${tomlHeaders({ ...setup, key: '' })}`,
  },
  { title: 'In the shell', text: `export SLUICE_API_KEY=${keyOf(setup)}\ncodex` },
];

const gemini: Client['write'] = (setup) => [
  {
    title: 'In the shell',
    text: `export GOOGLE_GEMINI_BASE_URL=${setup.origin}
export GEMINI_API_KEY=${keyOf(setup)}
export GEMINI_CLI_CUSTOM_HEADERS="${headersOf(setup)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ')}"
gemini --model ${setup.model}`,
  },
];

const cursor: Client['write'] = (setup) => [
  {
    title: 'Settings › Models › OpenAI API Key',
    text: `Override OpenAI Base URL   ${setup.origin}/v1
OpenAI API Key             ${keyOf(setup)}
Add model                  ${setup.model}`,
  },
];

const curl: Client['write'] = (setup) => [
  {
    title: 'In the shell',
    text: `curl ${setup.origin}/v1/chat/completions \\
${headersOf(setup)
  .map(([name, value]) => `  -H '${name}: ${value}' \\\n`)
  .join('')}  -H 'content-type: application/json' \\
  -d '{"model": "${setup.model}", "messages": [{"role": "user", "content": "Hello!"}]}'`,
  },
];

/** A library whose code the playground writes too. */
function library(title: string, write: (call: CodeCall) => string): Client['write'] {
  return (setup) => {
    const body = { model: setup.model, messages: [{ role: 'user', content: 'Hello!' }] };
    const key = setup.key === '' ? undefined : setup.key;
    return [{ title, text: write({ origin: setup.origin, headers: { [headerName(setup)]: setup.target }, body, key }).trimEnd() }];
  };
}

const vercel: Client['write'] = (setup) => [
  {
    title: 'JavaScript',
    text: `import { createOpenAI } from '@ai-sdk/openai';
import { generateText } from 'ai';

const openai = createOpenAI({
  baseURL: '${setup.origin}/v1',
  apiKey: '${keyOf(setup)}',
  headers: ${scriptHeaders(setup)},
});
const { text } = await generateText({ model: openai('${setup.model}'), prompt: 'Hello!' });
console.log(text);`,
  },
];

const langchain: Client['write'] = (setup) => [
  {
    title: 'JavaScript',
    text: `import { ChatOpenAI } from '@langchain/openai';

const configuration = { baseURL: '${setup.origin}/v1', defaultHeaders: ${scriptHeaders(setup)} };
const answer = await new ChatOpenAI({ model: '${setup.model}', apiKey: '${keyOf(setup)}', configuration }).invoke('Hello!');
console.log(answer.text);`,
  },
];

/** Every client that has its own words here. */
export const CLIENTS: readonly Client[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    words: 'Speaks the Messages API; any model behind the gateway can answer it.',
    group: 'Tools',
    write: claudeCode,
  },
  { id: 'codex', name: 'Codex', words: 'Speaks the Responses API, to any provider.', group: 'Tools', write: codex },
  { id: 'gemini-cli', name: 'Gemini CLI', words: 'Speaks the Gemini API.', group: 'Tools', write: gemini },
  {
    id: 'cursor',
    name: 'Cursor',
    words:
      'Sends no headers of its own: give the API key a default config. Its servers make the calls, so the gateway must be reachable from the internet.',
    group: 'Tools',
    write: cursor,
  },
  { id: 'curl', name: 'curl', words: 'Nothing to install.', group: 'Tools', write: curl },
  {
    id: 'openai-python',
    name: 'OpenAI, Python',
    words: 'The official library; only the address changes.',
    group: 'Libraries',
    write: library('Python', openaiPython),
  },
  {
    id: 'openai-node',
    name: 'OpenAI, JavaScript',
    words: 'Chat completions or responses, which the gateway keeps for any provider.',
    group: 'Libraries',
    write: library('JavaScript', responsesNode),
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    words: 'The Messages API, to any provider.',
    group: 'Libraries',
    write: library('JavaScript', anthropicNode),
  },
  { id: 'google', name: 'Google', words: 'The Gemini API, to any provider.', group: 'Libraries', write: library('JavaScript', googleNode) },
  {
    id: 'bedrock',
    name: 'Bedrock',
    words: 'The Converse API of the AWS SDK, to any provider.',
    group: 'Libraries',
    write: library('JavaScript', bedrockNode),
  },
  { id: 'cohere', name: 'Cohere', words: 'The chat API, version 2, to any provider.', group: 'Libraries', write: library('JavaScript', cohereNode) },
  {
    id: 'portkey',
    name: 'Portkey',
    words: 'Its headers and configs work as they are.',
    group: 'Libraries',
    write: library('JavaScript', portkeyNode),
  },
  { id: 'ai-sdk', name: 'AI SDK', words: 'Vercel’s library, by its OpenAI provider.', group: 'Libraries', write: vercel },
  { id: 'langchain', name: 'LangChain', words: 'By its OpenAI class.', group: 'Libraries', write: langchain },
];
