import assert from 'node:assert/strict';
import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { completion, fakeUpstream, json, type Answer, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway, type TestGateway } from '../support/gateway.ts';

/** Converse's answer to anything. */
const CONVERSED = { output: { message: { role: 'assistant', content: [{ text: 'ok' }] } }, stopReason: 'end_turn', usage: {} };
const KEYS = { aws_access_key_id: 'AKIDEXAMPLE', aws_secret_access_key: 'a-secret' };
const MODEL = 'arn:aws:bedrock:eu-west-1:012345678901:inference-profile/eu.anthropic.claude-x-v1:0';

/** Environment variables for the tests of a suite. */
function useEnvironment(variables: () => Readonly<Record<string, string>>): void {
  let former: NodeJS.ProcessEnv = {};
  beforeEach(() => {
    former = { ...process.env };
    Object.assign(process.env, variables());
  });
  afterEach(() => {
    process.env = former;
  });
}

/** Waits for what comes about on its own. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Signer {
  readonly keys: Keys;
  readonly region: string;
  readonly service: string;
}

/** Signs what arrived once more with AWS's own code, over the headers that the request says it signed, and compares. */
async function assertSigned(request: SeenRequest, host: string, { keys, region, service }: Signer): Promise<void> {
  const authorization = request.headers['authorization'] ?? '';
  const names = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(';') ?? [];
  const headers = Object.fromEntries(names.map((name) => [name, request.headers[name] ?? '']));
  const [date = '', time = ''] = (headers['x-amz-date'] ?? '').split('T');
  const signingDate = new Date(`${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)Z/, '$1:$2:$3')}Z`);
  const signer = new SignatureV4({ service, region, credentials: keys, sha256: Sha256, applyChecksum: false });
  const own = { method: request.method, protocol: 'http:', hostname: host, path: request.url, headers, body: request.text };
  const signed = await signer.sign(own, { signingDate });
  assert.equal(authorization, signed.headers['authorization']);
  assert.equal(headers['host'], host);
  assert.ok(['host', 'content-type', 'x-amz-date'].every((name) => names.includes(name)));
}

/** The error of an answer, and the proof that no secret is in it. */
async function errorOf(response: Response, ...secrets: readonly string[]): Promise<{ status: number; code: unknown; message: string }> {
  const text = await response.text();
  for (const secret of secrets) assert.ok(!text.includes(secret), `${text} tells ${secret}`);
  const { error } = JSON.parse(text) as { error: { code: unknown; message: string } };
  return { status: response.status, code: error.code, message: error.message };
}

describe('requests to AWS', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream(json(200, CONVERSED));
  });
  after(() => upstream.close());
  const last = (): SeenRequest => upstream.seen.at(-1) as SeenRequest;
  const host = (): string => new URL(upstream.url).host;
  const bedrock = (more: object): object => ({ provider: 'bedrock', aws_region: 'eu-west-1', custom_host: upstream.url, ...more });

  it('are signed as AWS itself would sign them', async () => {
    const response = await gateway.chat(bedrock(KEYS), { model: MODEL, messages: [{ role: 'user', content: 'Grüße' }] });
    assert.equal(response.status, 200);
    assert.equal(last().url, `/model/${encodeURIComponent(MODEL)}/converse`);
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret' };
    await assertSigned(last(), host(), { keys, region: 'eu-west-1', service: 'bedrock' });
    assert.equal(last().headers['x-amz-security-token'], undefined);
  });

  it('carry and sign the token of a session', async () => {
    await gateway.chat(bedrock({ ...KEYS, aws_session_token: 'a-token' }), { model: MODEL });
    assert.equal(last().headers['x-amz-security-token'], 'a-token');
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret', sessionToken: 'a-token' };
    await assertSigned(last(), host(), { keys, region: 'eu-west-1', service: 'bedrock' });
    assert.match(last().headers['authorization'] ?? '', /x-amz-security-token/);
  });

  it('are signed when streams are asked for, with keys from headers, whatever key the client has beside them', async () => {
    const headers = {
      'x-portkey-provider': 'bedrock',
      'x-portkey-custom-host': upstream.url,
      'x-portkey-aws-access-key-id': 'AKIDEXAMPLE',
      'x-portkey-aws-secret-access-key': 'a-secret',
      authorization: 'Bearer of-the-client',
    };
    await gateway.post(
      '/v1/chat/completions',
      { model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'Hi' }], stream: true },
      headers,
    );
    assert.equal(last().url, '/model/amazon.nova-lite-v1%3A0/converse-stream');
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret' };
    await assertSigned(last(), host(), { keys, region: 'us-east-1', service: 'bedrock' });
  });

  it('are signed for SageMaker, JSON or not, and keep their own headers', async () => {
    const config = { provider: 'sagemaker', custom_host: upstream.url, ...KEYS, amzn_sagemaker_target_variant: 'blue' };
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret' };
    const bodies = [
      ['application/json', '{"inputs":"Hi"}'],
      ['text/csv', '1,2'.repeat(600_000)],
    ] as const;
    for (const [type, body] of bodies) {
      const headers = { 'content-type': type, 'x-portkey-config': JSON.stringify(config), authorization: 'Bearer of-the-client' };
      await fetch(`${gateway.url}/v1/endpoints/mine/invocations`, { method: 'POST', headers, body });
      assert.equal(last().url, '/endpoints/mine/invocations');
      assert.equal(last().text, body);
      assert.equal(last().headers['x-amzn-sagemaker-target-variant'], 'blue');
      await assertSigned(last(), host(), { keys, region: 'us-east-1', service: 'sagemaker' });
    }
  });

  it('carry an API key as it is where there is nothing else, or where that is asked for', async () => {
    await gateway.chat(bedrock({ api_key: 'bedrock-api-key' }), { model: MODEL });
    assert.equal(last().headers['authorization'], 'Bearer bedrock-api-key');
    await gateway.chat(bedrock({ ...KEYS, api_key: 'bedrock-api-key', aws_auth_type: 'apiKey' }), { model: MODEL });
    assert.equal(last().headers['authorization'], 'Bearer bedrock-api-key');
    assert.equal(last().headers['x-amz-date'], undefined);
  });

  it('name the key that is missing', async () => {
    const response = await gateway.chat(bedrock({ aws_access_key_id: 'AKIDEXAMPLE' }), { model: MODEL });
    const { code, message } = await errorOf(response);
    assert.equal(code, 'missing_option');
    assert.match(message, /aws_secret_access_key is required at config/);
  });
});

/** The Security Token Service: keys that are numbered and live so many seconds. */
function tokenService(lifetime: () => number, hold: () => Promise<void> = () => Promise.resolve()): Answer {
  return async (request, response, attempt) => {
    await hold();
    const role = new URLSearchParams(request.text).get('RoleArn') ?? '';
    if (role.includes('forbidden')) {
      const denied = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for a-secret on ${role}</Message></Error></ErrorResponse>`;
      return void response.writeHead(403, { 'content-type': 'text/xml' }).end(denied);
    }
    const expiration = new Date(Date.now() + lifetime() * 1000).toISOString();
    const keys = `<AccessKeyId>ASIA${attempt}</AccessKeyId><SecretAccessKey>secret${attempt}</SecretAccessKey><SessionToken>token${attempt}</SessionToken>`;
    const result = `<AssumeRoleResult><Credentials>${keys}<Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult>`;
    response.writeHead(200, { 'content-type': 'text/xml' }).end(`<AssumeRoleResponse>${result}</AssumeRoleResponse>`);
  };
}

describe('an assumed role', () => {
  const gateway = useGateway();
  let lifetime = 3600;
  let hold = Promise.resolve();
  let upstream: FakeUpstream;
  let service: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream(json(200, CONVERSED));
    service = await fakeUpstream(
      tokenService(
        () => lifetime,
        () => hold,
      ),
    );
  });
  after(() => Promise.all([upstream.close(), service.close()]));
  beforeEach(() => {
    lifetime = 3600;
    hold = Promise.resolve();
    service.seen.length = 0;
    upstream.seen.length = 0;
  });
  useEnvironment(() => ({ AWS_ENDPOINT_URL_STS: service.url }));
  const config = (role: string, more: object = {}): object => ({
    provider: 'bedrock',
    aws_auth_type: 'assumedRole',
    aws_role_arn: `arn:aws:iam::012345678901:role/${role}`,
    custom_host: upstream.url,
    ...KEYS,
    ...more,
  });

  it('is asked for with the keys at hand, and signs with the keys that it gives', async () => {
    const response = await gateway.chat(config('first', { aws_external_id: 'e/1', aws_region: 'eu-central-1' }), { model: MODEL });
    assert.equal(response.status, 200);
    const [asked] = service.seen as [SeenRequest];
    assert.deepEqual(Object.fromEntries(new URLSearchParams(asked.text)), {
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::012345678901:role/first',
      RoleSessionName: 'sluice',
      ExternalId: 'e/1',
    });
    const own = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret' };
    await assertSigned(asked, new URL(service.url).host, { keys: own, region: 'eu-central-1', service: 'sts' });
    const [sent] = upstream.seen as [SeenRequest];
    const number = /Credential=ASIA(\d+)\//.exec(sent.headers['authorization'] ?? '')?.[1] ?? '';
    const keys = { accessKeyId: `ASIA${number}`, secretAccessKey: `secret${number}`, sessionToken: `token${number}` };
    await assertSigned(sent, new URL(upstream.url).host, { keys, region: 'eu-central-1', service: 'bedrock' });
  });

  it('is asked for once by calls that need it at the same time, in one config or in several', async () => {
    const configs = [config('shared'), config('shared', { request_timeout: 9000 }), { strategy: { mode: 'fallback' }, targets: [config('shared')] }];
    const held = Promise.withResolvers<void>();
    hold = held.promise;
    const calls = [...configs, ...configs].map((each) => gateway.chat(each, { model: MODEL }));
    await until(async () => service.seen.length > 0);
    await fetch(`${gateway.url}/livez`);
    held.resolve();
    const responses = await Promise.all(calls);
    assert.deepEqual([...new Set(responses.map(({ status }) => status))], [200]);
    assert.equal(service.seen.length, 1);
    await gateway.chat(config('shared'), { model: MODEL });
    assert.equal(service.seen.length, 1);
    await gateway.chat(config('shared', { aws_external_id: 'other' }), { model: MODEL });
    assert.equal(service.seen.length, 2);
  });

  it('is renewed before its keys end, and not only then', async () => {
    lifetime = 30;
    const token = async (role: string): Promise<string | undefined> => {
      await gateway.chat(config(role), { model: MODEL });
      return upstream.seen.at(-1)?.headers['x-amz-security-token'];
    };
    const first = await token('short');
    assert.equal(await token('short'), first);
    await until(async () => (await token('short')) !== first);
    lifetime = 2;
    assert.notEqual(await token('shorter'), await token('shorter'));
  });

  it('that is refused fails the target, whose fallback answers, and gives nothing away', async () => {
    const alone = await gateway.chat(config('forbidden'), { model: MODEL });
    const error = await errorOf(alone, 'a-secret', 'forbidden', 'AccessDenied', new URL(service.url).host);
    assert.equal(error.status, 502);
    assert.equal(error.code, 'authorization_failed');
    const targets = [config('forbidden'), config('allowed')];
    const response = await gateway.chat({ strategy: { mode: 'fallback' }, targets }, { model: MODEL });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-portkey-last-used-option-index'), 'config.targets[1]');
    assert.equal(upstream.seen.length, 1);
  });

  it("is refused to callers who would have the gateway's own keys assume it", async () => {
    const response = await gateway.chat(config('mine', { aws_access_key_id: undefined, aws_secret_access_key: undefined }), { model: MODEL });
    const { status, code } = await errorOf(response);
    assert.deepEqual([status, code], [403, 'ambient_identity_refused']);
    assert.equal(service.seen.length, 0);
  });

  it('is not waited for by a client that has left', async () => {
    const held = Promise.withResolvers<void>();
    hold = held.promise;
    const leaving = new AbortController();
    const headers = { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(config('late')) };
    const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] });
    const call = fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers, body, signal: leaving.signal });
    const left = assert.rejects(call, { name: 'AbortError' });
    await until(async () => service.seen.length === 1);
    leaving.abort();
    await left;
    // By the time that another request has been answered, the gateway has seen the first one's connection close.
    await fetch(`${gateway.url}/livez`);
    held.resolve();
    assert.equal((await gateway.chat(config('late'), { model: MODEL })).status, 200);
    assert.equal(service.seen.length, 1);
    assert.equal(upstream.seen.length, 1);
  });
});

describe("the gateway's own AWS keys, where they are open to callers", () => {
  const gateway = useGateway({ ALLOW_AMBIENT_CREDENTIALS: '1' });
  let upstream: FakeUpstream;
  let service: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream(json(200, CONVERSED));
    service = await fakeUpstream(tokenService(() => 3600));
  });
  after(() => Promise.all([upstream.close(), service.close()]));
  beforeEach(() => (service.seen.length = 0));
  useEnvironment(() => ({ AWS_ENDPOINT_URL_STS: service.url, AWS_ACCESS_KEY_ID: 'AKIDGATEWAY', AWS_SECRET_ACCESS_KEY: 'gateway-secret' }));
  const config = (role: string): object => ({ provider: 'bedrock', aws_role_arn: `arn:aws:iam::1:role/${role}`, custom_host: upstream.url });

  it('assume the role of a target that has none', async () => {
    assert.equal((await gateway.chat(config('a'), { model: MODEL })).status, 200);
    const keys = { accessKeyId: 'AKIDGATEWAY', secretAccessKey: 'gateway-secret' };
    await assertSigned(service.seen[0] as SeenRequest, new URL(service.url).host, { keys, region: 'us-east-1', service: 'sts' });
  });

  it('go through the role that stands between, which is assumed once', async () => {
    process.env['AWS_ASSUME_ROLE_ACCESS_KEY_ID'] = 'AKIDAPART';
    process.env['AWS_ASSUME_ROLE_SECRET_ACCESS_KEY'] = 'apart';
    process.env['AWS_ASSUME_ROLE_SOURCE_ARN'] = 'arn:aws:iam::1:role/between';
    await gateway.chat(config('b'), { model: MODEL });
    await gateway.chat(config('c'), { model: MODEL });
    const asked = service.seen.map(({ text, headers }) => [
      new URLSearchParams(text).get('RoleArn')?.split('/')[1],
      /Credential=([A-Z]+)/.exec(headers['authorization'] ?? '')?.[1],
    ]);
    assert.deepEqual(asked, [
      ['between', 'AKIDAPART'],
      ['b', 'ASIA'],
      ['c', 'ASIA'],
    ]);
  });
});

describe('a Google service account', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      token: json(200, { access_token: 'ya29.token', expires_in: 3599, token_type: 'Bearer' }),
      refusing: json(400, { error: 'invalid_grant', error_description: 'Account deleted: robot@p.example' }),
      v1beta1: json(200, { candidates: [{ content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP' }] }),
    });
  });
  after(() => upstream.close());
  beforeEach(() => (upstream.seen.length = 0));
  const account = (more: object = {}): Record<string, unknown> => ({
    type: 'service_account',
    project_id: 'p-of-account',
    client_email: 'robot@p.example',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `${upstream.url}/token`,
    ...more,
  });
  const config = (json: unknown, more: object = {}): object => ({
    provider: 'vertex-ai',
    vertex_region: 'europe-west4',
    vertex_service_account_json: json,
    custom_host: upstream.url,
    ...more,
  });
  const ask = (target: object): Promise<Response> => gateway.chat(target, { model: 'gemini-2.5-flash' });

  it('exchanges an assertion that it has signed for a token, once', async () => {
    assert.equal((await ask(config(account()))).status, 200);
    assert.equal((await ask(config(JSON.stringify(account()), { vertex_project_id: 'mine' }))).status, 200);
    const [exchange, first, second, ...more] = upstream.seen as [SeenRequest, SeenRequest, SeenRequest];
    assert.deepEqual(more, []);
    assert.equal(first.url, '/v1beta1/projects/p-of-account/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent');
    assert.equal(first.headers['authorization'], 'Bearer ya29.token');
    assert.match(second.url, /^\/v1beta1\/projects\/mine\//);
    const form = new URLSearchParams(exchange.text);
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    assert.ok(createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url'));
    const parse = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual(parse(head), { alg: 'RS256', typ: 'JWT' });
    const { iat, exp, ...others } = parse(claims) as { iat: number; exp: number };
    assert.ok(Math.abs(iat - Date.now() / 1000) < 60);
    assert.equal(exp - iat, 3600);
    assert.deepEqual(others, { iss: 'robot@p.example', scope: 'https://www.googleapis.com/auth/cloud-platform', aud: `${upstream.url}/token` });
  });

  it('that is refused fails the target and gives nothing away', async () => {
    const response = await ask(config(account({ token_uri: `${upstream.url}/refusing` })));
    const { status, code } = await errorOf(response, 'robot@', 'invalid_grant', 'PRIVATE KEY');
    assert.deepEqual([status, code], [502, 'authorization_failed']);
  });

  it('must have its token exchanged at a public host, whatever its file says', async () => {
    for (const token_uri of ['http://169.254.169.254/token', 'http://10.0.0.1/token', 'file:///etc/passwd', 'http://metadata.google.internal/x', 7]) {
      const { status, code } = await errorOf(await ask(config(account({ token_uri }))), 'PRIVATE KEY');
      assert.deepEqual([status, code], [400, 'invalid_config'], String(token_uri));
    }
    assert.deepEqual(upstream.seen, []);
  });

  it('must be whole', async () => {
    for (const broken of ['no JSON', account({ client_email: undefined }), account({ private_key: 'no key' })]) {
      const { status, code, message } = await errorOf(await ask(config(broken, { vertex_project_id: 'p' })), 'no key');
      assert.deepEqual([status, code], [400, 'invalid_config']);
      assert.match(message, /vertex_service_account_json/);
    }
  });

  it('is not needed by who has a token', async () => {
    await ask({ ...config(undefined), vertex_project_id: 'p', api_key: 'ya29.own' });
    assert.equal(upstream.seen[0]?.headers['authorization'], 'Bearer ya29.own');
  });
});

describe('Microsoft Entra', () => {
  const closed = useGateway();
  const open = useGateway({ ALLOW_AMBIENT_CREDENTIALS: 'true' });
  let folder = '';
  let upstream: FakeUpstream;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-'));
    writeFileSync(path.join(folder, 'token'), 'federated\n');
    upstream = await fakeUpstream({
      tenant: json(200, { access_token: 'of-the-tenant', expires_in: 3599 }),
      strangers: json(401, { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret a-secret' }),
      metadata: json(200, { access_token: 'of-the-machine', expires_in: '86399' }),
      v1: json(200, completion('ok')),
    });
  });
  after(() => upstream.close());
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => (upstream.seen.length = 0));
  useEnvironment(() => ({
    AZURE_AUTHORITY_HOST: `${upstream.url}/`,
    AZURE_METADATA_URL: `${upstream.url}/metadata/identity/oauth2/token`,
    AZURE_TENANT_ID: 'tenant',
    AZURE_CLIENT_ID: 'client-of-environment',
    AZURE_FEDERATED_TOKEN_FILE: path.join(folder, 'token'),
  }));
  const ask = (gateway: TestGateway, options: object): Promise<Response> =>
    gateway.chat({ provider: 'azure-openai', resource_name: 'r', api_version: 'v1', custom_host: upstream.url, ...options });
  const entra = (tenant: string): object => ({
    azure_auth_mode: 'entra',
    azure_entra_tenant_id: tenant,
    azure_entra_client_id: 'client',
    azure_entra_client_secret: 'a-secret',
  });
  const form = (): object => Object.fromEntries(new URLSearchParams(upstream.seen[0]?.text));

  it("gives a token for a client's secret, once", async () => {
    assert.equal((await ask(closed, entra('tenant'))).status, 200);
    assert.equal((await ask(closed, { ...entra('tenant'), deployment_id: 'd' })).status, 200);
    assert.deepEqual(
      upstream.seen.map(({ url }) => url),
      ['/tenant/oauth2/v2.0/token', '/v1/chat/completions', '/v1/chat/completions'],
    );
    assert.deepEqual(form(), {
      grant_type: 'client_credentials',
      scope: 'https://cognitiveservices.azure.com/.default',
      client_id: 'client',
      client_secret: 'a-secret',
    });
    assert.equal(upstream.seen[1]?.headers['authorization'], 'Bearer of-the-tenant');
    assert.equal(upstream.seen[1]?.headers['api-key'], undefined);
  });

  it('that refuses fails the target and gives nothing away', async () => {
    const { status, code } = await errorOf(await ask(closed, entra('strangers')), 'a-secret', 'AADSTS', 'strangers');
    assert.deepEqual([status, code], [502, 'authorization_failed']);
  });

  it('gives a token for the identity of the machine, where that is open to callers', async () => {
    assert.equal((await ask(open, { azure_auth_mode: 'managed', azure_managed_client_id: 'user-assigned' })).status, 200);
    const [asked, sent] = upstream.seen as [SeenRequest, SeenRequest];
    assert.equal(asked.headers['metadata'], 'true');
    assert.deepEqual(Object.fromEntries(new URL(asked.url, 'http://x').searchParams), {
      'api-version': '2018-02-01',
      resource: 'https://cognitiveservices.azure.com/',
      client_id: 'user-assigned',
    });
    assert.equal(sent.headers['authorization'], 'Bearer of-the-machine');
  });

  it('gives a token for the identity of a workload, where that is open to callers', async () => {
    assert.equal((await ask(open, { azure_auth_mode: 'workload' })).status, 200);
    assert.deepEqual(form(), {
      grant_type: 'client_credentials',
      scope: 'https://cognitiveservices.azure.com/.default',
      client_id: 'client-of-environment',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'federated',
    });
  });

  it('is not asked about the machine or the workload for callers to whom that is closed', async () => {
    for (const azure_auth_mode of ['managed', 'workload']) {
      const { status, code } = await errorOf(await ask(closed, { azure_auth_mode }));
      assert.deepEqual([status, code], [403, 'ambient_identity_refused']);
    }
    assert.deepEqual(upstream.seen, []);
  });

  it('is not asked about the machine for hosts that callers have named', async () => {
    const { status, code } = await errorOf(await ask(open, { azure_auth_mode: 'managed', custom_host: 'https://collector.example' }));
    assert.deepEqual([status, code], [403, 'ambient_identity_refused']);
    assert.deepEqual(upstream.seen, []);
  });

  it('is asked in known ways only', async () => {
    const { status, code, message } = await errorOf(await ask(closed, { azure_auth_mode: 'constructor' }));
    assert.deepEqual([status, code], [400, 'invalid_config']);
    assert.match(message, /entra, managed, workload/);
  });
});

describe('requests to Oracle Cloud', () => {
  const passphrase = 'open sesame';
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
  });
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream(json(200, completion('ok')));
  });
  after(() => upstream.close());
  const config = (more: object = {}): object => ({
    provider: 'oracle',
    oracle_region: 'us-chicago-1',
    oracle_tenancy: 'ocid1.tenancy.x',
    oracle_user: 'ocid1.user.x',
    oracle_fingerprint: '20:3b',
    oracle_private_key: privateKey,
    oracle_key_passphrase: passphrase,
    oracle_compartment_id: 'ocid1.compartment.x',
    custom_host: upstream.url,
    ...more,
  });
  const last = (): SeenRequest => upstream.seen.at(-1) as SeenRequest;

  /** Puts together what Oracle would read off the request, and checks the signature over it. */
  function assertSignedByUser(request: SeenRequest): void {
    const { 1: text = '' } = /^Signature (.*)$/.exec(request.headers['authorization'] ?? '') ?? [];
    const fields = Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])) as Record<string, string>;
    const { signature = '', headers = '', ...others } = fields;
    assert.deepEqual(others, { version: '1', keyId: 'ocid1.tenancy.x/ocid1.user.x/20:3b', algorithm: 'rsa-sha256' });
    const names = headers.split(' ');
    const valueOf = (name: string): string =>
      name === '(request-target)' ? `${request.method.toLowerCase()} ${request.url}` : (request.headers[name] ?? '');
    const signed = names.map((name) => `${name}: ${valueOf(name)}`).join('\n');
    assert.ok(createVerify('RSA-SHA256').update(signed).verify(publicKey, signature, 'base64'));
    assert.deepEqual(names, [
      'date',
      '(request-target)',
      'host',
      ...(request.text === '' ? [] : ['content-length', 'content-type', 'x-content-sha256']),
    ]);
    const hash = request.text === '' ? undefined : createHash('sha256').update(request.text).digest('base64');
    assert.equal(request.headers['x-content-sha256'], hash);
  }

  it("are signed with the user's key, with a body and without", async () => {
    assert.equal((await gateway.chat(config(), { model: 'xai.grok-x', messages: [{ role: 'user', content: 'Grüße' }] })).status, 200);
    assert.equal(last().url, '/20231130/actions/v1/chat/completions');
    assert.equal(last().headers['opc-compartment-id'], 'ocid1.compartment.x');
    assertSignedByUser(last());
    await fetch(`${gateway.url}/v1/files?limit=2`, { headers: { 'x-portkey-config': JSON.stringify(config()) } });
    assert.equal(last().url, '/20231130/actions/v1/files?limit=2');
    assertSignedByUser(last());
  });

  it('take the key with its line breaks written out, as headers need it', async () => {
    await gateway.chat(config({ oracle_private_key: privateKey.replaceAll('\n', String.raw`\n`) }));
    assertSignedByUser(last());
  });

  it('say what is wrong with a key without showing it', async () => {
    for (const wrong of [{ oracle_private_key: 'no key' }, { oracle_key_passphrase: 'wrong' }]) {
      const { status, code } = await errorOf(await gateway.chat(config(wrong)), 'PRIVATE KEY', 'no key', 'wrong');
      assert.deepEqual([status, code], [400, 'invalid_config']);
    }
  });

  it('carry an API key where there is no other', async () => {
    await gateway.chat({ provider: 'oracle', oracle_region: 'us-chicago-1', api_key: 'sk-oci', custom_host: upstream.url });
    assert.equal(last().url, '/openai/v1/chat/completions');
    assert.equal(last().headers['authorization'], 'Bearer sk-oci');
  });
});
