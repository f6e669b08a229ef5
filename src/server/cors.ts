import type { CorsSettings } from './settings.ts';

/** Response headers (flat pairs) that let a page of `origin` read the answer; none for origins that are not allowed. */
export function corsHeaders(settings: CorsSettings | undefined, origin: string | undefined): readonly string[] {
  if (settings === undefined || origin === undefined) return [];
  const any = settings.origins.includes('*');
  if (!any && !settings.origins.includes(origin)) return [];
  const allow = ['access-control-allow-origin', any ? '*' : origin, 'access-control-expose-headers', settings.exposed];
  return any ? allow : [...allow, 'vary', 'origin'];
}

/** Further headers that answer a preflight. `requested`: what the page wants to send. */
export function preflightHeaders(settings: CorsSettings, requested: string | undefined): readonly string[] {
  const headers = settings.headers ?? requested ?? '*';
  return ['access-control-allow-methods', settings.methods, 'access-control-allow-headers', headers, 'access-control-max-age', '86400'];
}
