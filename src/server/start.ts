import { PROVIDERS } from '../providers/index.ts';
import { createGateway } from '../gateway.ts';
import { log, print } from '../telemetry/log.ts';
import { createHttpTransport } from '../transport/http.ts';
import { withMock } from '../transport/mock.ts';
import { VERSION } from '../version.ts';
import { createApp, type Page } from './app.ts';
import { landingPage } from './landing.ts';
import { listen } from './listener.ts';
import { readSettings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts the gateway, says so on standard output, and serves until SIGINT or SIGTERM; then finishes what is under way. */
export async function startServer(env: Environment): Promise<void> {
  const settings = readSettings(env);
  const transport = createHttpTransport();
  const gateway = createGateway({ transport: withMock(transport), clock: { now: Date.now, random: Math.random } });
  let isDraining = false;
  const listener = await listen(createApp({ settings, gateway, pages: pagesOf(env, () => isDraining) }), settings);
  print(banner(listener.url, env));
  const stop = (signal: string): void => {
    if (isDraining) return;
    isDraining = true;
    log('info', `${signal}: finishing what is under way`);
    void listener
      .drain(settings.drainTimeout)
      .then(() => transport.close())
      .then(() => process.exit(0));
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}

function pagesOf(env: Environment, isDraining: () => boolean): Readonly<Record<string, Page>> {
  const json = (status: number, body: object): ReturnType<Page> => ({ status, type: 'application/json', body: JSON.stringify(body) });
  return {
    '/': (request) => {
      const page = landingPage({ version: VERSION, baseUrl: `http://${request.headers.host ?? 'localhost'}`, providers: providersSeen(env) });
      const isBrowser = request.headers.accept?.includes('text/html') === true;
      return { status: 200, type: isBrowser ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8', body: isBrowser ? page.html : page.text };
    },
    '/livez': () => json(200, { status: 'ok' }),
    '/readyz': () => (isDraining() ? json(503, { status: 'draining' }) : json(200, { status: 'ready' })),
  };
}

interface ProviderSeen {
  readonly id: string;
  readonly name: string;
  /** The environment holds a key for it under its usual name. */
  readonly hasKey: boolean;
}

function providersSeen(env: Environment): readonly ProviderSeen[] {
  return PROVIDERS.map(({ id, name, keyVariable }) => ({ id, name, hasKey: keyVariable !== undefined && (env[keyVariable] ?? '') !== '' }));
}

/** The block that a person reads when the gateway has started. */
function banner(url: string, env: Environment): string {
  const found = providersSeen(env).filter(({ hasKey }) => hasKey);
  const keys =
    found.length === 0 ? 'no provider keys (send one with each request, or try the built-in provider mock)' : found.map(({ id }) => id).join(', ');
  return `
  Sluice ${VERSION} is ready

    URL          ${url}
    Health       ${url}/livez  ${url}/readyz
    Providers    ${PROVIDERS.length} known; keys in the environment: ${keys}

  Try it, no key needed:

    curl ${url}/v1/chat/completions -H 'x-portkey-provider: mock' -H 'content-type: application/json' \\
      -d '{"model": "mock", "messages": [{"role": "user", "content": "Hello!"}]}'
`;
}
