import type { Json, JsonObject } from '../../ir/json.ts';

/** What this dialect writes. What it reads is never trusted to have these shapes. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export type OutputText = { type: 'output_text'; annotations: JsonObject[]; logprobs: Json[]; text: string };

export type Refusal = { type: 'refusal'; refusal: string };

/** `format` is no member of the API's own; without it nobody could play the data. */
export type OutputAudio = { type: 'output_audio'; data: string; format: string; transcript: string };

export type MessageItem = {
  id: string;
  type: 'message';
  status: ItemStatus;
  content: (OutputText | Refusal | OutputAudio)[];
  role: 'assistant';
};

export type SummaryText = { type: 'summary_text'; text: string };

export type ReasoningItem = { id: string; type: 'reasoning'; summary: SummaryText[]; encrypted_content?: string | undefined };

export type FunctionCallItem = {
  id: string;
  type: 'function_call';
  status: ItemStatus;
  arguments: string;
  call_id: string;
  name: string;
};

export type CustomToolCallItem = {
  id: string;
  type: 'custom_tool_call';
  status: ItemStatus;
  call_id: string;
  input: string;
  name: string;
};

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

export type ResponseError = { code: string; message: string };

/** The members of its request that a response repeats, or their defaults: clients expect them all. */
export type RequestEcho = {
  instructions: Json;
  max_output_tokens: Json;
  max_tool_calls: Json;
  metadata: Json;
  parallel_tool_calls: Json;
  previous_response_id: Json;
  reasoning: JsonObject;
  store: Json;
  temperature: Json;
  text: JsonObject;
  tool_choice: Json;
  tools: Json;
  top_logprobs: Json;
  top_p: Json;
  truncation: Json;
  user: Json;
};

/** The response object. */
export type ResponseObject = RequestEcho & {
  id: string;
  object: 'response';
  created_at: number;
  status: ResponseStatus;
  background: false;
  error: ResponseError | null;
  incomplete_details: { reason: string } | null;
  model: string;
  output: readonly JsonObject[];
  service_tier: string | null;
  usage: JsonObject | null;
};
