import { MARK, SCRIPT, STYLE } from './landing-assets.ts';
import { ROUTES, type Facts } from './landing-facts.ts';

/** The page for browsers. */
export function landingHtml(facts: Facts): string {
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
<p class="open"><a href="/console/">Open the console</a> to see every call, try models, and set up keys.</p>
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
<p>${escaped(found)} A key travels with each request, or is <a href="/console/">saved once</a>, encrypted.</p>
<ul>${items.join('')}</ul>
</section>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(value: string): string {
  return value.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
