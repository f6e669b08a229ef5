import type { DialectId } from '../ir/dialect-id.ts';
import type { JsonObject, JsonSchema } from '../ir/json.ts';
import type { ChatRequest, FunctionTool, Tool } from '../ir/request.ts';
import { hostedTool } from './anthropic-messages/request-encode-tools.ts';
import { numberOf, textOf } from './lenient.ts';

/* Tools that Anthropic has defined and clients run themselves. Its own models know what they take; any other has to be told. */

interface Description {
  readonly description: string;
  readonly parameters: JsonSchema;
}

/** By type, whose last part is its version: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview */
const DESCRIPTIONS: readonly (readonly [type: RegExp, describe: (tool: JsonObject) => Description])[] = [
  [/^bash_20\d{6}$/, describeShell],
  [/^text_editor_20\d{6}$/, describeEditor],
  [/^memory_20\d{6}$/, describeMemory],
  [/^computer_20\d{6}$/, describeComputer],
];

/** The request with the tools that only Anthropic's models know described as functions, for an upstream with others. */
export function withDescribedTools(request: ChatRequest, upstream: DialectId): ChatRequest {
  const { tools, model } = request;
  if (tools === undefined || knowsThem(upstream, model)) return request;
  const described = tools.map(describedTool);
  return described.every((tool, index) => tool === tools[index]) ? request : { ...request, tools: described };
}

/** Bedrock passes them on to Claude; the names of inference profiles that a user made say nothing of the model, which mostly is one. */
function knowsThem(upstream: DialectId, model: string): boolean {
  return upstream === 'anthropic-messages' || (upstream === 'bedrock-converse' && /anthropic|claude|^arn:/i.test(model));
}

function describedTool(tool: Tool): Tool {
  const wire = tool.type === 'hosted' ? hostedTool(tool) : undefined;
  const name = textOf(wire?.name);
  if (wire === undefined || name === undefined) return tool;
  const [, describe] = DESCRIPTIONS.find(([type]) => type.test(textOf(wire.type) ?? '')) ?? [];
  if (describe === undefined) return tool;
  const described: FunctionTool = { type: 'function', name, ...describe(wire) };
  return described;
}

function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required };
}

function text(description: string): JsonSchema {
  return { type: 'string', description };
}

function oneOf(words: readonly string[], description: string): JsonSchema {
  return { type: 'string', enum: words, description };
}

function integers(count: number, description: string): JsonSchema {
  return { type: 'array', items: { type: 'integer' }, minItems: count, maxItems: count, description };
}

function describeShell(): Description {
  return {
    description: 'Runs commands in a bash shell that keeps its state between calls, and returns what they print.',
    parameters: object(
      {
        command: text('The command to run. Required unless the shell is restarted.'),
        restart: { type: 'boolean', description: 'Whether to restart the shell.' },
      },
      [],
    ),
  };
}

const EDITS = ['view', 'create', 'str_replace', 'insert'];

/** Members of editing commands that the memory has too. */
const EDITING: Readonly<Record<string, JsonSchema>> = {
  file_text: text('The content of the file, for `create`.'),
  old_str: text('The text to replace, which must occur once, for `str_replace`.'),
  new_str: text('What to replace it with, for `str_replace`.'),
  insert_line: { type: 'integer', description: 'The number of the line to insert behind, 0 for the top of the file, for `insert`.' },
  view_range: integers(2, 'The first and the last line to show, for `view`; -1 for the end of the file.'),
};

function describeEditor({ type }: JsonObject): Description {
  const isFirst = /_(?:2024\d{4}|20250124)$/.test(textOf(type) ?? '');
  // What is inserted has had another name since the tool cannot undo.
  const inserted: Readonly<Record<string, JsonSchema>> = isFirst
    ? { new_str: text('What to replace it with, for `str_replace`, or the text to insert, for `insert`.') }
    : { insert_text: text('The text to insert, for `insert`.') };
  return {
    description: 'Views, creates and edits text files.',
    parameters: object(
      {
        command: oneOf(isFirst ? [...EDITS, 'undo_edit'] : EDITS, 'What to do.'),
        path: text('The absolute path of the file or directory.'),
        ...EDITING,
        ...inserted,
      },
      ['command', 'path'],
    ),
  };
}

function describeMemory(): Description {
  return {
    description: 'Keeps notes for later conversations in files below /memories. View that directory before a task for what is known already.',
    parameters: object(
      {
        command: oneOf([...EDITS, 'delete', 'rename'], 'What to do.'),
        path: text('The path below /memories, for every command but `rename`.'),
        ...EDITING,
        insert_text: text('The text to insert, for `insert`.'),
        old_path: text('The present path, for `rename`.'),
        new_path: text('The new path, for `rename`.'),
      },
      ['command'],
    ),
  };
}

const FIRST_ACTIONS = [
  'key',
  'type',
  'mouse_move',
  'left_click',
  'left_click_drag',
  'right_click',
  'middle_click',
  'double_click',
  'screenshot',
  'cursor_position',
];
const LATER_ACTIONS = ['left_mouse_down', 'left_mouse_up', 'triple_click', 'scroll', 'hold_key', 'wait'];

function describeComputer({ type, display_width_px: width, display_height_px: height, enable_zoom: zoom }: JsonObject): Description {
  const later = /_2024\d{4}$/.test(textOf(type) ?? '') ? [] : LATER_ACTIONS;
  const size = numberOf(width) === undefined || numberOf(height) === undefined ? '' : ` The screen is ${String(width)}×${String(height)} pixels.`;
  return {
    description: `Uses a computer by its screen, mouse and keyboard. Take a screenshot to see what an action did.${size}`,
    parameters: object(
      {
        action: oneOf([...FIRST_ACTIONS, ...later, ...(zoom === true ? ['zoom'] : [])], 'What to do.'),
        coordinate: integers(2, 'Where on the screen, as x and y in pixels from the top left.'),
        start_coordinate: integers(2, 'Where a drag begins, for `left_click_drag`.'),
        text: text('What to type, for `type`; the key or keys, as xdotool names them, for `key` and `hold_key`.'),
        duration: { type: 'number', description: 'How long in seconds, for `hold_key` and `wait`.' },
        scroll_direction: oneOf(['up', 'down', 'left', 'right'], 'Whither to scroll.'),
        scroll_amount: { type: 'integer', description: 'How many clicks of the wheel to scroll.' },
        ...(zoom === true ? { region: integers(4, 'The corners of the part to show larger, as x0, y0, x1 and y1, for `zoom`.') } : {}),
      },
      ['action'],
    ),
  };
}
