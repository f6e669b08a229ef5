import { createHash, createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { GatewayError } from '../../errors.ts';
import type { UpstreamRequest } from '../port.ts';
import { withHeaders, type Authorize } from './authorizing.ts';
import { requireOption, type AuthSettings, type TokenSource } from './token.ts';
import { wholeBody } from './whole-body.ts';

const KEY = 'oracle_private_key';

/** Signs requests for Oracle Cloud with a user's key: https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm */
export function ociAuthorize(settings: AuthSettings, source: Pick<TokenSource, 'now'>): Authorize {
  let key: KeyObject | undefined;
  return async (request) => {
    const whole = { ...request, body: await wholeBody(request.body) };
    const { added, signed, text } = signingText(whole, new Date(source.now()));
    const signature = createSign('RSA-SHA256')
      .update(text)
      .sign((key ??= readKey(settings)), 'base64');
    const [tenancy, user, fingerprint] = ['oracle_tenancy', 'oracle_user', 'oracle_fingerprint'].map((name) => requireOption(settings, name));
    const parameters = { version: '1', keyId: `${tenancy}/${user}/${fingerprint}`, algorithm: 'rsa-sha256', headers: signed.join(' '), signature };
    const authorization = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
    return withHeaders(whole, [...added, 'authorization', `Signature ${authorization.join(',')}`]);
  };
}

interface SigningText {
  /** Headers that the request lacks yet, flat name-value pairs. */
  readonly added: readonly string[];
  /** What is signed, in this order. */
  readonly signed: readonly string[];
  readonly text: string;
}

function signingText({ origin, path, method, headers, body }: UpstreamRequest, now: Date): SigningText {
  const date = now.toUTCString();
  const lines = [
    ['date', date],
    ['(request-target)', `${method.toLowerCase()} ${path}`],
    ['host', new URL(origin).host],
  ];
  const added = ['date', date];
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const hash = createHash('sha256').update(body).digest('base64');
    const type = headers[headers.indexOf('content-type') + 1] ?? 'application/json';
    added.push('x-content-sha256', hash);
    lines.push(['content-length', String(Buffer.byteLength(body))], ['content-type', type], ['x-content-sha256', hash]);
  }
  return { added, signed: lines.map(([name = '']) => name), text: lines.map((line) => line.join(': ')).join('\n') };
}

function readKey(settings: AuthSettings): KeyObject {
  // Headers cannot hold line breaks, so that there they come written out.
  const text = requireOption(settings, KEY).replaceAll(String.raw`\n`, '\n');
  try {
    return createPrivateKey({ key: text, passphrase: settings.options['oracle_key_passphrase'] });
  } catch (cause) {
    const param = `${settings.where}.${KEY}`;
    throw new GatewayError('invalid_config', `${param}: expected a private key in PEM form, and its passphrase where it has one`, { param, cause });
  }
}
