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

/** The response object, with the request members that clients expect to see echoed at their defaults. */
export type ResponseObject = {
  id: string;
  object: 'response';
  created_at: number;
  status: ResponseStatus;
  background: false;
  error: ResponseError | null;
  incomplete_details: { reason: string } | null;
  instructions: null;
  max_output_tokens: null;
  max_tool_calls: null;
  model: string;
  output: readonly JsonObject[];
  parallel_tool_calls: true;
  previous_response_id: null;
  reasoning: { effort: null; summary: null };
  service_tier: string | null;
  store: false;
  temperature: null;
  text: { format: { type: 'text' } };
  tool_choice: 'auto';
  tools: [];
  top_logprobs: 0;
  top_p: null;
  truncation: 'disabled';
  usage: JsonObject | null;
  user: null;
  metadata: Record<string, never>;
};
