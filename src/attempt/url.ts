import { GatewayError } from '../errors.ts';

/** Splits a URL text behind its authority. The text has been validated before. */
export function splitUrl(url: string): { readonly origin: string; readonly path: string } {
  const slash = url.indexOf('/', url.indexOf('://') + 3);
  return slash < 0 ? { origin: url, path: '' } : { origin: url.slice(0, slash), path: url.slice(slash) };
}

/** The host name in a URL text, without port and brackets. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
}

/** What would not stand for a segment of a path: it would vanish, or climb out of the path. */
const NO_SEGMENT: ReadonlySet<string> = new Set(['', '.', '..']);

/** Fills `{name}` placeholders, URL-encoded. A name without a value is an error that says which option is missing at `where`. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>, where: string): string {
  return template.replace(/\{([a-z0-9_]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value !== undefined && !NO_SEGMENT.has(value)) return encodeURIComponent(value);
    throw new GatewayError('missing_option', `${name} is required at ${where}`, { param: name === 'model' ? 'model' : `${where}.${name}` });
  });
}

/** Puts another API version into the place of a URL's version segment (`/v1`, `/v1beta`). Templates that name `{api_version}` are left alone. */
export function versioned(template: string, version: string | undefined): string {
  if (version === undefined || template.includes('{api_version}')) return template;
  return template.replace(/\/v\d[\w.-]*(?=[/?]|$)/, `/${encodeURIComponent(version)}`);
}
