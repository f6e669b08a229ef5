import type { Environment } from '../environment.ts';
import { PROVIDERS } from '../providers/index.ts';
import { VERSION } from '../version.ts';
import type { Page } from './app.ts';
import type { LandingOptions } from './landing-facts.ts';
import { landingPage } from './landing.ts';

/** The pages that need nothing but the environment, by path: the landing page, and the sign of life. */
export function frontPages(env: Environment): Readonly<Record<string, Page>> {
  return {
    '/': (request) => {
      const page = landingPage({ version: VERSION, baseUrl: `http://${request.headers.host ?? 'localhost'}`, providers: providersSeen(env) });
      const isBrowser = request.headers.accept?.includes('text/html') === true;
      return { status: 200, type: isBrowser ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8', body: isBrowser ? page.html : page.text };
    },
    '/livez': () => ({ status: 200, type: 'application/json', body: JSON.stringify({ status: 'ok' }) }),
  };
}

/** The known providers, and whether the environment holds a key for each under its usual name. */
export function providersSeen(env: Environment): LandingOptions['providers'] {
  return PROVIDERS.map(({ id, name, keyVariable }) => ({ id, name, hasKey: keyVariable !== undefined && (env[keyVariable] ?? '') !== '' }));
}
