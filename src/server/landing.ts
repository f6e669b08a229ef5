import { CHAT_DIALECTS } from '../dialects/index.ts';
import { MARK, SCRIPT, STYLE } from './landing-assets.ts';

/** What the page for people shows. */
export interface LandingOptions {
  readonly version: string;
  /** Where the reader reached the gateway; taken from a request header, so it is not trusted. */
  readonly baseUrl: string;
  readonly providers: readonly { readonly id: string; readonly name: string; readonly hasKey: boolean }[];
}

/** The page at `/`: HTML for browsers, text for terminals. It needs nothing from elsewhere. */
export function landingPage(options: LandingOptions): { readonly html: string; readonly text: string } {
  const facts = readFacts(options);
  return { html: html(facts), text: text(facts) };
}

/** What clients can call, and which of their libraries do. */
const ROUTES: readonly (readonly [method: string, path: string, speaks: string])[] = [
  ...CHAT_DIALECTS.filter(({ clients }) => clients === undefined).map(chatRoute),
  ['POST', '/v1/embeddings', 'OpenAI Embeddings'],
  ['GET', '/v1/models', "the provider's models"],
  ['any', '/v1/proxy/…', 'passed through, as every other /v1/… is'],
  ['POST', '/v1/explain', 'what would happen to a request'],
  ['GET', '/console/', 'the console, for browsers'],
  ['GET', '/livez, /readyz', 'health'],
];

function chatRoute({ dialect, path, streamPath = '' }: (typeof CHAT_DIALECTS)[number]): readonly [method: string, path: string, speaks: string] {
  const [streams] = /[:/][^:/]+$/.exec(streamPath) ?? [];
  return ['POST', path.replace('{version}', 'v1beta'), streams === undefined ? dialect.name : `${dialect.name}; ${streams} too`];
}

interface Facts extends LandingOptions {
  readonly withKey: readonly string[];
  /** The calls worth copying. */
  readonly calls: readonly { readonly title: string; readonly note: string; readonly command: string }[];
}

/** Letters that cannot end a shell word or an attribute; any other host is replaced by the default one. */
const PLAIN_URL = /^https?:\/\/[\w.:[\]-]+$/;

function readFacts(options: LandingOptions): Facts {
  const baseUrl = PLAIN_URL.test(options.baseUrl) ? options.baseUrl : 'http://127.0.0.1:8787';
  const hosts = options.providers.filter(({ id }) => id !== 'mock');
  const withKey = hosts.filter(({ hasKey }) => hasKey).map(({ id }) => id);
  return { ...options, baseUrl, withKey, calls: callsFor(baseUrl) };
}

const JSON_HEADER = "-H 'Content-Type: application/json'";

function callsFor(baseUrl: string): Facts['calls'] {
  const url = `${baseUrl}/v1/chat/completions`;
  const hello = (model: string): string => `-d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello!"}]}'`;
  const config = '{"strategy": {"mode": "fallback"}, "targets": [{"provider": "PROVIDER", "api_key": "KEY"}, {"provider": "mock"}]}';
  return [
    {
      title: 'First call',
      note: 'The built-in provider needs no key and no network.',
      command: lines(`curl ${url}`, "-H 'x-portkey-provider: mock'", JSON_HEADER, hello('mock')),
    },
    {
      title: 'A real provider',
      note: 'Name it in a header and send your own key.',
      command: lines(`curl ${url}`, "-H 'x-portkey-provider: PROVIDER'", '-H "Authorization: Bearer $KEY"', JSON_HEADER, hello('MODEL')),
    },
    {
      title: 'With a fallback',
      note: 'When the first target fails, the next one answers, in the same shape.',
      command: lines(`curl ${url}`, `-H 'x-portkey-config: ${config}'`, JSON_HEADER, hello('MODEL')),
    },
  ];
}

function lines(...parts: readonly string[]): string {
  return parts.join(' \\\n  ');
}

function text({ version, baseUrl, providers, withKey, calls }: Facts): string {
  const width = Math.max(...ROUTES.map(([, path]) => path.length));
  const routes = ROUTES.map(([method, path, speaks]) => `  ${method.padEnd(4)}  ${path.padEnd(width)}  ${speaks}`);
  const examples = calls.map(({ title, note, command }) => `${title}. ${note}\n\n${indent(command)}\n`);
  return `Sluice ${version}, an AI gateway, runs at ${baseUrl}
${providers.length} providers; keys in the environment: ${withKey.join(', ') || 'none'}

${examples.join('\n')}
Routes

${routes.join('\n')}

The guide is README.md in the repository.
`;
}

function indent(block: string): string {
  return block.replace(/^/gm, '  ');
}

function html(facts: Facts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sluice ${escaped(facts.version)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${headerHtml(facts)}
${facts.calls.map((call) => callHtml(call, facts)).join('\n')}
<section>
<h2>Routes</h2>
<p>Use the library you have: set its base URL to this gateway. Any client format reaches any provider.</p>
<table>
${ROUTES.map(([method, path, speaks]) => `<tr><td>${method}</td><td><code>${escaped(path)}</code></td><td>${escaped(speaks)}</td></tr>`).join('\n')}
</table>
</section>
${providersHtml(facts)}
<footer>The guide is <code>README.md</code> in the repository; the providers are described in <code>docs/providers.md</code>, the errors in <code>docs/errors.md</code>.</footer>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function headerHtml({ version, baseUrl }: Facts): string {
  return `<header>
<h1>${MARK}Sluice <small>${escaped(version)}</small></h1>
<p>The gateway runs. One address in front of every model provider.</p>
<p class="address"><i></i><code>${escaped(baseUrl)}/v1</code></p>
<p class="open"><a href="/console/">Open the console</a> to see calls as they come, try models, and set up keys and configs.</p>
</header>`;
}

function callHtml({ title, note, command }: Facts['calls'][number], facts: Facts): string {
  const code = escaped(command).replaceAll('PROVIDER', '<b>PROVIDER</b>');
  const choice = command.includes("provider: PROVIDER'") ? ` ${selectHtml(facts)}` : '';
  return `<section>
<h2>${title}</h2>
<p>${note}${choice}</p>
<div class="call"><pre tabindex="0"><code>${code}</code></pre><button type="button">Copy</button></div>
</section>`;
}

/** Chooses what stands for PROVIDER in the commands. */
function selectHtml({ providers, withKey }: Facts): string {
  const options = providers.map(({ id, name }) => `<option value="${escaped(id)}"${id === withKey[0] ? ' selected' : ''}>${escaped(name)}</option>`);
  return `<select aria-label="Provider in the commands"><option value="PROVIDER">Choose one</option>${options.join('')}</select>`;
}

function providersHtml({ providers, withKey }: Facts): string {
  const found = withKey.length === 0 ? 'No provider key is set in the environment.' : `Keys found in the environment: ${withKey.join(', ')}.`;
  const items = providers.map(({ id, name, hasKey }) => `<li${hasKey ? ' class="key"' : ''} title="${escaped(name)}">${escaped(id)}</li>`);
  return `<section>
<h2>${providers.length} providers</h2>
<p>${escaped(found)} Keys travel with each request; the gateway keeps none.</p>
<ul>${items.join('')}</ul>
</section>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(value: string): string {
  return value.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
