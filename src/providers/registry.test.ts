import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { applyQuirks } from '../attempt/quirks.ts';
import { fillTemplate } from '../attempt/url.ts';
import { REQUEST_SAMPLES } from '../dialects/contract/requests.ts';
import { GatewayError } from '../errors.ts';
import type { EmbeddingRequest } from '../ir/embeddings.ts';
import type { JsonObject } from '../ir/json.ts';
import { optionsOf, PROVIDER_IDS, PROVIDERS, providerById } from './index.ts';
import type { ChatEndpoint, Condition, EmbedEndpoint, Provider } from './provider.ts';

const FOLDER = import.meta.dirname;
const CONTRACT = new Set(['provider.ts', 'index.ts', 'list.ts']);
const sources = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !CONTRACT.has(name))
  .map((name) => ({ name, text: readFileSync(path.join(FOLDER, name), 'utf8') }));
const providerFiles = sources.filter(({ text }) => text.includes('defineProvider('));

/** Ids of the Portkey gateway 1.15. */
const PORTKEY_IDS = `302ai ai21 aibadgr anthropic anyscale azure-ai azure-openai bedrock bytez cerebras cohere cometapi cortex dashscope deepbricks
  deepinfra deepseek featherless-ai fireworks-ai github google groq huggingface hyperbolic inference-net iointelligence jina kluster-ai krutrim lambda
  lemonfox-ai lepton lingyi matterai meshy milvus mistral-ai modal monsterapi moonshot ncompass nebius nextbit nomic novita-ai nscale ollama openai
  openrouter oracle ovhcloud palm perplexity-ai portkey predibase qdrant recraft-ai reka-ai replicate sagemaker sambanova segmind siliconflow
  stability-ai together-ai tripo3d triton upstage vertex-ai voyage workers-ai x-ai z-ai zhipu`.split(/\s+/);

/** Ids of Portkey's that are not registered, and why. */
const ABSENT: Readonly<Record<string, string>> = {
  portkey: 'is the hosted service itself',
};

function chatOf(provider: Provider): readonly ChatEndpoint[] {
  return provider.endpoints.chat ?? [];
}

function endpointsOf(provider: Provider): readonly (ChatEndpoint | EmbedEndpoint)[] {
  return [...chatOf(provider), ...(provider.endpoints.embed ?? [])];
}

function templatesOf(provider: Provider): string[] {
  const { chat = [], embed = [], count = [], models, passthrough = [] } = provider.endpoints;
  const templates = [
    provider.baseURL,
    ...(provider.baseURLs ?? []).map(({ url }) => url),
    models,
    ...chat.flatMap((endpoint) => [endpoint.baseURL, endpoint.path, endpoint.streamPath]),
    ...[...embed, ...count].map((endpoint) => endpoint.path),
    ...passthrough.flatMap((rule) => [rule.prefix, ...Object.values(rule.query ?? {})]),
  ];
  return templates.filter((template) => template !== undefined);
}

/** Every option that a provider's data speaks of, apart from those that it declares. */
function optionsUsed(provider: Provider): string[] {
  const placeholders = templatesOf(provider).flatMap((template) => [...template.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? ''));
  const { passthrough = [], count = [] } = provider.endpoints;
  const members = (provider.options ?? []).flatMap(({ sendAsMember }) => sendAsMember ?? []);
  const conditional = [...endpointsOf(provider), ...passthrough, ...count, ...provider.auth, ...(provider.baseURLs ?? []), ...members];
  const conditions = conditional.flatMap(({ when = {} }: { readonly when?: Condition }) => Object.keys(when));
  const documents = (provider.options ?? []).flatMap(({ defaultFrom }) => defaultFrom?.option ?? []);
  const credentials = provider.auth.flatMap((auth) => ('option' in auth && auth.option !== undefined ? [auth.option] : []));
  const models = endpointsOf(provider).flatMap(({ quirks }) => quirks?.modelOption ?? []);
  return [...placeholders, ...conditions, ...credentials, ...models, ...documents];
}

describe('the registry', () => {
  it('has every provider once, by its id', () => {
    assert.equal(new Set(PROVIDER_IDS).size, PROVIDERS.length);
    for (const provider of PROVIDERS) assert.equal(providerById(provider.id), provider);
    assert.equal(providerById('nobody'), undefined);
  });

  it('has every file of the folder that defines a provider, named after its id', () => {
    assert.deepEqual(
      providerFiles.map(({ name }) => name),
      PROVIDERS.map(({ id }) => `${id}.ts`).sort(),
    );
  });

  it('lets targets of every provider choose the API version, in the words of the provider where it has its own', () => {
    for (const provider of PROVIDERS as readonly Provider[]) {
      const versions = optionsOf(provider).filter((option) => option.name === 'api_version');
      assert.equal(versions.length, 1, provider.id);
      assert.ok(
        (provider.options ?? []).every((option) => optionsOf(provider).includes(option)),
        provider.id,
      );
    }
  });

  it('marks every option that holds a credential as secret', () => {
    const options = (PROVIDERS as readonly Provider[]).flatMap((provider) => provider.options ?? []);
    const bySound = options.filter(({ name }) => /secret|token$|(?<!model|object|kms)_key|_json$|password|external_id/.test(name));
    const byUse = (PROVIDERS as readonly Provider[]).flatMap(({ auth, options: own = [] }) =>
      own.filter(({ name }) =>
        auth.some((entry) => 'option' in entry && entry.option === name && (entry.scheme === 'bearer' || entry.scheme === 'header')),
      ),
    );
    assert.deepEqual(
      new Set(options.filter(({ secret }) => secret === true).map(({ name }) => name)),
      new Set([...bySound, ...byUse].map(({ name }) => name)),
    );
  });

  it('knows every id of Portkey, or says why not', () => {
    const absent = PORTKEY_IDS.filter((id) => providerById(id) === undefined);
    assert.deepEqual(absent.sort(), Object.keys(ABSENT).sort());
    assert.equal(PORTKEY_IDS.length, 74);
  });
});

describe('every provider file', () => {
  for (const { name, text } of providerFiles) {
    it(`${name} is short data without control flow`, () => {
      const code = text.replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$|'(?:\\.|[^'\\\n])*'|\/(?:\\.|[^/\\\n])+\/(?=[,\s}])/gm, (token) =>
        token.startsWith("'") ? "''" : '',
      );
      assert.doesNotMatch(code, /\b(if|else|for|while|switch|case|function|return|async|await|class|new|let|var)\b|=>|&&|\|\||\?/);
      const lines = code.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import '));
      // Hosts that tell their endpoints apart by options, or correct a picky host, have more to say.
      const limit = /\bwhen\b/.test(code) ? 45 : 25;
      assert.ok(lines.length <= limit, `${lines.length} lines of code, at most ${limit}`);
    });
  }
});

for (const provider of PROVIDERS as readonly Provider[]) {
  describe(`provider ${provider.id}`, () => {
    it('cannot be changed', () => assert.deepEqual(unfrozen(provider, provider.id), []));

    it('lives and is documented behind https', () => {
      const own = [provider.baseURL, ...(provider.baseURLs ?? []).map(({ url }) => url)];
      const bases = [...own, ...chatOf(provider).map((endpoint) => endpoint.baseURL)].filter((base) => base !== undefined);
      for (const base of bases) assert.match(base, /^(https:\/\/[^/?#]+(\/[^?#]*)?[^/]|mock:\/\/sluice)$/);
      assert.match(provider.docs, /^https:\/\//);
      assert.ok(URL.canParse(provider.docs));
    });

    it('has a path for everything', () => {
      for (const template of templatesOf(provider).filter((text) => !text.includes('://'))) assert.match(template, /^(\/[^\s]*|\{[a-z_]+\})$/);
    });

    it('declares every option that it uses, each once', () => {
      const declared = (provider.options ?? []).map((option) => option.name);
      assert.equal(new Set(declared).size, declared.length);
      assert.deepEqual(
        optionsUsed(provider).filter((name) => name !== 'model' && !declared.includes(name)),
        [],
      );
    });

    it('describes its options in config keys and headers that can be written', () => {
      for (const option of provider.options ?? []) {
        assert.match(option.name, /^[a-z][a-z0-9_]*$/);
        assert.match([option.header, option.bareHeader, option.sendAs].filter((header) => header !== undefined).join(''), /^[a-z0-9-]*$/);
        assert.match(option.description, /^[^\n]+[.]$/);
      }
    });

    for (const endpoint of chatOf(provider)) {
      it(`is sent ${endpoint.dialect.name} requests at ${endpoint.baseURL ?? ''}${endpoint.path}`, () => {
        assert.ok(URL.canParse(urlOf(provider, endpoint.baseURL, endpoint.path)));
        assert.ok(URL.canParse(urlOf(provider, endpoint.baseURL, endpoint.streamPath ?? endpoint.path)));
        for (const { name, request } of REQUEST_SAMPLES) {
          const wire = encoded(() => endpoint.dialect.request.encode(request).wire);
          if (wire !== undefined) assertFits(name, applyQuirks(wire, endpoint.quirks), endpoint);
        }
      });
    }

    for (const endpoint of provider.endpoints.embed ?? []) {
      it(`is sent ${endpoint.dialect.name} requests at ${endpoint.path}`, () => {
        assert.ok(URL.canParse(urlOf(provider, undefined, endpoint.path)));
        const input = ['a', 'b'].slice(0, endpoint.dialect.mostInputs?.('m'));
        const request: EmbeddingRequest = { model: 'm', input, encoding: 'float', dimensions: 3, user: 'u', extra: {} };
        assertFits('embedding', applyQuirks(endpoint.dialect.request.encode(request).wire, endpoint.quirks), endpoint);
      });
    }
  });
}

/** The wire, or undefined where the dialect says that it cannot express the request. */
function encoded(encode: () => JsonObject): JsonObject | undefined {
  try {
    return encode();
  } catch (error) {
    assert.ok(error instanceof GatewayError && error.code === 'unsupported_content', String(error));
    return undefined;
  }
}

/** A request that a host gets is JSON, and has nothing that the host's data says it refuses. */
function assertFits(name: string, wire: JsonObject, { path: place, quirks = {} }: ChatEndpoint | EmbedEndpoint): void {
  const sent = JSON.parse(JSON.stringify(wire)) as JsonObject;
  assert.ok(sent['model'] !== undefined || place.includes('{model}'), `${name} names no model`);
  const refused = [...(quirks.drop ?? []), ...Object.keys(quirks.rename ?? {}), ...(quirks.streamOptions === false ? ['stream_options'] : [])];
  assert.deepEqual(
    refused.filter((member) => member in sent),
    [],
    name,
  );
  assert.ok(quirks.systemRole === undefined || !JSON.stringify(sent['messages']).includes('"role":"developer"'), name);
}

function urlOf(provider: Provider, base: string | undefined, place: string): string {
  const names = [...optionsUsed(provider), 'model'];
  return fillTemplate(
    (base ?? provider.baseURL ?? 'https://custom.example.com') + place,
    Object.fromEntries(names.map((name) => [name, 'x'])),
    'config',
  );
}

/** Paths of the objects in a value that are not frozen; dialects are the dialects' own affair. */
function unfrozen(value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, member]) =>
    name === 'dialect' || name === 'counting' ? [] : unfrozen(member, `${at}.${name}`),
  );
  return Object.isFrozen(value) ? inner : [at, ...inner];
}
