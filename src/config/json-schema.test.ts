import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PROVIDER_IDS, PROVIDERS } from '../providers/index.ts';
import { configJsonSchema } from './json-schema.ts';

interface Shape {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape & { readonly $ref?: string };
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean;
}

const schema = configJsonSchema() as Shape;
const { properties = {} } = schema;

describe('The JSON Schema of a config', () => {
  it('nests targets within themselves', () => {
    assert.equal(properties['targets']?.items?.$ref, '#');
  });

  it('knows no other keys', () => {
    assert.equal(schema.additionalProperties, false);
    assert.equal(properties['retry']?.additionalProperties, false);
  });

  it('requires what must be there', () => {
    assert.deepEqual(properties['retry']?.required, ['attempts']);
    assert.equal(schema.required, undefined);
  });

  it('describes every key', () => {
    for (const [name, { description }] of Object.entries(properties)) assert.match(description ?? '', /\.$/, name);
  });

  it('lists the registered providers and their options', () => {
    assert.deepEqual(properties['provider']?.anyOf?.[0]?.enum, PROVIDER_IDS);
    for (const option of PROVIDERS.flatMap((provider) => provider.options ?? [])) assert.ok(option.name in properties, option.name);
  });

  it('describes shared types once for each key', () => {
    assert.equal(properties['drop_params']?.items?.description, undefined);
  });
});
