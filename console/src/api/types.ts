/** The admin interface's words, as it sends them. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export interface List<Entry> {
  readonly data: readonly Entry[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

interface Saved {
  readonly id: string;
  readonly name: string;
  readonly workspace?: string | null;
  readonly version: number;
  /** `file`: sluice.yaml owns it, so that it is read-only here. */
  readonly source?: 'api' | 'file';
  readonly status?: string;
  readonly created_at?: string;
  readonly updated_at?: string;
}

export interface SavedConfig extends Saved {
  readonly config: JsonObject;
}

/** At which amounts of a budget somebody is told, and where. */
export interface Alerting {
  readonly alert_threshold?: number | readonly number[] | null | undefined;
  readonly alert_webhook?: string | readonly string[] | null | undefined;
}

export interface UsageLimit extends Alerting {
  readonly id?: string;
  readonly type: 'cost' | 'tokens' | 'requests';
  readonly credit_limit: number;
  readonly periodic_reset?: string | null;
  readonly periodic_reset_days?: number | null;
}

export interface RateLimit {
  readonly id?: string;
  readonly type: 'requests' | 'tokens' | 'concurrency';
  readonly unit?: string;
  readonly value: number;
  readonly shadow?: boolean;
}

interface Limited {
  readonly usage_limits?: readonly UsageLimit[] | null;
  readonly rate_limits?: readonly RateLimit[] | null;
  readonly expires_at?: string | null;
}

export interface ProviderKey {
  readonly id: string;
  readonly masked?: string;
  readonly weight?: number;
  readonly expires_at?: string | null;
  readonly status?: string;
}

export interface SavedProvider extends Saved, Limited {
  readonly provider: string;
  readonly keys?: readonly ProviderKey[];
  readonly options?: JsonObject | null;
  readonly custom_host?: string | null;
  readonly models?: readonly string[] | null;
}

export interface ApiKey extends Saved, Limited {
  readonly masked?: string;
  readonly scopes?: readonly string[];
  readonly default_config?: string | null;
  readonly allow_config_override?: boolean;
  readonly metadata?: JsonObject | null;
  readonly allowed_models?: readonly string[] | null;
  readonly allowed_providers?: readonly string[] | null;
  readonly allowed_configs?: readonly string[] | null;
  readonly last_used_at?: string | null;
  /** Once, in the reply that made it. */
  readonly key?: string;
}

export interface Policy extends Saved, Alerting {
  readonly kind: 'usage_limit' | 'rate_limit';
  readonly conditions?: readonly { readonly key: string; readonly value: string | readonly string[]; readonly excludes?: boolean }[];
  readonly group_by?: readonly string[];
  readonly type: string;
  readonly unit?: string | null;
  readonly credit_limit?: number | null;
  readonly value?: number | null;
  readonly periodic_reset?: string | null;
  readonly periodic_reset_days?: number | null;
  readonly shadow?: boolean;
}

export interface UsageState {
  readonly limit_id: string;
  readonly subject: { readonly kind: string; readonly id: string; readonly group?: Readonly<Record<string, string>> | string | null };
  readonly type: string;
  readonly limit: number;
  readonly used: number;
  readonly reserved?: number;
  readonly remaining?: number;
  readonly resets_at?: string | null;
  readonly status?: string;
}

export interface Usage {
  readonly input?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
  readonly output?: number;
  readonly reasoning?: number;
  readonly total?: number;
}

export interface LogEntry {
  readonly id: string;
  readonly at: string;
  readonly trace_id?: string | null;
  readonly session_id?: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly error_class?: string | null;
  readonly error_code?: string | null;
  readonly provider?: string | null;
  readonly model?: string | null;
  readonly requested_model?: string | null;
  readonly target?: string | null;
  readonly api_key?: { readonly id: string; readonly name?: string | null } | null;
  readonly config?: { readonly id: string; readonly version?: number } | null;
  readonly is_stream?: boolean;
  readonly ending?: string | null;
  readonly ms?: number | null;
  readonly first_ms?: number | null;
  readonly attempts_count?: number;
  readonly cache?: { readonly status?: string | null; readonly saved?: number | null } | null;
  readonly usage?: Usage | null;
  readonly cost?: number | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  readonly excerpt?: string | null;
}

export interface LoggedAttempt {
  readonly target?: string | null;
  readonly provider?: string | null;
  readonly status?: number | null;
  readonly error?: string | null;
  readonly started_at?: string | number | null;
  readonly ms?: number | null;
  /** To the last byte, of the attempt that answered. */
  readonly end_ms?: number | null;
  readonly bytes?: number | null;
}

export interface LoggedCall extends LogEntry {
  readonly error_message?: string | null;
  readonly attempts?: readonly LoggedAttempt[];
  readonly request?: { readonly headers?: Readonly<Record<string, string>> | null; readonly body?: unknown } | null;
  readonly response?: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> | null; readonly body?: unknown } | null;
  readonly cost_parts?: Readonly<Record<string, number>> | null;
  readonly feedback?: readonly { readonly value?: number; readonly weight?: number; readonly metadata?: JsonObject }[];
}

export interface Percentiles {
  readonly p50?: number | null;
  readonly p90?: number | null;
  readonly p95?: number | null;
  readonly p99?: number | null;
}

export interface Summary {
  readonly calls: number;
  readonly errors: number;
  readonly error_rate?: number | null;
  readonly cost?: number | null;
  readonly unpriced_calls?: number;
  readonly tokens?: Usage | null;
  readonly ms?: Percentiles | null;
  readonly first_ms?: Percentiles | null;
  readonly overhead_ms?: Percentiles | number | null;
  readonly cache?: { readonly hits?: number; readonly semantic_hits?: number; readonly misses?: number; readonly saved?: number | null } | null;
  readonly users?: number | null;
}

export interface SeriesPoint {
  readonly at: string | number;
  readonly calls: number;
  readonly errors: number;
  readonly cost?: number | null;
  readonly tokens?: number | Usage | null;
  readonly p50?: number | null;
  readonly p95?: number | null;
  readonly p99?: number | null;
  readonly first_p50?: number | null;
  readonly cache_hits?: number;
  readonly saved?: number | null;
}

export interface Series {
  readonly step_ms: number;
  readonly points: readonly SeriesPoint[];
}

export interface Group {
  readonly key: string | number | null;
  readonly name?: string | null;
  readonly calls: number;
  readonly errors: number;
  readonly cost?: number | null;
  readonly tokens?: number | Usage | null;
  readonly p50?: number | null;
  readonly p95?: number | null;
}

export interface CatalogProvider {
  readonly id: string;
  readonly name: string;
  readonly docs?: string;
  readonly needs_key?: boolean;
  readonly options?: readonly { readonly name: string; readonly title?: string; readonly required?: boolean; readonly secret?: boolean }[];
  readonly has_env_key?: boolean;
}

export interface CatalogModel {
  readonly id: string;
  readonly provider: string;
  readonly input_price?: number | null;
  readonly output_price?: number | null;
}

export interface Status {
  readonly version: string;
  readonly started_at?: string;
  readonly uptime_s?: number;
  readonly stores?: readonly { readonly name: string; readonly kind: string; readonly ok: boolean; readonly detail?: string | null }[];
  readonly calls_under_way?: number;
  /** Circuit breakers of targets, counted by their state. */
  readonly breakers?: { readonly open?: number };
}

export interface Check {
  readonly valid: boolean;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}
