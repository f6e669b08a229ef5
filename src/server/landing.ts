import { readFacts, ROUTES, type Facts, type LandingOptions } from './landing-facts.ts';
import { landingHtml } from './landing-html.ts';

/** The page at `/`: HTML for browsers, text for terminals. It needs nothing from elsewhere. */
export function landingPage(options: LandingOptions): { readonly html: string; readonly text: string } {
  const facts = readFacts(options);
  return { html: landingHtml(facts), text: text(facts) };
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
