import { at, listAt, optionalNumber, optionalText, textAt } from '../../chat/read.ts';
import { saidIn } from '../../chat/said.ts';

type Place = readonly string[];

/** Where each dialect has a parameter. */
const NUMBERS: Readonly<Record<string, readonly Place[]>> = {
  temperature: [['temperature'], ['generationConfig', 'temperature'], ['inferenceConfig', 'temperature']],
  top_p: [['top_p'], ['p'], ['generationConfig', 'topP'], ['inferenceConfig', 'topP']],
  max_tokens: [
    ['max_tokens'],
    ['max_completion_tokens'],
    ['max_output_tokens'],
    ['generationConfig', 'maxOutputTokens'],
    ['inferenceConfig', 'maxTokens'],
  ],
};
const EFFORTS: readonly Place[] = [['reasoning_effort'], ['reasoning', 'effort'], ['output_config', 'effort']];
const SCHEMAS: readonly Place[] = [
  ['response_format', 'json_schema', 'schema'],
  ['text', 'format', 'schema'],
  ['output_config', 'format', 'schema'],
  ['generationConfig', 'responseJsonSchema'],
];

/** The plain settings of a request in any dialect, as the playground's address holds them. */
export function settingsIn(body: unknown): Record<string, string> {
  const system = saidIn(body).filter(({ role }) => role === 'system' || role === 'developer');
  const numbers = Object.entries(NUMBERS).map(([name, places]) => [name, places.map((place) => optionalNumber(body, ...place)).find(isThere)]);
  const effort = EFFORTS.map((place) => optionalText(body, ...place)).find(isThere);
  const all = [['system', system.map(({ text }) => text).join('\n')], ...numbers, ['effort', effort]] as const;
  return Object.fromEntries(all.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]])));
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

/** The schema of the answer, as text; empty where there is none. */
export function schemaIn(body: unknown): string {
  return pretty(SCHEMAS.map((place) => at(body, ...place)).find(isThere));
}

/** The tools of a request in any dialect, as OpenAI's chat has them; empty where there are none. */
export function toolsIn(body: unknown): string {
  const tools = listAt(body, 'tools').flatMap(toolOf);
  return pretty(tools.length === 0 ? undefined : tools);
}

function toolOf(tool: unknown): unknown[] {
  if (at(tool, 'function') !== undefined) return [tool];
  const declared = listAt(tool, 'functionDeclarations');
  if (declared.length > 0) return declared.flatMap(toolOf);
  const parameters = at(tool, 'input_schema') ?? at(tool, 'parameters') ?? at(tool, 'parametersJsonSchema');
  if (textAt(tool, 'name') === '' || parameters === undefined) return [];
  return [{ type: 'function', function: { name: textAt(tool, 'name'), description: optionalText(tool, 'description'), parameters } }];
}

function pretty(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}
