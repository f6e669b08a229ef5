import { createSign } from 'node:crypto';
import { GatewayError } from '../../errors.ts';
import type { Authorize } from './authorizing.ts';
import { renewing, requestJson, requireOption, type AuthSettings, type Expiring, type TokenSource } from './token.ts';

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
  const token = renewing(async () => fetchToken(readServiceAccount(settings), source), source.now);
  return async () => ['authorization', `Bearer ${await token()}`];
}

function readServiceAccount(settings: AuthSettings): ServiceAccount {
  const text = requireOption(settings, 'vertex_service_account_json');
  const expected = 'expected the JSON of a service account with client_email and private_key';
  const problem = (cause?: unknown): GatewayError =>
    new GatewayError('invalid_config', `vertex_service_account_json at ${settings.where}: ${expected}`, {
      param: `${settings.where}.vertex_service_account_json`,
      cause,
    });
  let account: Partial<ServiceAccount>;
  try {
    account = JSON.parse(text) as Partial<ServiceAccount>;
  } catch (cause) {
    throw problem(cause);
  }
  const { client_email, private_key, token_uri = TOKEN_URL } = account;
  if (typeof client_email !== 'string' || typeof private_key !== 'string') throw problem();
  return { client_email, private_key, token_uri };
}

async function fetchToken(account: ServiceAccount, source: TokenSource): Promise<Expiring<string>> {
  const assertion = signAssertion(account, Math.floor(source.now() / 1000));
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString();
  const reply = await requestJson(source, {
    url: account.token_uri,
    method: 'POST',
    headers: ['content-type', 'application/x-www-form-urlencoded'],
    body,
  });
  return { value: String(reply['access_token']), expiresAt: source.now() + Number(reply['expires_in'] ?? 0) * 1000 };
}

function signAssertion(account: ServiceAccount, now: number): string {
  const claims = { iss: account.client_email, scope: SCOPE, aud: account.token_uri, iat: now, exp: now + ASSERTION_LIFE };
  const unsigned = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(account.private_key, 'base64url')}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
