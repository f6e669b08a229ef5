import { isObject } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';

const MASK = '****';
/** A secret as long as this may show its end, so that two can be told apart. */
const LONG = 12;
/** Shorter secrets are masked where they are expected only: text that happens to hold the same letters would be garbled. */
const TELLING = 6;

/** A secret as it may be shown. */
export function masked(secret: string): string {
  return secret.length < LONG ? MASK : MASK + secret.slice(-4);
}

/** Names of headers, query parameters and members that hold credentials, by the way they end, in any spelling. */
const CREDENTIAL = /(?:authorization|auth|keys?|secrets?|token|passwords?|credentials?|signature|\bsig|cookie|jwt)$/i;
/** The same in bodies, where a key mostly is something harmless, and a signature is the proof of a thought. */
const CREDENTIAL_MEMBER =
  /(?:authorization|api[-_]?key|secret|password|(?:access|auth|authorization|bearer|refresh|id|session)[-_]?token|credentials?)$/i;
/** Members below which every text is a credential but for what says of which kind it is. */
const VAULT = /^(?:authentication|headers)$/i;

/** A text that is a URL and nothing else. */
const URL_TEXT = /^https?:\/\/\S+$/i;

/** Whether what a header or parameter of this name holds is a credential. */
export function namesCredential(name: string): boolean {
  return CREDENTIAL.test(name);
}

/** The value of a header as it may be shown; the scheme in front of a credential stays. */
export function maskedHeader(name: string, value: string): string {
  if (!CREDENTIAL.test(name)) return value;
  const [, scheme = '', credential = ''] = /^([A-Za-z]+ +)?(.*)$/s.exec(value) ?? [];
  return scheme + masked(credential);
}

/** A parameter in a URL that has a value. */
const PARAMETER = /(?<=[?&])([^=&#]+)=([^&#]+)/g;

/** A URL without credentials in front of its host, and without the values of parameters that hold some. */
export function maskedUrl(url: string): string {
  const withoutUser = url.replace(/^(\w+:\/\/)[^/?#\s]*@/, `$1${MASK}@`);
  return withoutUser.replaceAll(PARAMETER, (parameter, name: string, value: string) =>
    CREDENTIAL.test(decoded(name)) ? `${name}=${masked(value)}` : parameter,
  );
}

/** What the parameters of a URL hold that are credentials by their names. */
export function credentialsInUrl(url: string): readonly string[] {
  return [...url.matchAll(PARAMETER)].flatMap(([, name = '', value = '']) => (CREDENTIAL.test(decoded(name)) ? [decoded(value)] : []));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A body without what its members' names say to be credentials. */
export function maskedBody(value: Json): Json {
  return maskMembers(value, false);
}

function maskMembers(value: Json, inVault: boolean): Json {
  if (typeof value === 'string') return inVault ? masked(value) : URL_TEXT.test(value) ? maskedUrl(value) : value;
  if (Array.isArray(value)) return value.map((item: Json) => maskMembers(item, inVault));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, maskMember(name, member as Json, inVault)]);
  return Object.fromEntries(members) as JsonObject;
}

function maskMember(name: string, value: Json, inVault: boolean): Json {
  if (typeof value === 'string' && CREDENTIAL_MEMBER.test(name)) return masked(value);
  return maskMembers(value, (inVault || VAULT.test(name)) && name !== 'type');
}

/** A value of JSON in which known secrets are masked wherever they stand, also as parts of URLs. */
export function withoutSecrets(value: Json, secrets: readonly string[]): Json {
  const spellings = secrets
    .filter(({ length }) => length >= TELLING)
    .flatMap(
      (secret) =>
        [
          [secret, masked(secret)],
          [encodeURIComponent(secret), masked(secret)],
        ] as const,
    );
  const clean = (text: string): string => spellings.reduce((result, [secret, mask]) => result.replaceAll(secret, mask), text);
  const visit = (part: Json): Json => {
    if (typeof part === 'string') return clean(part);
    if (Array.isArray(part)) return part.map((item: Json) => visit(item));
    if (!isObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [clean(name), visit(member as Json)]));
  };
  return visit(value);
}
