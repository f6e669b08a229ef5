import * as z from 'zod/mini';
import type { Json, JsonObject } from '../../ir/json.ts';
import { VERSION } from '../../version.ts';
import type { Operation } from './operation.ts';

const ERROR: JsonObject = {
  description: 'What went wrong; `param` names the member that is meant.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        param: { type: ['string', 'null'] },
        code: { type: ['string', 'null'] },
        errors: { type: 'array', items: { type: 'string' } },
      },
      required: ['message', 'type', 'param', 'code'],
    },
  },
  required: ['error'],
};

/** The OpenAPI 3.1 document of some operations. */
export function openApiOf(operations: readonly Operation[]): JsonObject {
  const byPath = Object.groupBy(operations, ({ path }) => path);
  const paths = Object.entries(byPath).map(([path, at = []]) => [
    path,
    Object.fromEntries(at.map((each) => [each.method.toLowerCase(), describe(each)])),
  ]);
  return {
    openapi: '3.1.0',
    info: { title: 'Sluice', version: VERSION, description: 'The REST interface beside the model calls: see docs/keys-and-configs.md.' },
    security: [{ admin: [] }, { key: [] }],
    paths: Object.fromEntries(paths) as JsonObject,
    components: {
      securitySchemes: {
        admin: { type: 'http', scheme: 'bearer', description: 'SLUICE_ADMIN_KEY; without one only the machine itself may ask.' },
        key: { type: 'apiKey', in: 'header', name: 'x-portkey-api-key', description: "An API key with a scope that fits, for Portkey's interface." },
      },
      schemas: { Error: ERROR_SCHEMA },
    },
  };
}

function describe({ method, path, tag, summary, access, query, body, reply }: Operation): JsonObject {
  const scopes = typeof access === 'string' ? {} : { description: `An API key needs one of the scopes ${access.scopes.join(', ')}.` };
  const isMade = method === 'POST' && reply !== undefined;
  return {
    operationId: idOf(method, path),
    tags: [tag],
    summary,
    ...scopes,
    parameters: [...inPath(path), ...inQuery(query)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(schemaOf(body, 'input')) } }),
    responses: {
      ...(reply === undefined
        ? { '2XX': { description: 'Done' } }
        : { [isMade ? '2XX' : '200']: { description: summary, content: contentOf(schemaOf(reply, 'output')) } }),
      '4XX': ERROR,
      '503': ERROR,
    },
  };
}

/** As `get_admin_v1_apiKeys_by_id`. */
function idOf(method: string, path: string): string {
  const plain = path.replaceAll('{', 'by_').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const words = plain.split(/[^A-Za-z0-9_]+/);
  return [method.toLowerCase(), ...words].filter(Boolean).join('_');
}

function inPath(path: string): readonly JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function inQuery(query: Operation['query']): readonly JsonObject[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input');
  return Object.entries(properties as JsonObject).map(([name, schema]) => ({
    name,
    in: 'query',
    required: (required as readonly string[]).includes(name),
    schema: schema as Json,
  }));
}

function contentOf(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' });
  return rest as JsonObject;
}
