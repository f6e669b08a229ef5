import type { CorsSettings } from './settings.ts';

/** Tells caches that the answer to another page has other headers. */
const VARIES = ['vary', 'origin'];

/** Response headers (flat pairs) that let a page of `origin` read the answer; none of those for origins that are not allowed. */
export function corsHeaders(settings: CorsSettings | undefined, origin: string | undefined): readonly string[] {
  if (settings === undefined) return [];
  const { origins, exposed } = settings;
  const exposing = ['access-control-expose-headers', exposed];
  if (origins.includes('*')) return origin === undefined ? [] : ['access-control-allow-origin', '*', ...exposing];
  return origin === undefined || !origins.includes(origin) ? VARIES : ['access-control-allow-origin', origin, ...exposing, ...VARIES];
}

/** Further headers that answer a preflight. `requested`: what the page wants to send. */
export function preflightHeaders(settings: CorsSettings, requested: string | undefined): readonly string[] {
  const headers = settings.headers ?? requested ?? '*';
  return ['access-control-allow-methods', settings.methods, 'access-control-allow-headers', headers, 'access-control-max-age', '86400'];
}
