import type { FinishReason } from '../../ir/events.ts';
import type { MediaKind } from '../../ir/request.ts';

declare module '../../ir/dialect-id.ts' {
  interface DialectIds {
    readonly 'bedrock-converse': true;
  }
}

/** The dialect's own id, under which native records and unmodelled members are kept. */
export const OWN = 'bedrock-converse';

/** The dialect whose signatures these are: Claude's thoughts are signed alike wherever Claude runs. */
export const SIGNED_BY = 'anthropic-messages';

/** `stopReason` → why the answer ended; the last two are Claude's own words, which the API passes on. */
export const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop_sequence'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['content_filtered', 'content_filter'],
  ['guardrail_intervened', 'content_filter'],
  ['malformed_model_output', 'error'],
  ['malformed_tool_use', 'error'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
]);

/** Why the answer ended → `stopReason`. */
export const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  stop_sequence: 'stop_sequence',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'content_filtered',
  refusal: 'content_filtered',
  pause: 'end_turn',
  error: 'malformed_model_output',
};

/** Exception → its HTTP status (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html). */
export const EXCEPTION_STATUSES: ReadonlyMap<string, number> = new Map([
  ['ValidationException', 400],
  ['ServiceQuotaExceededException', 400],
  ['UnrecognizedClientException', 403],
  ['AccessDeniedException', 403],
  ['ResourceNotFoundException', 404],
  ['ModelTimeoutException', 408],
  ['ModelErrorException', 424],
  ['ModelStreamErrorException', 424],
  ['ThrottlingException', 429],
  ['ModelNotReadyException', 429],
  ['InternalServerException', 500],
  ['ServiceUnavailableException', 503],
]);

/** HTTP status → the exception that clients know it by. */
export const EXCEPTIONS: ReadonlyMap<number, string> = new Map([
  [401, 'UnrecognizedClientException'],
  [403, 'AccessDeniedException'],
  [404, 'ResourceNotFoundException'],
  [408, 'ModelTimeoutException'],
  [424, 'ModelErrorException'],
  [429, 'ThrottlingException'],
  [503, 'ServiceUnavailableException'],
]);

/** The MIME type of each `format` that content of a kind may have. */
export const FORMATS: Readonly<Record<MediaKind, Readonly<Record<string, string>>>> = {
  image: { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' },
  document: {
    pdf: 'application/pdf',
    csv: 'text/csv',
    doc: 'application/msword',
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    xls: 'application/vnd.ms-excel',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    html: 'text/html',
    txt: 'text/plain',
    md: 'text/markdown',
  },
  video: {
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    mkv: 'video/x-matroska',
    webm: 'video/webm',
    flv: 'video/x-flv',
    mpeg: 'video/mpeg',
    mpg: 'video/mpg',
    wmv: 'video/x-ms-wmv',
    three_gp: 'video/3gpp',
  },
  audio: {
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
    ogg: 'audio/ogg',
    opus: 'audio/opus',
    flac: 'audio/flac',
    aac: 'audio/aac',
    m4a: 'audio/x-m4a',
    mp4: 'audio/mp4',
    webm: 'audio/webm',
    pcm: 'audio/pcm',
  },
};

/** Other names that MIME types go by → the one above. */
export const MIME_ALIASES: ReadonlyMap<string, string> = new Map([
  ['image/jpg', 'image/jpeg'],
  ['video/wmv', 'video/x-ms-wmv'],
  ['audio/mp3', 'audio/mpeg'],
  ['audio/x-wav', 'audio/wav'],
  ['audio/wave', 'audio/wav'],
  ['audio/m4a', 'audio/x-m4a'],
  ['audio/x-aac', 'audio/aac'],
  ['text/x-markdown', 'text/markdown'],
  ['application/xhtml+xml', 'text/html'],
]);

/** Members of a request that no other dialect has a word for, with the name under which OpenAI-style clients send each. */
export const OWN_MEMBERS: readonly (readonly [own: string, foreign: string])[] = [
  ['guardrailConfig', 'guardrail_config'],
  ['performanceConfig', 'performance_config'],
  ['requestMetadata', 'request_metadata'],
  ['promptVariables', 'prompt_variables'],
  ['additionalModelResponseFieldPaths', 'additional_model_response_field_paths'],
];

/** The same for the member that holds what only the model understands. */
export const MODEL_FIELDS = ['additionalModelRequestFields', 'additional_model_request_fields'] as const;

/** `serviceTier.type` words; a request that leaves the choice to the provider names none. */
export const SERVICE_TIERS: ReadonlySet<string> = new Set(['default', 'flex', 'priority', 'reserved']);
