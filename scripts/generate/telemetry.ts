import { METRICS } from '../../src/telemetry/metrics.ts';
import type { MetricDefinition } from '../../src/telemetry/registry.ts';

/** Writes the page on telemetry, with the table of metrics from their definitions. */
export function generate(): { readonly path: string; readonly text: string }[] {
  const definitions: readonly MetricDefinition[] = Object.values(METRICS);
  const rows = definitions.map(
    ({ name, kind, labels, help, otel }) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${help}${otel === undefined ? '' : ` In OpenTelemetry \`${otel}\`.`} |`,
  );
  return [{ path: 'docs/telemetry.md', text: PAGE.replace('@metrics', rows.join('\n')) }];
}

const PAGE = `# Telemetry

What the gateway does can be seen in four ways: headers on each answer, metrics, traces, and the operator's log. Calls with their bodies are in the request log
and the console. The settings are environment variables; most can stand in [sluice.yaml](keys-and-configs.md#sluiceyaml) too, in lower case. Of the four only the metrics and the headers are on by default, and they cost a few microseconds a call together.

## On each answer

\`x-sluice-overhead-ms\` is the time that the gateway itself took until it wrote the head of the answer: everything but the time in which it waited for others.
\`Server-Timing\` says the same to browsers and tools, with the time that it waited:

\`\`\`text
server-timing: gateway;dur=0.412, upstream;dur=812.3
\`\`\`

Waiting is: for a provider (from the moment the request is handed to its connection, which includes making one), for the turn of a retry, for a place at a
target with a concurrency limit, and for the rest of the request's body. Waits that overlap, as in a hedge, count once. Of a stream the headers tell the time
up to its first content; the histogram \`sluice_overhead_seconds\` has all of it: what was done with each piece is the gateway's own, the time between pieces is not.

## Metrics

\`GET /metrics\` answers in Prometheus' text format.

| variable | default | |
|---|---|---|
| \`METRICS\` | \`private\` | \`private\`: the machine itself (called localhost, not through a proxy) and whoever sends \`SLUICE_ADMIN_KEY\` as \`Authorization: Bearer\`; \`public\`: everybody; \`off\` |
| \`METRICS_PORT\` | none | a port of their own at \`HOST\`, open to everybody who reaches it; \`/metrics\` at the gateway's port is then gone |
| \`METRICS_MODELS\` | 200 | how many models have series of their own |
| \`METRICS_LABELS\` | none | further labels of the metrics by model: \`api_key\`, \`workspace\`, \`config\`, \`metadata.NAME\`, with commas |

Models are what callers write, so they are bounded: a model gets series of its own once a call with it was answered, the first 200 do, and the rest is counted
as \`other\`. The same holds for further labels. Providers are those of the list, else \`other\`; calls that reached none have \`none\`. No key and no metadata is a
label unless \`METRICS_LABELS\` says so.

| metric | kind | labels | |
|---|---|---|---|
@metrics

\`\`\`yaml
# prometheus.yml
scrape_configs:
  - job_name: sluice
    authorization: { credentials_file: /etc/prometheus/sluice-admin-key }
    static_configs: [{ targets: ["gateway:8787"] }]
\`\`\`

[examples/grafana-dashboard.json](../examples/grafana-dashboard.json) shows them: calls, errors, latency, overhead, tokens, cost, breakers.

## Traces and metrics for a collector

Name an OpenTelemetry collector and the gateway sends it spans and all metrics, over HTTP as JSON:

\`\`\`bash
OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 OTEL_SERVICE_NAME=my-gateway npm start
\`\`\`

| variable | default | |
|---|---|---|
| \`OTEL_EXPORTER_OTLP_ENDPOINT\` | none: off | base URL; \`/v1/traces\` and \`/v1/metrics\` are appended |
| \`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT\`, \`…_METRICS_ENDPOINT\` | | a whole URL for one of the two |
| \`OTEL_EXPORTER_OTLP_HEADERS\`, \`_TIMEOUT\`, \`_COMPRESSION\` | none, 10000 ms, none | \`name=value,…\`; \`gzip\`; also per signal (\`…_TRACES_HEADERS\`) |
| \`OTEL_TRACES_EXPORTER\`, \`OTEL_METRICS_EXPORTER\` | | \`none\` switches one of the two off |
| \`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\` | \`sluice\` | who it is |
| \`OTEL_TRACES_SAMPLER\`, \`OTEL_TRACES_SAMPLER_ARG\` | \`parentbased_always_on\`, 1 | \`always_on\`, \`always_off\`, \`traceidratio\`, and each with \`parentbased_\` |
| \`OTEL_BSP_MAX_QUEUE_SIZE\`, \`_MAX_EXPORT_BATCH_SIZE\`, \`_SCHEDULE_DELAY\` | 2048, 512, 5000 ms | the queue of spans |
| \`OTEL_METRIC_EXPORT_INTERVAL\` | 60000 ms | |
| \`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT\` | false | \`true\`: spans hold what was asked and answered |
| \`OTEL_PROPAGATE_UPSTREAM\` | false | \`true\`: providers get a \`traceparent\`; they are third parties |
| \`OTEL_SDK_DISABLED\` | false | |

A call that brings a \`traceparent\` is a part of that trace, and follows its decision to be sampled; its trace id is also the \`x-sluice-trace-id\` of the answer.
Any other call begins a trace whose id is the id of the call, so that a trace is found by what \`x-sluice-request-id\` says.

Spans follow the semantic conventions for generative AI (in development; as of semantic conventions 1.42). The call is a span of kind *server*, named
\`chat gpt-4o\`, with \`gen_ai.operation.name\`, \`gen_ai.provider.name\`, the models asked for and answering, sampling parameters, tokens (\`gen_ai.usage.*\`, cached
and reasoning ones too), \`gen_ai.response.time_to_first_chunk\`, \`error.type\` (the code in [errors.md](errors.md)), \`gen_ai.conversation.id\` (\`x-portkey-session-id\`, else
\`session_id\` of the metadata), and of the gateway's own \`sluice.route\`,
\`sluice.ending\`, \`sluice.overhead_ms\`, \`sluice.cost.usd\`, \`sluice.cache.status\` and \`sluice.metadata.*\`. Each attempt is a span of kind *client* below it, with its
target, status, class of error, and why it was made (\`retry\`, \`fallback\`, \`hedge\`); it has no \`gen_ai.*\` attributes, so that no tokens are counted twice.

Sending never makes a call wait. While the collector is down, batches are repeated (1 s, 2 s, … 30 s, six times) and spans wait in the queue, 2048 or 16 MiB of
them; those that come then are dropped and counted in \`sluice_otlp_items_total\`. What is left when the gateway stops is sent once.

## The log

The operator's log goes to standard error: lines of JSON, or readable ones in a terminal outside production.

| variable | default | |
|---|---|---|
| \`LOG_LEVEL\` | \`info\` | \`debug\`, \`info\`, \`warn\`, \`error\`, \`silent\` |
| \`LOG_FORMAT\` | by where it goes | \`json\` or \`text\` |
| \`LOG_CALLS\` | \`all\` in a terminal, else \`none\` | a line for each call: \`none\`, \`errors\`, \`all\` |

\`\`\`text
{"level":"info","time":"2026-01-05T09:12:44.101Z","provider":"openai","model":"gpt-4o","ms":1280,"overhead_ms":0.41,"input_tokens":812,"output_tokens":96,"cost":0.00299,"call":"3fb5a295da9fa97c1cfbaccb9a516fe8","message":"POST /v1/chat/completions 200"}
\`\`\`

| field | |
|---|---|
| \`time\`, \`level\`, \`message\` | on every line |
| \`call\` | id of the call that the line is about, as in \`x-sluice-request-id\` and the request log |
| \`trace\` | the caller's trace id, where it is another |
| \`cause\` | an error with its stack and causes |
| \`model\`, \`provider\`, \`input_tokens\`, \`output_tokens\`, \`cost\` (USD), \`ms\`, \`first_ms\` (streams), \`overhead_ms\`, \`attempts\`, \`cache\`, \`caller\`, \`ending\`, \`error\`, \`error_message\` | on the lines of calls; what goes without saying is left out |

Credentials are masked by the names of members and wherever a text looks like one (keys with known prefixes, bearer tokens, JWTs, private keys, passwords and
keys in URLs). Lines are written without making anybody wait, up to 8 MiB of them; beyond that lines are lost, not the process. What is left is written when the
process ends.

This page is generated by \`scripts/generate/telemetry.ts\`; the table of metrics from \`src/telemetry/metrics.ts\`.
`;
