import { createSign } from 'node:crypto';
import { isTrustedHost, parseCustomHost } from '../../config/custom-host.ts';
import { GatewayError } from '../../errors.ts';
import { withHeaders, type Authorize } from './authorizing.ts';
import type { Expiring } from './credentials.ts';
import { requestToken, requireOption, type AuthSettings, type TokenSource } from './token.ts';

const OPTION = 'vertex_service_account_json';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
/** Seconds for which an assertion may be exchanged. */
const ASSERTION_LIFE = 3600;

interface ServiceAccount {
  readonly client_email: string;
  readonly private_key: string;
  readonly token_uri: string;
}

/** Sends an access token of the target's service account, fetched as https://developers.google.com/identity/protocols/oauth2/service-account says. */
export function googleAuthorize(settings: AuthSettings, source: TokenSource): Authorize {
  const token = source.credentials.at<string>([OPTION, settings.options[OPTION] ?? '']);
  const fetchNew = async (): Promise<Expiring<string>> => fetchToken(settings, readServiceAccount(settings), source);
  return async (request) => withHeaders(request, ['authorization', `Bearer ${await token.get(fetchNew)}`]);
}

function readServiceAccount(settings: AuthSettings): ServiceAccount {
  const text = requireOption(settings, OPTION);
  let account: Partial<ServiceAccount>;
  try {
    account = JSON.parse(text) as Partial<ServiceAccount>;
  } catch (cause) {
    throw unusable(settings, 'expected the JSON of a service account', cause);
  }
  const { client_email, private_key, token_uri = TOKEN_URL } = account;
  if (typeof client_email !== 'string' || typeof private_key !== 'string')
    throw unusable(settings, 'expected the JSON of a service account with client_email and private_key');
  // Whoever wrote the config chose this URL, so it must be no way into the gateway's own network.
  if (typeof token_uri !== 'string' || parseCustomHost(token_uri) === undefined)
    throw unusable(settings, 'its token_uri is not the URL of a public host');
  return { client_email, private_key, token_uri };
}

function unusable({ where }: AuthSettings, what: string, cause?: unknown): GatewayError {
  return new GatewayError('invalid_config', `${OPTION} at ${where}: ${what}`, { param: `${where}.${OPTION}`, cause });
}

function fetchToken(settings: AuthSettings, account: ServiceAccount, source: TokenSource): Promise<Expiring<string>> {
  const assertion = signAssertion(settings, account, Math.floor(source.now() / 1000));
  return requestToken(source, {
    url: account.token_uri,
    method: 'POST',
    headers: ['content-type', 'application/x-www-form-urlencoded'],
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString(),
    guarded: !isTrustedHost(new URL(account.token_uri).hostname),
  });
}

function signAssertion(settings: AuthSettings, account: ServiceAccount, now: number): string {
  const claims = { iss: account.client_email, scope: SCOPE, aud: account.token_uri, iat: now, exp: now + ASSERTION_LIFE };
  const unsigned = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url(claims)}`;
  try {
    return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(account.private_key, 'base64url')}`;
  } catch (cause) {
    throw unusable(settings, 'its private_key cannot be read', cause);
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
