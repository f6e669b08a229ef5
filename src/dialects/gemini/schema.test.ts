import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { JsonSchema } from '../../ir/json.ts';
import { plain } from '../contract/meaning.ts';
import { inlineReferences } from './references.ts';
import { fromGeminiSchema, toGeminiSchema } from './schema.ts';

function said(schema: JsonSchema): unknown {
  const { schema: own, lost } = toGeminiSchema(schema);
  assert.deepEqual(lost, []);
  return plain(own);
}

function lossOf(schema: JsonSchema): readonly string[] {
  return toGeminiSchema(schema).lost;
}

describe("a JSON schema in Gemini's own form", () => {
  it('has types in upper case, at every depth', () => {
    const schema: JsonSchema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      description: 'A person',
      properties: { name: { type: 'string', minLength: 1, default: 'x' }, tags: { type: 'array', items: { type: 'string' }, maxItems: 3 } },
      required: ['name'],
      additionalProperties: false,
    };
    assert.deepEqual(said(schema), {
      type: 'OBJECT',
      description: 'A person',
      properties: { name: { type: 'STRING', minLength: 1 }, tags: { type: 'ARRAY', items: { type: 'STRING' }, maxItems: 3 } },
      required: ['name'],
    });
  });
  it('says null as nullable, however it was said', () => {
    const nullable = { type: 'STRING', nullable: true };
    assert.deepEqual(said({ type: ['string', 'null'] }), nullable);
    assert.deepEqual(said({ anyOf: [{ type: 'string' }, { type: 'null' }] }), nullable);
    assert.deepEqual(said({ oneOf: [{ type: 'null' }, { type: 'string' }], description: 'A' }), { ...nullable, description: 'A' });
    assert.deepEqual(said({ type: ['string', 'null'], enum: ['a', null] }), { ...nullable, enum: ['a'] });
  });
  it('says a constant as an enumeration of one, oneOf as anyOf, and one allOf as itself', () => {
    assert.deepEqual(said({ type: 'string', const: 'a' }), { type: 'STRING', enum: ['a'] });
    assert.deepEqual(said({ oneOf: [{ type: 'string' }, { type: 'integer' }] }), { anyOf: [{ type: 'STRING' }, { type: 'INTEGER' }] });
    assert.deepEqual(said({ allOf: [{ type: 'string' }], title: 'T' }), { type: 'STRING', title: 'T' });
  });
  it('requires only what it declares', () => {
    assert.deepEqual(said({ properties: { a: { type: 'string' } }, required: ['a', 'b'] }), {
      type: 'OBJECT',
      properties: { a: { type: 'STRING' } },
      required: ['a'],
    });
  });
  it('names what it cannot say', () => {
    const cases: readonly (readonly [JsonSchema, string])[] = [
      [{ type: 'integer', exclusiveMinimum: 0 }, 'exclusiveMinimum'],
      [{ type: 'integer', enum: [1, 2] }, 'enum'],
      [{ type: ['string', 'integer'] }, 'type'],
      [{ description: 'anything' }, 'type'],
      [{ type: 'object' }, 'properties'],
      [{ type: 'object', additionalProperties: { type: 'string' } }, 'additionalProperties'],
      [{ type: 'array' }, 'items'],
      [{ type: 'array', items: [{ type: 'string' }] }, 'items'],
      [{ type: 'string', format: 'uri' }, 'format'],
      [{ type: 'string', not: { const: 'a' } }, 'not'],
      [{ description: 'Either', anyOf: [{ type: 'string' }, { type: 'integer' }] }, 'anyOf'],
      [{ anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] }, 'anyOf'],
      [{ $ref: '#/$defs/a' }, '$ref'],
      [{ type: 'object', properties: { a: { type: 'array', items: { type: 'number', multipleOf: 2 } } } }, 'multipleOf'],
    ];
    for (const [schema, keyword] of cases) assert.ok(lossOf(schema).includes(keyword), `${keyword}: ${lossOf(schema).join()}`);
  });
});

describe("Gemini's schema as a JSON schema", () => {
  it('has types in lower case and null as a type', () => {
    const schema = {
      type: 'OBJECT',
      properties: {
        a: { type: 'STRING', nullable: true, enum: ['x'] },
        b: { type: 'ARRAY', items: { type: 'INTEGER', nullable: true }, minItems: '1' },
        c: { anyOf: [{ type: 'STRING' }, { type: 'BOOLEAN' }], nullable: true },
      },
    };
    assert.deepEqual(plain(fromGeminiSchema(schema)), {
      type: 'object',
      properties: {
        a: { type: ['string', 'null'], enum: ['x', null] },
        b: { type: 'array', items: { type: ['integer', 'null'] }, minItems: 1 },
        c: { anyOf: [{ type: 'string' }, { type: 'boolean' }, { type: 'null' }] },
      },
    });
  });
  it('is the way back of what could be said', () => {
    const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom<JsonSchema>({ type: 'string' }, { type: 'integer', minimum: 1 }, { type: 'string', enum: ['a', 'b'] }, { type: 'boolean' }),
        tie('schema').map((items): JsonSchema => ({ type: 'array', items })),
        fc
          .dictionary(fc.string({ minLength: 1, maxLength: 5 }), tie('schema'), { minKeys: 1, maxKeys: 3 })
          .map((properties): JsonSchema => ({ type: 'object', properties })),
      ),
    }));
    fc.assert(
      fc.property(schema, (original) => {
        const { schema: own, lost: dropped } = toGeminiSchema(original);
        assert.deepEqual(dropped, []);
        assert.deepEqual(plain(fromGeminiSchema(own)), plain(original));
      }),
    );
  });
});

describe('references in a schema', () => {
  it('are written out, with what stands beside them', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/Name', description: 'First' }, b: { $ref: '#/definitions/x~1y' }, c: { items: { $ref: '#/properties/a' } } },
      $defs: { Name: { type: 'string', description: 'Any' } },
      definitions: { 'x/y': { type: 'integer' } },
    };
    assert.deepEqual(plain(inlineReferences(schema)), {
      type: 'object',
      properties: {
        a: { type: 'string', description: 'First' },
        b: { type: 'integer' },
        c: { items: { type: 'string', description: 'First' } },
      },
    });
  });
  it('that lead back to themselves stay, and keep their definition', () => {
    const written: JsonSchema = {
      type: 'object',
      properties: { root: { $ref: '#/$defs/Node' }, name: { $ref: '#/$defs/Name' } },
      $defs: { Name: { type: 'string' }, Node: { type: 'object', properties: { next: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] } } } },
    };
    assert.deepEqual(inlineReferences(written), written);
    const { root } = inlineReferences({ ...written, properties: { root: { $ref: '#/$defs/Node', description: 'The top' } } }).properties as Record<
      string,
      JsonSchema
    >;
    assert.deepEqual([root?.['$ref'], root?.['description']], [undefined, 'The top']);
    const tree: JsonSchema = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/definitions/Tree' } } } };
    assert.deepEqual(plain(inlineReferences({ $ref: '#/definitions/Tree', definitions: { Tree: tree } })), {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/$defs/Tree' } } },
      $defs: { Tree: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/Tree' } } } } },
    });
    assert.deepEqual(plain(inlineReferences({ type: 'object', properties: { self: { $ref: '#' } } })), {
      type: 'object',
      properties: { self: { type: 'object', properties: { self: { $ref: '#/$defs/definition0' } } } },
      $defs: { definition0: { type: 'object', properties: { self: { $ref: '#/$defs/definition0' } } } },
    });
  });
  it('that lead nowhere allow anything', () => {
    const schema = { properties: { a: { $ref: '#/$defs/none' }, b: { $ref: 'https://example.com/b.json' }, c: { $ref: '#/properties/%' } } };
    assert.deepEqual(plain(inlineReferences(schema)), { properties: { a: {}, b: {}, c: {} } });
  });
  it('are looked for in schemas only, not in names and data', () => {
    const schema: JsonSchema = {
      properties: { $ref: { type: 'string' }, definitions: { type: 'string' }, enum: { $ref: '#/$defs/a' } },
      default: { $ref: '#/$defs/a' },
      $defs: { a: { type: 'integer' } },
    };
    assert.deepEqual(plain(inlineReferences(schema)), {
      properties: { $ref: { type: 'string' }, definitions: { type: 'string' }, enum: { type: 'integer' } },
      default: { $ref: '#/$defs/a' },
    });
  });
  it('cannot make a schema grow without bound', () => {
    const levels = Array.from({ length: 40 }, (_, level): [string, JsonSchema] => [
      `l${level}`,
      { properties: { a: { $ref: `#/$defs/l${level + 1}` }, b: { $ref: `#/$defs/l${level + 1}` } } },
    ]);
    const schema = inlineReferences({ $ref: '#/$defs/l0', $defs: Object.fromEntries(levels) });
    assert.ok(JSON.stringify(schema).length < 5_000_000);
  });
  it('leave today’s word for tuples behind', () => {
    assert.deepEqual(plain(inlineReferences({ type: 'array', items: [{ type: 'string' }] })), { type: 'array', prefixItems: [{ type: 'string' }] });
  });
});
