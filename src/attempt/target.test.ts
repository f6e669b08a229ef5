import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TargetNode } from '../config/resolved.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { bedrock } from '../providers/bedrock.ts';
import type { Provider } from '../providers/provider.ts';
import { vertexAi } from '../providers/vertex-ai.ts';
import { below, chatEndpoint, joinTarget, locate, type Target } from './target.ts';

const own = { id: 'openai-chat' } as Dialect;
const second = { id: 'anthropic-messages' } as Dialect;

const twoBases: Provider = {
  id: 'two-bases',
  name: 'Two bases',
  docs: 'https://example.com/docs',
  baseURL: 'https://api.example.com',
  auth: [{ scheme: 'bearer' }],
  endpoints: {
    chat: [
      { dialect: own, path: '/v1/chat/completions' },
      { dialect: second, baseURL: 'https://api.example.com/second', path: '/v1/messages' },
    ],
  },
};

function targetOf(provider: Provider, members: Partial<TargetNode> = {}): Target {
  return joinTarget({ path: 'config', options: {}, ...members } as TargetNode, provider);
}

function urlFor(target: Target, dialect: Dialect): string {
  const endpoint = chatEndpoint(target, dialect);
  const { origin, path } = locate(below(target, endpoint), endpoint.path, 'm');
  return origin + path;
}

describe('chatEndpoint', () => {
  it('speaks the dialect of the client where the provider has it, at the base URL of that dialect', () => {
    assert.equal(urlFor(targetOf(twoBases), own), 'https://api.example.com/v1/chat/completions');
    assert.equal(urlFor(targetOf(twoBases), second), 'https://api.example.com/second/v1/messages');
  });

  it('takes a custom host for the base URL of the provider, so that dialects with a base URL of their own are not behind it', () => {
    const target = targetOf(twoBases, { customHost: 'https://proxy.example.com' });
    assert.equal(urlFor(target, second), 'https://proxy.example.com/v1/chat/completions');
  });

  it('finds any dialect behind a custom host when the target names it', () => {
    const target = targetOf(twoBases, { customHost: 'https://proxy.example.com', dialect: 'anthropic-messages' });
    assert.equal(urlFor(target, own), 'https://proxy.example.com/v1/messages');
  });

  it('does not take for granted behind a custom host what servers that copy the provider mostly lack', () => {
    const copied: Provider = {
      ...twoBases,
      endpoints: {
        chat: [
          { dialect: own, path: '/chat' },
          { dialect: second, path: '/second', assumed: 'own-host' },
        ],
      },
    };
    assert.equal(urlFor(targetOf(copied), second), 'https://api.example.com/second');
    assert.equal(urlFor(targetOf(copied, { customHost: 'https://copy.example.com' }), second), 'https://copy.example.com/chat');
    assert.equal(urlFor(targetOf(copied, { customHost: 'https://copy.example.com', dialect: second.id }), own), 'https://copy.example.com/second');
  });

  it('serves no client unasked by a dialect that others of the host serve better', () => {
    const poor: Provider = {
      ...twoBases,
      endpoints: {
        chat: [
          { dialect: own, path: '/chat' },
          { dialect: second, path: '/second', assumed: 'never' },
        ],
      },
    };
    assert.equal(urlFor(targetOf(poor), second), 'https://api.example.com/chat');
    assert.equal(urlFor(targetOf(poor, { dialect: second.id }), second), 'https://api.example.com/second');
  });

  it('puts the API version of the target into the base URL of a dialect too', () => {
    const target = targetOf(twoBases, { options: { api_version: 'v2' } });
    assert.equal(urlFor(target, second), 'https://api.example.com/second/v2/messages');
  });

  it('chooses among endpoints by what the options of the target are and look like', () => {
    const choosy: Provider = {
      ...twoBases,
      endpoints: {
        chat: [
          { dialect: second, path: '/second', when: { place: /second$/ } },
          { dialect: own, path: '/exact', when: { place: 'exact' } },
          { dialect: own, path: '/other', when: { place: /^(?!.*second)/ } },
        ],
      },
    };
    assert.equal(urlFor(targetOf(choosy, { options: { place: 'at-second' } }), own), 'https://api.example.com/second');
    assert.equal(urlFor(targetOf(choosy, { options: { place: 'exact' } }), own), 'https://api.example.com/exact');
    assert.equal(urlFor(targetOf(choosy), own), 'https://api.example.com/other');
  });
});

describe('hosts that depend on options', () => {
  const base = (region: string): string => targetOf(vertexAi, { options: { vertex_region: region, vertex_project_id: 'p' } }).base;

  it('are chosen by them', () => {
    assert.equal(base('us-central1'), 'https://us-central1-aiplatform.googleapis.com');
    assert.equal(base('global'), 'https://aiplatform.googleapis.com');
    assert.equal(base('eu'), 'https://aiplatform.eu.rep.googleapis.com');
  });

  it('give way to a custom host', () => {
    const target = targetOf(vertexAi, { options: { vertex_region: 'global' }, customHost: 'https://proxy.example/x' });
    assert.equal(target.base, 'https://proxy.example/x');
  });
});

describe('an option that another one implies', () => {
  const projectOf = (options: TargetNode['options']): string | undefined =>
    targetOf(vertexAi, { options: { vertex_region: 'global', ...options } }).options['vertex_project_id'];

  it('is read from the JSON of that one, unless it is set itself', () => {
    const account = JSON.stringify({ project_id: 'of-account' });
    assert.equal(projectOf({ vertex_service_account_json: account }), 'of-account');
    assert.equal(projectOf({ vertex_service_account_json: account, vertex_project_id: 'own' }), 'own');
    for (const broken of ['', 'no JSON', '[]', '{"project_id":3}']) assert.equal(projectOf({ vertex_service_account_json: broken }), undefined);
  });
});

describe("a dialect that is assumed at the provider's own host only", () => {
  const claude = 'us.anthropic.claude-x-v1:0';
  const pathFor = (members: Partial<TargetNode>, model: string): string => chatEndpoint(targetOf(bedrock, members), anthropicMessages, model).path;

  it('is spoken there to its clients, for the models that know it', () => {
    assert.equal(pathFor({}, claude), '/model/{model}/invoke');
    assert.equal(pathFor({}, 'amazon.nova-lite-v1:0'), '/model/{model}/converse');
  });

  it('is spoken behind a custom host where the target names it', () => {
    const behind = { customHost: 'https://proxy.example' };
    assert.equal(pathFor(behind, claude), '/model/{model}/converse');
    assert.equal(pathFor({ ...behind, dialect: 'anthropic-messages' }, claude), '/model/{model}/invoke');
  });
});
