import type { JsonObject } from '../ir/json.ts';
import { isObject } from './read.ts';

/** A model as a provider lists it. */
export interface ListedModel {
  readonly id: string;
  readonly name?: string | undefined;
  /** Unix seconds. */
  readonly created?: number | undefined;
  readonly owner?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
}

/** Whose client asks for the list. */
export type ModelListShape = 'openai-chat' | 'anthropic-messages' | 'gemini';

/** Reads a list of models in any provider's shape; entries without an id are left out. */
export function readModelList(body: unknown): readonly ListedModel[] {
  return entriesOf(body).flatMap((entry) => (isObject(entry) ? readModel(entry) : []));
}

/** The members under which providers put the list; some answer with a bare list. */
const LISTS = ['data', 'models', 'modelSummaries', 'result'] as const;

function entriesOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const list = isObject(body) ? LISTS.map((name) => body[name]).find(Array.isArray) : undefined;
  return (list as readonly unknown[] | undefined) ?? [];
}

function readModel(entry: JsonObject): ListedModel[] {
  const id = text(entry['id']) ?? text(entry['name']) ?? text(entry['modelId']) ?? text(entry['model']);
  if (id === undefined) return [];
  return [
    {
      id: id.replace(/^models\//, ''),
      name: text(entry['display_name']) ?? text(entry['displayName']) ?? text(entry['modelName']),
      created: number(entry['created']) ?? seconds(entry['created_at']),
      owner: text(entry['owned_by']) ?? text(entry['providerName']),
      inputTokens: number(entry['inputTokenLimit']) ?? number(entry['context_length']) ?? number(entry['max_input_tokens']),
      outputTokens: number(entry['outputTokenLimit']) ?? number(entry['max_tokens']),
    },
  ];
}

/** Writes a list of models in the shape that a client knows. `owner`: who is named where the provider names nobody. */
export function writeModelList(models: readonly ListedModel[], shape: ModelListShape, owner: string): JsonObject {
  return WRITERS[shape](models, owner);
}

const WRITERS: Readonly<Record<ModelListShape, (models: readonly ListedModel[], owner: string) => JsonObject>> = {
  'openai-chat': (models, owner) => ({
    object: 'list',
    data: models.map((model) => ({ id: model.id, object: 'model', created: model.created ?? 0, owned_by: model.owner ?? owner })),
  }),
  'anthropic-messages': (models) => ({
    data: models.map((model) => ({
      type: 'model',
      id: model.id,
      display_name: model.name ?? model.id,
      created_at: new Date((model.created ?? 0) * 1000).toISOString(),
    })),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  }),
  gemini: (models) => ({
    models: models.map((model) => ({
      name: `models/${model.id}`,
      displayName: model.name ?? model.id,
      inputTokenLimit: model.inputTokens,
      outputTokenLimit: model.outputTokens,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
    })),
  }),
};

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function seconds(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? number(value) : Math.floor(time / 1000);
}
