import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../errors.ts';
import { withHeaders, type Authorize } from './authorizing.ts';
import type { Expiring } from './credentials.ts';
import { requestToken, requireAmbient, requireOption, type AuthSettings, type TokenRequest, type TokenSource } from './token.ts';

const DEFAULT_SCOPE = 'https://cognitiveservices.azure.com/.default';
const METADATA_URL = 'http://169.254.169.254/metadata/identity/oauth2/token';

/** How a token is asked for, by `azure_auth_mode`. */
const MODES: Readonly<Record<string, (settings: AuthSettings) => TokenRequest | Promise<TokenRequest>>> = {
  entra: entraRequest,
  managed: managedRequest,
  workload: workloadRequest,
};

/** Sends an access token of Microsoft Entra, obtained in the way that `azure_auth_mode` names. */
export function azureAuthorize(settings: AuthSettings, source: TokenSource): Authorize {
  const own = Object.entries(settings.options).filter(([name]) => name.startsWith('azure_'));
  const token = source.credentials.at<string>(['azure', String(settings.ambient), ...own.flat()]);
  const fetchNew = async (): Promise<Expiring<string>> => requestToken(source, await tokenRequest(settings));
  return async (request) => withHeaders(request, ['authorization', `Bearer ${await token.get(fetchNew)}`]);
}

async function tokenRequest(settings: AuthSettings): Promise<TokenRequest> {
  const mode = requireOption(settings, 'azure_auth_mode');
  const ask = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  if (ask !== undefined) return ask(settings);
  const param = `${settings.where}.azure_auth_mode`;
  throw new GatewayError('invalid_config', `${param}: expected one of ${Object.keys(MODES).join(', ')}, got ${JSON.stringify(mode)}`, { param });
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
function entraRequest(settings: AuthSettings): TokenRequest {
  return clientCredentials(settings, requireOption(settings, 'azure_entra_tenant_id'), {
    client_id: requireOption(settings, 'azure_entra_client_id'),
    client_secret: requireOption(settings, 'azure_entra_client_secret'),
  });
}

/** The token of a Kubernetes service account in place of a secret: https://azure.github.io/azure-workload-identity/docs/ */
async function workloadRequest(settings: AuthSettings): Promise<TokenRequest> {
  requireAmbient(settings, 'the workload identity of the gateway');
  const file = requireVariable('AZURE_FEDERATED_TOKEN_FILE');
  return clientCredentials(settings, requireVariable('AZURE_TENANT_ID'), {
    client_id: settings.options['azure_workload_client_id'] ?? requireVariable('AZURE_CLIENT_ID'),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: (await readFile(file, 'utf8')).trim(),
  });
}

function clientCredentials({ options }: AuthSettings, tenant: string, proof: Readonly<Record<string, string>>): TokenRequest {
  const authority = (process.env['AZURE_AUTHORITY_HOST'] ?? 'https://login.microsoftonline.com').replace(/\/+$/, '');
  const scope = options['azure_entra_scope'] ?? DEFAULT_SCOPE;
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope, ...proof }).toString();
  return {
    url: `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
    method: 'POST',
    headers: ['content-type', 'application/x-www-form-urlencoded'],
    body,
  };
}

/** https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
function managedRequest(settings: AuthSettings): TokenRequest {
  requireAmbient(settings, "the managed identity of the gateway's machine");
  const resource = (settings.options['azure_entra_scope'] ?? DEFAULT_SCOPE).replace(/\.default$/, '');
  const query = new URLSearchParams({ 'api-version': '2018-02-01', resource });
  const client = settings.options['azure_managed_client_id'];
  if (client !== undefined && client !== '') query.set('client_id', client);
  return {
    url: `${process.env['AZURE_METADATA_URL'] ?? METADATA_URL}?${query.toString()}`,
    method: 'GET',
    headers: ['metadata', 'true'],
    body: null,
  };
}

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new GatewayError('missing_option', `The gateway's environment lacks ${name}, which azure_auth_mode needs.`);
}
