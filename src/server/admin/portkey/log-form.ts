import { isObject } from '../../../dialects/read.ts';
import type { Json, JsonObject } from '../../../ir/json.ts';

/** What Portkey's exports can be asked for of a call. */
export const LOG_FIELDS = [
  'id',
  'trace_id',
  'created_at',
  'request',
  'response',
  'is_success',
  'ai_org',
  'ai_model',
  'req_units',
  'res_units',
  'total_units',
  'request_url',
  'request_method',
  'cost',
  'cost_currency',
  'response_time',
  'response_status_code',
  'cache_status',
  'config',
  'api_key_id',
  'workspace_slug',
  'span_id',
  'span_name',
  'parent_span_id',
  'metadata',
  'mode',
] as const;

export type LogField = (typeof LOG_FIELDS)[number];

/** A call of the log in Portkey's words; costs are in cents there. */
export function portkeyLog(call: JsonObject): JsonObject & Record<LogField, Json | undefined> {
  const usage = objectIn(call, 'usage');
  const { cost } = call;
  const total = Number(usage['total'] ?? 0);
  const answered = Number(usage['output'] ?? 0) + Number(usage['reasoning'] ?? 0);
  const isFine = call['error_class'] === null || call['error_class'] === undefined;
  return {
    id: call['id'],
    trace_id: call['trace_id'],
    created_at: call['at'],
    request: { method: call['method'], url: call['path'], ...objectIn(call, 'request') },
    response: { response_time: call['ms'], ...objectIn(call, 'response') },
    is_success: isFine,
    ai_org: call['provider'],
    ai_model: call['model'],
    req_units: total - answered,
    res_units: answered,
    total_units: total,
    request_url: call['path'],
    request_method: call['method'],
    cost: typeof cost === 'number' ? cost * 100 : null,
    cost_currency: 'USD',
    response_time: call['ms'],
    response_status_code: call['status'],
    cache_status: objectIn(call, 'cache')['status'],
    config: objectIn(call, 'config')['id'] ?? null,
    api_key_id: objectIn(call, 'api_key')['id'] ?? null,
    workspace_slug: call['workspace'],
    span_id: call['span_id'] ?? null,
    span_name: call['span_name'] ?? null,
    parent_span_id: call['parent_span_id'] ?? null,
    metadata: call['metadata'],
    mode: call['target'] ?? null,
    object: 'log',
  };
}

function objectIn(call: JsonObject, name: string): JsonObject {
  const value = call[name];
  return isObject(value) ? value : {};
}

/** Of such a call only some fields. */
export function chosenFields(fields: readonly LogField[]): (call: JsonObject) => JsonObject {
  return (call) => {
    const whole = portkeyLog(call);
    return fields.length === 0 ? whole : Object.fromEntries(fields.map((field) => [field, whole[field]]));
  };
}
