import type { Environment } from '../environment.ts';
import { PROVIDERS } from '../providers/index.ts';
import { VERSION } from '../version.ts';
import { providersSeen } from './front-pages.ts';

export interface BannerOptions {
  readonly url: string;
  /** Whether calls need one of the gateway's API keys. */
  readonly asksForKeys: boolean;
  /** Whether the admin interface needs the admin key, on this machine too. */
  readonly hasAdminKey: boolean;
}

/** What a person reads in the terminal when the gateway has started. */
export function banner({ url, asksForKeys, hasAdminKey }: BannerOptions, env: Environment): string {
  return `
  Sluice ${VERSION} is ready

    URL          ${url}
    Console      ${url}/console/
    Health       ${url}/livez  ${url}/readyz
    Providers    ${PROVIDERS.length} known; ${keysFound(env)}

${asksForKeys ? makeKey(url, hasAdminKey) : tryIt(url)}`;
}

function keysFound(env: Environment): string {
  const found = providersSeen(env).filter(({ hasKey }) => hasKey);
  if (found.length === 0) return 'no keys in the environment (send one with each request, or try the built-in provider mock)';
  return `keys in the environment: ${found.map(({ id }) => id).join(', ')}`;
}

function tryIt(url: string): string {
  return `  Try it, no key needed:

    curl ${url}/v1/chat/completions -H 'x-portkey-provider: mock' -H 'content-type: application/json' \\
      -d '{"model": "mock", "messages": [{"role": "user", "content": "Hello!"}]}'
`;
}

function makeKey(url: string, hasAdminKey: boolean): string {
  const here = url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]');
  const where = hasAdminKey ? 'Make one' : 'Make one on this machine; SLUICE_ADMIN_KEY opens that to others';
  const key = hasAdminKey ? '-H "Authorization: Bearer $SLUICE_ADMIN_KEY" ' : '';
  return `  Calls need an API key. ${where}:

    curl ${here}/admin/v1/api-keys ${key}-H 'content-type: application/json' -d '{"name": "my application"}'
`;
}
