import { parseDocument, stringify } from 'yaml';
import { isObject } from '../../dialects/read.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { GradedLine, Imported } from './imported.ts';
import { importLitellm, isLitellm } from './litellm.ts';
import { importPortkey, isPortkey } from './portkey.ts';

/** A foreign file as the text of a sluice.yaml, with what became of each entry. */
export interface ImportedText {
  readonly text: string;
  readonly lines: readonly GradedLine[];
}

/** Reads LiteLLM's `config.yaml`, or what was exported from Portkey as JSON. Throws where the texts are neither. */
export function importTexts(texts: readonly string[]): ImportedText {
  const imported = texts.map(importText);
  const contents = imported.reduce<JsonObject>((all, one) => joined(all, one.contents), {});
  const header = '# yaml-language-server: $schema=./sluice.schema.json\n';
  return { text: header + stringify(contents, { lineWidth: 140, aliasDuplicateObjects: false }), lines: imported.flatMap(({ lines }) => lines) };
}

function importText(text: string): Imported {
  // JSON is YAML.
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`the file cannot be read: ${error.message}`);
  const value: unknown = document.toJS();
  if (isLitellm(value)) return importLitellm(value);
  if (isPortkey(value)) return importPortkey(value);
  throw new Error("the file is neither LiteLLM's config.yaml nor an export of configs or virtual keys from Portkey");
}

function joined(one: JsonObject, other: JsonObject): JsonObject {
  const sections = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...sections].map((name) => [name, { ...objectAt(one, name), ...objectAt(other, name) }]));
}

function objectAt(contents: JsonObject, name: string): JsonObject {
  const found = contents[name];
  return isObject(found) ? found : {};
}
